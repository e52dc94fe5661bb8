"""States that need nobody else: Pass, Succeed, Fail, Choice and Wait."""

from __future__ import annotations

from state_machines.simulator.clock import parse_timestamp
from state_machines.simulator.errors import QueryFailed
from state_machines.simulator.execution import Execution, Strand
from state_machines.simulator.expressions import Scene
from state_machines.simulator.kernel import Kernel
from state_machines.simulator.machine import State
from state_machines.simulator.templates import expect, shown
from state_machines.simulator.transitions import RUNTIME, end_failed, fail, leave, query_failed

_MAX_SECONDS = 99_999_999


def run_pass(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    """Pass."""
    _leave(kernel, execution, strand, state)


def run_succeed(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    """Succeed: the end of its scope."""
    _leave(kernel, execution, strand, state)


def _leave(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    try:
        leave(kernel, execution, strand, state.next, state.templates)
    except QueryFailed as failed:
        query_failed(kernel, execution, strand, failed, strand.before)


def run_fail(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    """Fail: Error and Cause are texts, both may be absent."""
    scene = kernel.scene(execution, strand)
    try:
        error, cause = (
            expect(state.templates[field], scene, field, "string") if field in state.templates else None
            for field in ("Error", "Cause")
        )
    except QueryFailed as failed:
        query_failed(kernel, execution, strand, failed, strand.before)
        return
    end_failed(kernel, execution, strand, error, cause)


def run_choice(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    """Choice: the first rule whose condition is true, else Default, else the execution fails."""
    scene = kernel.scene(execution, strand)
    try:
        for at, rule in enumerate(state.rules):
            if expect(rule.condition, scene, f"Choices[{at}]/Condition", "boolean"):
                leave(kernel, execution, strand, rule.next, rule.templates)
                return
        if state.default is not None:
            leave(kernel, execution, strand, state.default, state.templates)
            return
    except QueryFailed as failed:
        query_failed(kernel, execution, strand, failed, strand.before)
        return
    # The documented States.NoChoiceMatched is not what AWS raises (measured: floci-io/floci#3167).
    cause = (
        f"An error occurred while executing the state '{state.name}' (entered at the event id #{strand.entered}). "
        "Failed to transition out of the state. The state does not point to a next state."
    )
    fail(kernel, execution, strand, RUNTIME, cause)


def run_wait(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    """Wait: until Seconds have passed or Timestamp is reached; a past timestamp does not wait."""
    strand.turn += 1
    try:
        due = _due(kernel.now_ms, kernel.scene(execution, strand), state)
    except QueryFailed as failed:
        query_failed(kernel, execution, strand, failed, strand.before)
        return
    kernel.push(due, execution.arn, strand.id, strand.turn, "wake")


def _due(now_ms: int, scene: Scene, state: State) -> int:
    seconds = state.templates.get("Seconds")
    if seconds is not None:
        value = expect(seconds, scene, "Seconds", "number")
        if value != int(value) or not 0 <= value <= _MAX_SECONDS:
            problem = f"returned an unexpected value: {value} is not a number of seconds."
            raise QueryFailed(shown(seconds, str(value)), "Seconds", problem)
        return now_ms + int(value) * 1000
    timestamp = state.templates["Timestamp"]
    text = expect(timestamp, scene, "Timestamp", "string")
    try:
        return max(now_ms, parse_timestamp(text))
    except ValueError as error:
        problem = f"returned an unexpected value: {text} is not a valid ISO-8601 extended offset date-time."
        raise QueryFailed(shown(timestamp, text), "Timestamp", problem) from error


def wake(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    """A Wait is over."""
    try:
        leave(kernel, execution, strand, state.next, state.templates)
    except QueryFailed as failed:
        query_failed(kernel, execution, strand, failed, strand.last)
