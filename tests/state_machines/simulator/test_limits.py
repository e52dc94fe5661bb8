"""The service's limits end executions as the service does."""

from datetime import timedelta
from typing import Any

import pytest

from state_machines.simulator import (
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    FunctionTasks,
    InvalidArn,
    InvalidDefinition,
    InvalidExecutionInput,
    InvalidName,
    Started,
    StateMachineDoesNotExist,
)
from tests.state_machines.simulator.machines import (
    ARN,
    PREFIX,
    START,
    Recorder,
    function_task,
    machine,
    scope,
    simulate,
    wait_for_token,
)

BIG = "x" * 262_145
DISTRIBUTED = {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, **scope(B={"Type": "Pass"})}


def test_a_loop_ends_at_25000_events() -> None:
    simulator = simulate(machine(A={"Type": "Pass", "Next": "B"}, B={"Type": "Pass", "Next": "A"}))
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    end = simulator.describe(execution)
    assert (end.status, end.error) == ("FAILED", "States.Runtime")
    assert len(simulator.history(execution)) == 25_000


def test_a_year_is_the_longest_life() -> None:
    simulator = simulate(machine(T=wait_for_token()), type("Port", (), {"call": lambda self, request: Started()})())
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    assert simulator.next_due() is None
    simulator.advance(timedelta(days=400))
    end = simulator.describe(execution)
    assert (end.status, end.stop) == ("TIMED_OUT", START + timedelta(days=365))


@pytest.mark.parametrize(
    ("catch", "expected"), [("States.ALL", None), ("States.DataLimitExceeded", "caught"), ("States.TaskFailed", None)]
)
def test_only_its_own_name_catches_the_data_limit(catch: str, expected: str | None) -> None:
    task = function_task("f", Catch=[{"ErrorEquals": [catch], "Output": "caught", "Next": "C"}], Next="C")
    simulator = simulate(machine(T=task, C={"Type": "Pass"}), FunctionTasks({"f": lambda _: BIG}))
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    end = simulator.describe(execution)
    assert end.output == expected
    assert end.error == (None if expected else "States.DataLimitExceeded")


@pytest.mark.parametrize("field", ["Output", "Assign"])
def test_states_may_not_make_more_than_256_kib(field: str) -> None:
    double = {"v": "{% $states.input.v & $states.input.v & $states.input.v %}"}
    simulator = simulate(machine(P={"Type": "Pass", field: double}))
    fits, exceeds = simulator.start(ARN, {"v": "ą" * 40_000}), simulator.start(ARN, {"v": "ą" * 50_000})
    simulator.run_until_idle()
    assert simulator.describe(fits).status == "SUCCEEDED"
    assert simulator.describe(exceeds).error == "States.DataLimitExceeded"


def test_choices_need_a_match() -> None:
    choice = {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.a = 1 %}", "Next": "P"}]}
    simulator = simulate(machine(C=choice, P={"Type": "Pass"}))
    one, two = simulator.start(ARN, {"a": 1}), simulator.start(ARN, {"a": 2})
    simulator.run_until_idle()
    assert simulator.describe(one).status == "SUCCEEDED"
    assert simulator.describe(two).error == "States.Runtime"


