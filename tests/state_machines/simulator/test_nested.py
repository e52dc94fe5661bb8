"""Executions started by tasks: results, failures, names, versions, and what stopping does to children."""

import json
from datetime import timedelta
from typing import Any

import pytest

from state_machines.simulator import Simulator, VirtualClock
from tests.state_machines.simulator.machines import PREFIX, START, Recorder, machine, scope, types, wait_for_token

PARENT, CHILD = PREFIX + "parent", PREFIX + "child"
CHILD_2 = CHILD + ":2"


def _starting(pattern: str, target: str = CHILD, **fields: Any) -> dict[str, Any]:
    arguments = {
        "StateMachineArn": target,
        "Input": "{% $states.input %}",
        "Name": "{% $states.context.Execution.Name & '_2' %}",
    }
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::states:startExecution{pattern}",
        "Arguments": arguments,
        **fields,
    }


def _family(task: dict[str, Any], child: dict[str, Any], port: Recorder | None = None) -> Simulator:
    catch = [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}", "Next": "End"}]
    parent = machine(Call=task | {"Catch": catch, "Next": "End"}, End={"Type": "Pass"})
    return Simulator({PARENT: parent, CHILD_2: child, CHILD: child}, port or Recorder(), VirtualClock(START))


def test_a_parent_waits_for_its_child_and_sees_its_output() -> None:
    task = _starting(".sync:2", CHILD_2, Output="{% $states.result.Output %}")
    simulator = _family(task, machine(W={"Type": "Wait", "Seconds": 60, "Output": {"n": "{% $states.input.n + 1 %}"}}))
    parent = simulator.start(PARENT, {"n": 1}, "i")
    simulator.advance(timedelta(minutes=2))
    assert simulator.describe(parent).output == {"n": 2}
    [child] = simulator.executions(CHILD_2)
    assert (child.name, child.parent, child.version_arn, child.machine_arn) == ("i_2", parent, CHILD_2, CHILD)
    assert child.arn == CHILD.replace(":stateMachine:", ":execution:") + ":i_2"
    expected = ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited"]
    assert types(simulator, parent)[2:7] == expected


@pytest.mark.parametrize("pattern", [".sync", ".sync:2"])
def test_a_failed_child_fails_its_task_with_its_description(pattern: str) -> None:
    simulator = _family(_starting(pattern), machine(F={"Type": "Fail", "Error": "E", "Cause": "c"}))
    parent = simulator.start(PARENT, {"n": 1}, "i")
    simulator.run_until_idle()
    end = simulator.describe(parent).output
    cause = json.loads(end["Cause"])
    assert end["Error"] == "States.TaskFailed"
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "E", "c")
    assert cause["Input"] == ('{"n":1}' if pattern == ".sync" else {"n": 1})


def test_starting_without_waiting() -> None:
    simulator = _family(
        _starting("", Output="{% $states.result.ExecutionArn %}"), machine(W={"Type": "Wait", "Seconds": 60})
    )
    parent = simulator.start(PARENT, {}, "i")
    simulator.run_until_idle()
    [child] = simulator.executions(CHILD)
    assert simulator.describe(parent).output == child.arn
    assert child.status == "RUNNING"


def test_a_start_is_idempotent_only_while_the_same_runs() -> None:
    simulator = _family(_starting(""), machine(W={"Type": "Wait", "Seconds": 60}))
    simulator.start(CHILD, {"n": 1}, "a_2")
    simulator.start(CHILD, {"n": 1}, "b_2")
    same, other = simulator.start(PARENT, {"n": 1}, "a"), simulator.start(PARENT, {"n": 2}, "b")
    simulator.run_until_idle()
    assert "ExecutionArn" in simulator.describe(same).output
    assert simulator.describe(other).output["Error"] == "StepFunctions.ExecutionAlreadyExistsException"


def test_an_unknown_machine() -> None:
    simulator = _family(_starting("", PREFIX + "nobody"), machine(P={"Type": "Pass"}))
    parent = simulator.start(PARENT, {})
    simulator.run_until_idle()
    assert simulator.describe(parent).output["Error"] == "StepFunctions.StateMachineDoesNotExistException"


def test_a_child_may_answer_its_parents_token() -> None:
    task = _starting(".waitForTaskToken")
    task["Arguments"]["Input"] = {"token": "{% $states.context.Task.Token %}"}
    simulator = _family(task, machine(P={"Type": "Pass"}))
    parent = simulator.start(PARENT, {}, "i")
    simulator.run_until_idle()
    [child] = simulator.executions(CHILD)
    assert simulator.describe(parent).status == "RUNNING"
    simulator.send_task_success(child.input["token"], "thanks")
    simulator.run_until_idle()
    assert simulator.describe(parent).output == "thanks"


def test_stopping_a_parent_stops_the_children_that_it_waits_for() -> None:
    grandchild = machine(T=wait_for_token())
    simulator = _family(_starting(".sync:2"), grandchild)
    parent = simulator.start(PARENT, {}, "i")
    simulator.run_until_idle()
    simulator.stop(parent, "Operator", "not needed")
    simulator.run_until_idle()
    assert [(e.status, e.error) for e in simulator.executions()] == [("ABORTED", "Operator"), ("ABORTED", None)]
    assert types(simulator, parent)[-2:] == ["TaskSubmitted", "ExecutionAborted"]


def test_a_failing_branch_stops_the_children_of_its_siblings() -> None:
    failing = scope(W={"Type": "Wait", "Seconds": 5}, F={"Type": "Fail", "Error": "E"})
    parent = machine(P={"Type": "Parallel", "Branches": [scope(C=_starting(".sync:2")), failing]})
    child = machine(W={"Type": "Wait", "Seconds": 600})
    simulator = Simulator({PARENT: parent, CHILD: child}, Recorder(), VirtualClock(START))
    simulator.start(PARENT, {})
    simulator.advance(timedelta(minutes=1))
    assert [e.status for e in simulator.executions()] == ["FAILED", "ABORTED"]


def test_running_executions_keep_their_definition() -> None:
    simulator = Simulator(
        {PARENT: machine(W={"Type": "Wait", "Seconds": 5, "Output": "old"})}, Recorder(), VirtualClock(START)
    )
    old = simulator.start(PARENT, {})
    simulator.register(PARENT, machine(P={"Type": "Pass", "Output": "new"}))
    new = simulator.start(PARENT, {})
    simulator.unregister(PARENT)
    simulator.advance(timedelta(minutes=1))
    assert [simulator.describe(arn).output for arn in (old, new)] == ["old", "new"]
