"""Task tokens: who may answer when, what the answer does, and what happens to answers that come too late."""

from datetime import timedelta
from typing import Any

import pytest

from state_machines.simulator import (
    Completed,
    ExecutionAlreadyExists,
    InvalidOutput,
    InvalidToken,
    Simulator,
    Started,
    TaskDoesNotExist,
    TaskOutcome,
    TaskRequest,
    TaskTimedOut,
    VirtualClock,
)
from tests.state_machines.simulator.machines import ARN, START, Recorder, machine, simulate, types, wait_for_token


@pytest.fixture
def port() -> Recorder:
    return Recorder()


def test_an_answer_ends_the_wait_with_its_result(port: Recorder) -> None:
    task = wait_for_token(
        Output="{% $merge([$states.input, $states.result.variables]) %}", Assign={"by": "{% $states.result.event %}"}
    )
    simulator = simulate(
        machine(T=task, P={"Type": "Pass", "Output": {"by": "{% $by %}", "all": "{% $states.input %}"}}), port
    )
    execution = simulator.start(ARN, {"a": 1})
    simulator.run_until_idle()
    simulator.send_task_success(port.tokens[0], {"event": "task:T", "variables": {"b": [2]}})
    assert simulator.describe(execution).status == "RUNNING"  # an answer only enqueues
    simulator.run_until_idle()
    assert simulator.describe(execution).output == {"by": "task:T", "all": {"a": 1, "b": [2]}}
    expected = ["TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited"]
    assert types(simulator, execution)[1:7] == expected
    scheduled = simulator.history(execution)[2]["taskScheduledEventDetails"]
    assert (scheduled["resourceType"], scheduled["resource"]) == ("aws-sdk:dynamodb", "putItem.waitForTaskToken")


def test_only_the_first_answer_counts(port: Recorder) -> None:
    simulator = simulate(machine(T=wait_for_token()), port)
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    simulator.send_task_success(port.tokens[0], "first")
    for answer in (simulator.send_task_success, simulator.send_task_failure):
        with pytest.raises(TaskTimedOut):
            answer(port.tokens[0], "second")
    with pytest.raises(TaskTimedOut):
        simulator.send_task_heartbeat(port.tokens[0])
    simulator.run_until_idle()
    assert simulator.describe(execution).output == "first"


def test_an_answer_that_was_accepted_beats_a_timeout_that_is_due_with_it(port: Recorder) -> None:
    clock = VirtualClock(START)
    simulator = Simulator({ARN: machine(T=wait_for_token(TimeoutSeconds=10))}, port, clock)
    in_time, late = simulator.start(ARN, 1), simulator.start(ARN, 2)
    simulator.run_until_idle()
    clock.advance(timedelta(seconds=9))
    simulator.send_task_success(port.tokens[0], {})
    clock.advance(timedelta(seconds=1))
    with pytest.raises(TaskTimedOut):  # its time is over, though no step has noticed yet
        simulator.send_task_success(port.tokens[1], {})
    simulator.run_until_idle()
    assert simulator.describe(in_time).status == "SUCCEEDED"
    assert simulator.describe(late).error == "States.Timeout"


def test_tokens_that_nobody_waits_for(port: Recorder) -> None:
    simulator = simulate(machine(T=wait_for_token()), port)
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    with pytest.raises(InvalidToken):
        simulator.send_task_success("nonsense", {})
    with pytest.raises(InvalidOutput):
        simulator.send_task_success(port.tokens[0], {1, 2})
    with pytest.raises(InvalidOutput):
        simulator.send_task_success(port.tokens[0], "x" * 262_144)
    simulator.stop(execution)
    with pytest.raises(TaskTimedOut):
        simulator.send_task_success(port.tokens[0], {})
    simulator.forget(execution)
    with pytest.raises(TaskDoesNotExist):
        simulator.send_task_success(port.tokens[0], {})


def test_a_failure_is_caught_by_its_name(port: Recorder) -> None:
    catch = [{"ErrorEquals": ["bpmn:Rejected"], "Output": "{% $states.errorOutput %}", "Next": "C"}]
    simulator = simulate(machine(T=wait_for_token(Catch=catch, Next="C"), C={"Type": "Pass"}), port)
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    simulator.send_task_failure(port.tokens[0], "bpmn:Rejected", "too old")
    simulator.run_until_idle()
    assert simulator.describe(execution).output == {"Error": "bpmn:Rejected", "Cause": "too old"}


class _InProcess:
    """A port whose handlers answer tokens and start executions while they are called."""

    def __init__(self) -> None:
        self.simulator: Any = None

    def call(self, request: TaskRequest) -> TaskOutcome:
        if request.token is not None:
            self.simulator.send_task_success(request.token, "answered in the call")
            return Started({"Attributes": {}})
        with pytest.raises(ExecutionAlreadyExists):
            self.simulator.start(ARN, {"other": "input"}, "again")
        return Completed({})


def test_handlers_may_answer_and_start_from_within_a_call() -> None:
    port = _InProcess()
    put = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem", "Arguments": {}}
    port.simulator = simulate(machine(P=put, T=wait_for_token()), port)
    execution = port.simulator.start(ARN, {}, "again")
    port.simulator.run_until_idle()
    assert port.simulator.describe(execution).output == "answered in the call"
    order = types(port.simulator, execution)
    assert order.index("TaskSubmitted") < order.index("TaskSucceeded", order.index("TaskSubmitted"))


def test_an_answer_that_was_accepted_counts_though_the_execution_is_stopped_at_once(port: Recorder) -> None:
    simulator = simulate(machine(T=wait_for_token(Assign={"got": "{% $states.result %}"}), W=wait_for_token()), port)
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    simulator.send_task_success(port.tokens[-1], {"claim": "c1"})
    simulator.stop(execution)
    events = simulator.history(execution)
    assert [event["type"] for event in events][-3:] == ["TaskSucceeded", "TaskStateExited", "ExecutionAborted"]
    assert events[-3]["taskSucceededEventDetails"]["output"] == '{"claim":"c1"}'


def test_an_answer_that_was_accepted_may_end_the_execution_before_it_is_stopped(port: Recorder) -> None:
    simulator = simulate(machine(T=wait_for_token()), port)
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    simulator.send_task_success(port.tokens[-1], "done")
    simulator.stop(execution)
    assert (simulator.describe(execution).status, simulator.describe(execution).output) == ("SUCCEEDED", "done")


def test_a_call_may_stop_its_own_execution(port: Recorder) -> None:
    class Stopping(Recorder):
        def call(self, request: TaskRequest) -> TaskOutcome:
            simulator.stop(request.execution_arn, "Enough")
            return Completed("too late")

    put = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem", "Arguments": {}}
    simulator = simulate(machine(P=put, W={"Type": "Wait", "Seconds": 9}), Stopping())
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    assert (simulator.describe(execution).status, simulator.describe(execution).error) == ("ABORTED", "Enough")
