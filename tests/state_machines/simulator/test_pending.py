"""Calls that go on while other things happen: their outcomes come later, in any order, once."""

from datetime import timedelta
from typing import Any

from state_machines.simulator import Completed, Failed, Pending, Simulator, TaskOutcome, TaskRequest, VirtualClock
from tests.state_machines.simulator.machines import ARN, START, function_task, machine, scope, simulate, types

PAIR = machine(
    Both={"Type": "Parallel", "Branches": [scope(A=function_task("f")), scope(B=function_task("f"))]},
)


class Slow:
    """A port whose calls are all pending."""

    def __init__(self) -> None:
        self.asked: list[TaskRequest] = []

    def call(self, request: TaskRequest) -> TaskOutcome:
        self.asked.append(request)
        return Pending()


def begun(definition: dict[str, Any]) -> tuple[Simulator, Slow, str]:
    port = Slow()
    simulator = simulate(definition, port)
    arn = simulator.start(ARN, {})
    simulator.run_until_idle()
    return simulator, port, arn


def test_calls_of_several_branches_are_under_way_at_once_and_end_in_any_order() -> None:
    simulator, port, arn = begun(PAIR)
    assert [request.state for request in port.asked] == ["A", "B"]
    for request in reversed(port.asked):
        simulator.settle(request, Completed(request.state.lower()))
        simulator.run_until_idle()
    assert simulator.describe(arn).output == ["a", "b"]


def test_a_call_that_outlasts_its_state_changes_nothing_more() -> None:
    late = {"Type": "Pass", "Output": "late"}
    task = function_task("f", TimeoutSeconds=5, Catch=[{"ErrorEquals": ["States.Timeout"], "Next": "Late"}], End=True)
    simulator, port, arn = begun(machine(Task=task, Late=late))
    simulator.advance(timedelta(seconds=5))
    simulator.settle(port.asked[0], Completed("too late"))
    simulator.run_until_idle()
    assert simulator.describe(arn).output == "late"


def test_a_failure_is_tried_again_as_another_call() -> None:
    retry = [{"ErrorEquals": ["Busy"], "MaxAttempts": 1, "IntervalSeconds": 1}]
    simulator, port, arn = begun(machine(Task=function_task("f", Retry=retry)))
    simulator.settle(port.asked[0], Failed("Busy"))
    simulator.run_until_idle()
    simulator.advance(timedelta(seconds=1))
    simulator.settle(port.asked[0], Completed("of the first try"))
    simulator.settle(port.asked[1], Completed("of the second"))
    simulator.run_until_idle()
    assert simulator.describe(arn).output == "of the second"


def test_calls_that_were_under_way_are_made_again_after_a_restart() -> None:
    first, port, arn = begun(PAIR)
    first.settle(port.asked[0], Completed("a"))
    first.run_until_idle()
    again = Slow()
    second = Simulator.restore(first.dump(), again, VirtualClock(START))
    second.run_until_idle()
    assert again.asked == [port.asked[1]]
    second.settle(again.asked[0], Completed("b"))
    second.run_until_idle()
    assert second.describe(arn).output == ["a", "b"]
    assert types(second, arn).count("LambdaFunctionScheduled") == 2