def test_what_start_refuses() -> None:
    simulator = simulate(machine(P={"Type": "Pass"}))
    first = simulator.start(ARN, {"a": 1}, "n")
    assert simulator.start(ARN, {"a": 1}, "n") == first
    refused: list[tuple[type[Exception], tuple[Any, ...]]] = [
        (ExecutionAlreadyExists, (ARN, {"a": True}, "n")),
        (StateMachineDoesNotExist, (PREFIX + "other", {})),
        (StateMachineDoesNotExist, (ARN + ":7", {})),
        (InvalidArn, ("m", {})),
        (InvalidName, (ARN, {}, "a b")),
        (InvalidName, (ARN, {}, "n" * 81)),
        (InvalidExecutionInput, (ARN, BIG)),
        (InvalidExecutionInput, (ARN, {"a": float("nan")})),
    ]
    for error, arguments in refused:
        with pytest.raises(error):
            simulator.start(*arguments)
    simulator.run_until_idle()
    with pytest.raises(ExecutionAlreadyExists):
        simulator.start(ARN, {"a": 1}, "n")
    simulator.forget(first)
    with pytest.raises(ExecutionDoesNotExist):
        simulator.describe(first)


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}},
        machine(A={"Type": "Pass", "Next": "Nowhere"}),
        machine(A={"Type": "Pass", "Output": "{% 1 + %}"}),
        machine(A={"Type": "Pass", "ResultPath": "$.a"}),
        machine(A={"Type": "Sleep"}),
        machine(A={"Type": "Task", "Resource": "arn:aws:states:eu-central-1:1:activity:a"}),
        machine(A={"Type": "Parallel"}),
        machine(A={"Type": "Choice", "Choices": [{"Next": "A"}]}),
        machine(A={"Type": "Wait"}),
        machine(A={"Type": "Wait", "Seconds": 1, "Timestamp": "2026-03-10T00:00:00Z"}),
        {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass"}}},
        machine(A={"Type": "Pass", "Next": "A", "End": True}),
        machine(A={"Type": "Map", "ItemBatcher": {}, "ItemProcessor": scope(B={"Type": "Pass"})}),
        machine(A={"Type": "Map", "ItemProcessor": DISTRIBUTED}),
    ],
)
def test_what_register_refuses(definition: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        simulate(definition)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ({"Type": "Wait", "Timestamp": "{% $states.input.v %}"}, "States.QueryEvaluationError"),
        ({"Type": "Wait", "Seconds": "{% $states.input.n %}"}, "States.QueryEvaluationError"),
        ({"Type": "Wait", "Seconds": "{% $states.input.v %}"}, "States.QueryEvaluationError"),
        (function_task("f", TimeoutSeconds="{% $states.input.n %}"), "States.QueryEvaluationError"),
        ({"Type": "Map", "MaxConcurrency": "{% $states.input.n %}"}, "States.QueryEvaluationError"),
        ({"Type": "Map", "MaxConcurrency": "{% 1.5 %}"}, "States.QueryEvaluationError"),
        ({"Type": "Map", "ToleratedFailurePercentage": 101}, "States.QueryEvaluationError"),
        ({"Type": "Map", "Items": "{% $states.input %}"}, "States.QueryEvaluationError"),
        ({"Type": "Map", "ItemSelector": "{% $states.input.none %}"}, "States.QueryEvaluationError"),
        ({"Type": "Parallel", "Branches": [], "Arguments": "{% $states.input.none %}"}, "States.QueryEvaluationError"),
        ({"Type": "Fail", "Error": "{% $states.input.n %}"}, "States.QueryEvaluationError"),
        ({"Type": "Choice", "Choices": [{"Condition": "{% 1 %}", "Next": "S"}]}, "States.QueryEvaluationError"),
    ],
)
def test_values_that_a_field_may_not_have(state: dict[str, Any], error: str) -> None:
    items = {"Items": [1, 2], "ItemProcessor": machine(P={"Type": "Pass"})} if state["Type"] == "Map" else {}
    simulator = simulate(machine(S=items | state))
    execution = simulator.start(ARN, {"v": "2026-13-01T00:00:00Z", "n": -1})
    simulator.run_until_idle()
    assert simulator.describe(execution).error == error


def test_answered_tasks_leave_no_timers_behind() -> None:
    port = Recorder()
    loop = machine(
        T=wait_for_token(TimeoutSeconds=99_999_999, Next="C"), C={"Type": "Choice", "Choices": [], "Default": "T"}
    )
    simulator = simulate(loop, port)
    simulator.start(ARN, {})
    for turn in range(3_000):
        simulator.run_until_idle()
        simulator.send_task_success(port.tokens[turn], {})
    assert len(simulator._kernel.queue) <= 1_001
