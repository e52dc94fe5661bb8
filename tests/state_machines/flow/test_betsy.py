"""The public behaviour cases of betsy, with their mutants, simulated. What is refused yet is listed here."""

import pytest

from tests.state_machines.flow.betsy import ROOT, cases, mutants, verdict

PENDING = ("Conditional_", "Escalation_EndEvent_TopLevel", "Multiple_")
"""How the names of cases begin that the compiler still refuses."""


@pytest.mark.skipif(not ROOT.is_dir(), reason="conformance/betsy does not stand beside the repository")
@pytest.mark.parametrize("which", ["scenarios", "mutants"])
def test_cases_hold_unless_they_are_refused(which: str) -> None:
    wrong = {}
    for case in cases() if which == "scenarios" else mutants():
        found = verdict(case)
        if found and not (case.name.startswith(PENDING) and found.startswith("refused")):
            wrong[case.name] = found
    assert wrong == {}
