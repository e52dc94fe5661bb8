"""Whole processes, played step by step: which tasks are open when, and what comes of it."""

import pytest

from tests.state_machines.flow.plays import FOLDER, Case, cases


@pytest.mark.parametrize(
    "case",
    [case for family in sorted(FOLDER.glob("*.txt")) for case in cases(family.stem)],
    ids=lambda case: f"{case.name}-{case.dialect}",
)
def test_processes_run_as_they_are_drawn(case: Case) -> None:
    case.run()
