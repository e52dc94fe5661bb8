"""The public behaviour cases of betsy, with their mutants, over HTTP: the platform agrees with the simulator."""

from collections.abc import Iterator

import pytest

from tests.journeys.betsy import Stage
from tests.platform import RunningPlatform, running_platform
from tests.state_machines.flow.betsy import ROOT, cases, judged, mutants


@pytest.fixture
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """A platform on which nothing else waits: its clock is moved second by second."""
    with running_platform(log=tmp_path_factory.mktemp("betsy") / "platform.log", account="333344445555") as running:
        yield running


@pytest.mark.slow
@pytest.mark.skipif(not ROOT.is_dir(), reason="conformance/betsy does not stand beside the repository")
def test_cases_hold_over_http_unless_they_are_out_of_scope(alone: RunningPlatform) -> None:
    wrong = {
        case.name: found for case, seen in Stage(alone).play([*cases(), *mutants()]) if (found := judged(case, seen))
    }
    assert wrong == {}
