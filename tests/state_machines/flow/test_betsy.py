"""The public behaviour cases of betsy, with their mutants, simulated."""

import pytest

from tests.state_machines.flow.betsy import PENDING, ROOT, cases, judged, mutants, played

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason="conformance/betsy does not stand beside the repository")


@pytest.mark.parametrize("which", ["scenarios", "mutants"])
def test_cases_hold_unless_they_are_refused(which: str) -> None:
    playing = cases() if which == "scenarios" else mutants()
    assert {case.name: found for case in playing if (found := judged(case, played(case)))} == {}


@pytest.mark.parametrize("beginning", PENDING)
def test_no_case_stands_among_the_refused_that_is_played(beginning: str) -> None:
    found = [played(case).status for case in (*cases(), *mutants()) if case.name.startswith(beginning)]
    assert "rejected" in found
