"""Whatever runs can be stopped and go on in another machine: every play comes out the same."""

import pytest

from tests.effort import TIMES
from tests.state_machines.flow.plays import FOLDER, Case, cases
from tests.state_machines.flow.test_by_reference import ALL_ASIDE, OTHERWISE
from tests.state_machines.resume.moving import MovedPlay


def plays() -> list[Case]:
    """Those that run; in `make test` each third, in one dialect."""
    found = (case for family in sorted(FOLDER.glob("*.txt")) for case in cases(family.stem))
    every = [case for case in found if not case.outcome.startswith("refused")]
    first = {case.name: case for case in reversed(every)}
    return every if TIMES > 1 else list(first.values())[::3]


@pytest.mark.parametrize("case", plays()[::4], ids=lambda case: f"{case.name}-{case.dialect}")
def test_plays_end_as_ever_when_they_are_moved_with_large_values(case: Case) -> None:
    """All texts, lists and objects stand elsewhere."""
    if case.name not in OTHERWISE:
        play = MovedPlay(case.sketch, case.dialect, frozenset([(case.steps.count("|") + 1) // 2]), ALL_ASIDE)
        case.check(play.play(case.steps), counts=False)


@pytest.mark.parametrize("case", plays(), ids=lambda case: f"{case.name}-{case.dialect}")
@pytest.mark.parametrize("often", [False, True][:TIMES], ids=["once", "after each step"][:TIMES])
def test_plays_end_as_ever_when_they_are_moved(case: Case, *, often: bool) -> None:
    """In the middle; with `DPC_FUZZ` also after each step."""
    middle = frozenset([(case.steps.count("|") + 1) // 2])
    play = MovedPlay(case.sketch, case.dialect, None if often else middle)
    case.check(play.play(case.steps), counts=False)
