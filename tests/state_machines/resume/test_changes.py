"""Tokens are put elsewhere: before other elements, and into other versions of the process."""

from pathlib import Path

import pytest

from tests.state_machines.flow.plays import Case, cases
from tests.state_machines.resume.moving import ChangedPlay

MOVES = Path(__file__).parent / "moves"


@pytest.mark.parametrize(
    "case",
    [case for family in ("modifications", "migrations") for case in cases(family, MOVES)],
    ids=lambda case: case.name,
)
def test_tokens_go_on_where_they_are_put(case: Case) -> None:
    play = ChangedPlay(case.sketch, case.dialect).play(case.steps)
    if case.outcome.startswith("refused "):
        assert play.problems == (case.outcome.removeprefix("refused "),)
    else:
        assert play.problems == ()
        case.check(play, counts=False)
