"""Parallel and Map: outputs in order, scopes of variables, cutting off, concurrency and tolerated failures."""

from datetime import timedelta
from typing import Any

import pytest

from state_machines.simulator import FunctionTasks, InvalidDefinition, TaskError
from tests.state_machines.simulator.machines import (
    ARN,
    START,
    Recorder,
    function_task,
    machine,
    scope,
    simulate,
    types,
    wait_for_token,
)


def _wait(seconds: int, **fields: Any) -> dict[str, Any]:
    return {"Type": "Wait", "Seconds": seconds, **fields}


def _map(processor: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Map", "ItemProcessor": processor, **fields}


def test_branches_run_at_once_and_their_outputs_keep_their_places() -> None:
    slow = scope(A=_wait(60, Output="slow"))
    quick = scope(B={"Type": "Pass", "Output": "{% $outer & ' quick' %}", "Assign": {"inner": 1}})
    parallel = {"Type": "Parallel", "Branches": [slow, quick], "Assign": {"seen": "{% $states.result[1] %}"}}
    last = {
        "Type": "Pass",
        "Output": {"all": "{% $states.input %}", "seen": "{% $seen %}", "leaks": "{% $exists($inner) %}"},
    }
    simulator = simulate(machine(S={"Type": "Pass", "Assign": {"outer": "very"}}, P=parallel, L=last))
    execution = simulator.start(ARN, {})
    simulator.advance(timedelta(seconds=60))
    end = simulator.describe(execution)
    assert end.output == {"all": ["slow", "very quick"], "seen": "very quick", "leaks": False}
    assert end.stop == START + timedelta(seconds=60)


def test_a_failing_branch_cuts_its_siblings_off_and_is_caught() -> None:
    port = Recorder()
    waiting = scope(T=wait_for_token())
    nested = scope(N={"Type": "Parallel", "Branches": [scope(W=_wait(500))]})
    failing = scope(D=_wait(10), F={"Type": "Fail", "Error": "bpmn:Cancel", "Cause": "enough"})
    catch = [{"ErrorEquals": ["bpmn:Cancel"], "Output": "{% $states.errorOutput.Cause %}", "Next": "Caught"}]
    parallel = {"Type": "Parallel", "Branches": [waiting, nested, failing], "Catch": catch, "Next": "Caught"}
    simulator = simulate(machine(P=parallel, Caught={"Type": "Pass"}), port)
    execution = simulator.start(ARN, {})
    simulator.advance(timedelta(hours=1))
    end = simulator.describe(execution)
    assert (end.output, end.stop) == ("enough", START + timedelta(seconds=10))
    order = types(simulator, execution)
    cut = order.index("FailStateEntered")
    assert order[cut + 1 : cut + 6] == [
        "TaskStateAborted",
        "WaitStateAborted",
        "ParallelStateAborted",
        "ParallelStateFailed",
        "ParallelStateExited",
    ]
    assert simulator.next_due() is None


def test_what_nothing_can_catch_ends_the_execution_from_within_a_branch() -> None:
    lost = scope(C={"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "P"}]}, P={"Type": "Pass"})
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    parallel = {"Type": "Parallel", "Branches": [lost, scope(W=_wait(5))], "Catch": catch, "Next": "Caught"}
    simulator = simulate(machine(P=parallel, Caught={"Type": "Pass"}))
    execution = simulator.start(ARN, {})
    simulator.advance(timedelta(minutes=1))
    end = simulator.describe(execution)
    assert (end.status, end.error, end.stop) == ("FAILED", "States.Runtime", START)
    assert types(simulator, execution)[-1] == "ExecutionFailed"


def test_a_retried_parallel_starts_its_branches_again() -> None:
    attempts = []

    def flaky(_: Any) -> str:
        attempts.append(1)
        if len(attempts) < 3:
            raise TaskError("Flaky")
        return "done"

    retry = [{"ErrorEquals": ["Flaky"], "MaxAttempts": 5}]
    parallel = {"Type": "Parallel", "Branches": [scope(T=function_task("f")), scope(W=_wait(1))], "Retry": retry}
    simulator = simulate(machine(P=parallel), FunctionTasks({"f": flaky}))
    execution = simulator.start(ARN, {})
    simulator.advance(timedelta(minutes=1))
    assert simulator.describe(execution).output == ["done", {}]


@pytest.mark.parametrize(("limit", "seconds"), [(1, 50), (2, 30), (0, 10), ("{% 1 + 2 %}", 20)])
def test_a_map_runs_as_many_items_at_once_as_allowed(limit: Any, seconds: int) -> None:
    select = {"index": "{% $states.context.Map.Item.Index %}", "item": "{% $states.context.Map.Item.Value %}"}
    item = scope(W=_wait(10, Output="{% $states.input.item * 10 + $states.input.index %}"))
    simulator = simulate(
        machine(M=_map(item, Items="{% $states.input.n %}", ItemSelector=select, MaxConcurrency=limit))
    )
    execution = simulator.start(ARN, {"n": [5, 6, 7, 8, 9]})
    simulator.advance(timedelta(minutes=5))
    end = simulator.describe(execution)
    assert end.output == [50, 61, 72, 83, 94]
    assert end.stop == START + timedelta(seconds=seconds)


def test_an_inline_map_runs_forty_items_at_once_at_most() -> None:
    simulator = simulate(machine(M=_map(scope(W=_wait(10)))))
    execution = simulator.start(ARN, list(range(81)))
    simulator.advance(timedelta(minutes=5))
    assert simulator.describe(execution).stop == START + timedelta(seconds=30)


def test_the_context_of_a_map_item_reaches_into_nested_scopes() -> None:
    inner = {
        "Type": "Parallel",
        "Branches": [scope(A={"Type": "Pass", "Output": "{% $states.context.Map.Item.Index %}"})],
    }
    simulator = simulate(machine(M=_map(scope(P=inner))))
    execution = simulator.start(ARN, ["a", "b"])
    simulator.run_until_idle()
    assert simulator.describe(execution).output == [[0], [1]]


def _picky(item: Any) -> Any:
    if item < 0:
        raise TaskError("Negative", str(item))
    return item


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, "Negative"),
        ({"ToleratedFailureCount": 1}, "States.ExceedToleratedFailureThreshold"),
        ({"ToleratedFailureCount": 2}, None),
        ({"ToleratedFailurePercentage": 50}, None),
        ({"ToleratedFailurePercentage": 30}, "States.ExceedToleratedFailureThreshold"),
    ],
)
def test_tolerated_failures(limits: dict[str, int], expected: str | None) -> None:
    item = scope(T=function_task("picky"))
    simulator = simulate(machine(M=_map(item, MaxConcurrency=1, **limits)), FunctionTasks({"picky": _picky}))
    execution = simulator.start(ARN, [1, -2, -3, 4])
    simulator.run_until_idle()
    end = simulator.describe(execution)
    assert end.error == expected
    assert end.output == (None if expected else [1, 4])


