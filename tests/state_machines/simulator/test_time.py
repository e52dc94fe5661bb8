"""Waits, timeouts, heartbeats and retries happen at their time, to the millisecond, without waiting for it."""

from datetime import timedelta
from typing import Any

import pytest

from state_machines.simulator import Completed, FunctionTasks, TaskError, VirtualClock
from tests.state_machines.simulator.machines import (
    ARN,
    START,
    Recorder,
    function_task,
    machine,
    simulate,
    types,
    wait_for_token,
)


def _seconds(moments: list[Any]) -> list[float]:
    return [(moment - START).total_seconds() for moment in moments]


def test_three_days_of_waiting_take_no_time() -> None:
    simulator = simulate(
        machine(
            Days={"Type": "Wait", "Seconds": "{% $states.input.days * 86400 %}"},
            Until={"Type": "Wait", "Timestamp": "2026-03-10T00:00:00+01:00"},
            Clock={"Type": "Pass", "Output": {"now": "{% $now() %}", "millis": "{% $millis() %}"}},
        )
    )
    execution = simulator.start(ARN, {"days": 3})
    simulator.advance(timedelta(days=30))
    end = simulator.describe(execution)
    assert end.output == {"now": "2026-03-09T23:00:00.000Z", "millis": 1773097200000}
    assert end.stop is not None and end.stop.isoformat() == "2026-03-09T23:00:00+00:00"


def test_a_moment_in_the_past_does_not_wait() -> None:
    simulator = simulate(machine(Until={"Type": "Wait", "Timestamp": "2020-01-01T00:00:00.123456789Z"}))
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    assert simulator.describe(execution).status == "SUCCEEDED"


def test_retries_back_off_up_to_the_longest_delay() -> None:
    calls = []

    def fail(_: Any) -> None:
        calls.append(simulator._kernel.clock.now())
        raise TaskError("Busy", "try later")

    retry = {"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 4, "MaxDelaySeconds": 20}
    simulator = simulate(machine(T=function_task("f", Retry=[retry])), FunctionTasks({"f": fail}))
    execution = simulator.start(ARN, {})
    simulator.advance(timedelta(hours=1))
    assert _seconds(calls) == [0, 2, 8, 26, 46]
    assert simulator.describe(execution).error == "Busy"
    assert types(simulator, execution).count("LambdaFunctionFailed") == 5


def test_each_retrier_counts_its_own_attempts_and_the_token_is_new_each_time() -> None:
    port = Recorder()
    retries = [{"ErrorEquals": ["A"], "MaxAttempts": 1}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}]
    simulator = simulate(machine(T=wait_for_token(Retry=retries)), port)
    execution = simulator.start(ARN, {})
    for error in ("A", "B", "B", "A"):
        simulator.advance(timedelta(minutes=1))
        simulator.send_task_failure(port.tokens[-1], error)
    simulator.advance(timedelta(minutes=1))
    assert simulator.describe(execution).error == "A"
    assert len(set(port.tokens)) == 4
    assert [request.attempt for request in port.requests] == [1, 2, 3, 4]


def test_full_jitter_shortens_delays_and_repeats_itself() -> None:
    def run() -> Any:
        def fail(_: Any) -> None:
            raise TaskError("Busy")

        retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60, "MaxAttempts": 3, "JitterStrategy": "FULL"}
        simulator = simulate(machine(T=function_task("f", Retry=[retry])), FunctionTasks({"f": fail}))
        execution = simulator.start(ARN, {}, "same")
        simulator.advance(timedelta(hours=1))
        return simulator.describe(execution).stop

    first = run()
    assert first == run()
    assert timedelta(0) < first - START < timedelta(seconds=60 + 120 + 240)


def test_a_slow_call_is_cut_off_by_its_timeout_and_its_late_result_is_dropped() -> None:
    catch = [{"ErrorEquals": ["States.Timeout"], "Output": "{% $states.errorOutput %}", "Next": "Late"}]
    slow = FunctionTasks({"f": lambda payload: Completed(payload, timedelta(seconds=90))})
    definition = machine(
        T=function_task("f", TimeoutSeconds="{% $states.input.limit %}", Catch=catch, Next="Done"),
        Late={"Type": "Wait", "Seconds": 100, "End": True},
        Done={"Type": "Pass"},
    )
    simulator = simulate(definition, slow)
    late, done = simulator.start(ARN, {"limit": 89}), simulator.start(ARN, {"limit": 91})
    simulator.advance(timedelta(hours=1))
    assert simulator.describe(late).output == {"Error": "States.Timeout"}
    assert simulator.describe(late).stop == START + timedelta(seconds=189)
    assert simulator.describe(done).stop == START + timedelta(seconds=90)


@pytest.mark.parametrize(("beats", "expected"), [(0, 10), (3, 34)])
def test_heartbeats_keep_a_task_alive(beats: int, expected: int) -> None:
    port = Recorder()
    simulator = simulate(machine(T=wait_for_token(HeartbeatSeconds=10, TimeoutSeconds=60)), port)
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    for _ in range(beats):
        simulator.advance(timedelta(seconds=8))
        simulator.send_task_heartbeat(port.tokens[0])
    simulator.advance(timedelta(minutes=2))
    end = simulator.describe(execution)
    assert (end.error, end.stop) == ("States.HeartbeatTimeout", START + timedelta(seconds=expected))


def test_heartbeats_do_not_outlive_the_timeout() -> None:
    port = Recorder()
    simulator = simulate(machine(T=wait_for_token(HeartbeatSeconds=10, TimeoutSeconds=30)), port)
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    for _ in range(4):
        if simulator.describe(execution).status == "RUNNING":
            simulator.send_task_heartbeat(port.tokens[0])
        simulator.advance(timedelta(seconds=9))
    assert simulator.describe(execution).error == "States.Timeout"


def test_next_due_tells_when_to_come_back() -> None:
    port = Recorder()
    definition = machine(W={"Type": "Wait", "Seconds": 30}, T=wait_for_token())
    simulator = simulate(definition, port)
    assert simulator.next_due() is None
    simulator.start(ARN, {})
    assert simulator.next_due() == START
    simulator.run_until_idle()
    assert simulator.next_due() == START + timedelta(seconds=30)
    simulator.advance(timedelta(seconds=30))
    assert simulator.next_due() is None  # only an answer can move it
    assert not simulator.step()


def test_the_host_moves_the_clock_itself() -> None:
    clock = VirtualClock(START)
    simulator = simulate(machine(W={"Type": "Wait", "Seconds": 30}))
    simulator._kernel.clock = clock
    execution = simulator.start(ARN, {})
    simulator.run_until_idle()
    clock.advance(timedelta(seconds=31))
    assert simulator.run_until_idle() == 1
    assert simulator.describe(execution).status == "SUCCEEDED"
    with pytest.raises(ValueError, match="cannot go back"):
        clock.set(START)


def test_machines_have_a_timeout_of_their_own() -> None:
    definition = machine(W={"Type": "Wait", "Seconds": 30}) | {"TimeoutSeconds": 20}
    simulator = simulate(definition)
    execution = simulator.start(ARN, {})
    simulator.advance(timedelta(minutes=1))
    end = simulator.describe(execution)
    assert (end.status, end.stop, end.error) == ("TIMED_OUT", START + timedelta(seconds=20), None)
    assert types(simulator, execution)[-2:] == ["WaitStateEntered", "ExecutionTimedOut"]
