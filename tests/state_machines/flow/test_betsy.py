"""The public behaviour cases of betsy, with their mutants, simulated."""

import pytest

from tests.state_machines.flow.betsy import ROOT, cases, judged, mutants, played


@pytest.mark.skipif(not ROOT.is_dir(), reason="conformance/betsy does not stand beside the repository")
@pytest.mark.parametrize("which", ["scenarios", "mutants"])
def test_cases_hold_unless_they_are_out_of_scope(which: str) -> None:
    playing = cases() if which == "scenarios" else mutants()
    assert {case.name: found for case in playing if (found := judged(case, played(case)))} == {}