def test_a_failing_item_stops_the_items_that_run_and_those_to_come() -> None:
    item = scope(W={"Type": "Wait", "Seconds": "{% $states.input < 0 ? 5 : 10 %}"}, T=function_task("picky"))
    simulator = simulate(machine(M=_map(item, MaxConcurrency=2)), FunctionTasks({"picky": _picky}))
    execution = simulator.start(ARN, [1, -2, 3])
    simulator.advance(timedelta(minutes=5))
    order = types(simulator, execution)
    assert order.count("MapIterationStarted") == 2
    assert order[-5:] == [
        "MapIterationFailed",
        "WaitStateAborted",
        "MapIterationAborted",
        "MapStateFailed",
        "ExecutionFailed",
    ]


def test_empty_groups_succeed_at_once() -> None:
    simulator = simulate(machine(M=_map(scope(P={"Type": "Pass"}))))
    execution = simulator.start(ARN, [])
    simulator.run_until_idle()
    assert simulator.describe(execution).output == []


def test_a_branch_may_not_assign_a_variable_of_an_outer_scope() -> None:
    branch = scope(A={"Type": "Pass", "Assign": {"x": 2}})
    with pytest.raises(InvalidDefinition, match="outer scope"):
        simulate(machine(S={"Type": "Pass", "Assign": {"x": 1}}, P={"Type": "Parallel", "Branches": [branch]}))
