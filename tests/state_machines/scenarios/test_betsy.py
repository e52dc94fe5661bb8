"""The scenario runner knows everything that machines do: the betsy cases come out as they should in it, too."""

from collections import Counter
from datetime import timedelta

import pytest

from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from state_machines.scenarios import Advance, Answer, Expectation, Mock, Scenario, run_scenario
from tests.state_machines.flow.betsy import ROOT, Case, cases, mutants

ALONE = pytest.mark.skipif(not ROOT.is_dir(), reason="conformance/betsy does not stand beside the repository")


def said(case: Case) -> list[str]:
    """What a scenario says that expects what the case expects of its main instance."""
    compilation = compile_bpmn(case.model.read_bytes())
    if has_errors(compilation.diagnostics) or case.data.get("alsoStart"):
        return []
    processes = {process.id: process for process in compilation.processes}
    expect = case.data["expect"]
    status = expect["status"] if case.accepted == [expect["status"]] else None
    scenario = Scenario(
        case.name,
        case.data["startProcess"],
        variables=case.data["variables"],
        mocks={element: Mock((_answer(case, element),), repeats=True) for element in case.data.get("jobs", {})},
        steps=(Advance(timedelta(seconds=case.seconds)),),
        expect=Expectation(status=status, variables=expect.get("variables") or {}),
    )
    result = run_scenario(scenario, processes[scenario.process], beside=processes)
    missing = Counter(expect.get("completed") or ()) - Counter(result.path)
    wrong = [f"not passed: {dict(missing)}"] if missing and len(processes) == 1 else []
    return wrong + [failure.message for failure in result.failures if failure.kind != "instance" or status]


def _answer(case: Case, element: str) -> Answer:
    code = case.raised(element)
    return Answer(error="BpmnError", code=code) if code else Answer({})


@ALONE
def test_cases_come_out_as_expected_in_scenarios() -> None:
    found = {case.name: said(case) for case in (*cases(), *mutants()) if not case.takes("WaitTask_1")}
    assert {name: messages for name, messages in found.items() if messages} == {}
