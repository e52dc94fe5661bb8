"""Performs one queued action: the table from an action's name to what it does, and the limits that end executions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from state_machines.simulator.errors import HistoryFull
from state_machines.simulator.execution import Action, Execution, Strand
from state_machines.simulator.groups import broken, joined, run_map, run_parallel
from state_machines.simulator.kernel import Kernel
from state_machines.simulator.machine import State
from state_machines.simulator.nested import child_failure, child_result
from state_machines.simulator.resources import parse_resource
from state_machines.simulator.simple import run_choice, run_fail, run_pass, run_succeed, run_wait, wake
from state_machines.simulator.tasks import (
    attempt,
    call_again,
    complete,
    fail_task,
    miss_heartbeat,
    settle_late,
    time_out,
)
from state_machines.simulator.transitions import RUNTIME, TIMEOUT, close, enter, fail_execution, state_of
from state_machines.simulator.values import Json

Run = Callable[[Kernel, Execution, Strand, State], None]
Perform = Callable[[Kernel, Execution, Strand, Any], None]

_RUN: Final[Mapping[str, Run]] = {
    "Pass": run_pass,
    "Succeed": run_succeed,
    "Fail": run_fail,
    "Choice": run_choice,
    "Wait": run_wait,
    "Task": attempt,
    "Parallel": run_parallel,
    "Map": run_map,
}


def _enter(kernel: Kernel, execution: Execution, strand: Strand, data: Any) -> None:
    state = state_of(execution, strand)
    enter(kernel, execution, strand, state)
    _RUN[state.kind](kernel, execution, strand, state)


def _retry(kernel: Kernel, execution: Execution, strand: Strand, data: Any) -> None:
    state = state_of(execution, strand)
    _RUN[state.kind](kernel, execution, strand, state)


def _wake(kernel: Kernel, execution: Execution, strand: Strand, data: Any) -> None:
    wake(kernel, execution, strand, state_of(execution, strand))


def _answer(kernel: Kernel, execution: Execution, strand: Strand, data: dict[str, Json]) -> None:
    if "output" in data:
        complete(kernel, execution, strand, data["output"])
    else:
        fail_task(kernel, execution, strand, data["error"], data["cause"])


def _child(kernel: Kernel, execution: Execution, strand: Strand, data: dict[str, Json]) -> None:
    child = kernel.executions[data["arn"]]
    resource = parse_resource(state_of(execution, strand).resource)
    if child.status == "SUCCEEDED":
        complete(kernel, execution, strand, child_result(child, resource))
    else:
        fail_task(kernel, execution, strand, "States.TaskFailed", child_failure(child, resource))


_PERFORM: Final[Mapping[str, Perform]] = {
    "enter": _enter,
    "retry": _retry,
    "wake": _wake,
    "answer": _answer,
    "child": _child,
    "settle": settle_late,
    "call": lambda kernel, execution, strand, data: call_again(kernel, execution, strand),
    "timeout": lambda kernel, execution, strand, data: time_out(kernel, execution, strand),
    "heartbeat": lambda kernel, execution, strand, data: miss_heartbeat(kernel, execution, strand),
    "joined": joined,
    "broken": broken,
}


def perform(kernel: Kernel, action: Action) -> bool:
    """Perform an action that is due. False when it has become void."""
    _, _, arn, strand_id, _, name, data = action
    if not kernel.is_valid(action):
        return False
    execution = kernel.executions[arn]
    try:
        if strand_id < 0:
            _take_in(kernel, execution)
            _end(kernel, execution, name, data)
        else:
            _PERFORM[name](kernel, execution, execution.strands[strand_id], data)
    except HistoryFull:
        cause = "The execution reached the maximum number of history events (25000)."
        fail_execution(kernel, execution, RUNTIME, cause, previous=len(execution.events))
    finally:
        kernel.mark("execution", arn)
    return True


def _take_in(kernel: Kernel, execution: Execution) -> None:
    """Answers that were accepted count, also where the end comes before their turn."""
    if any(strand.token and not strand.open for strand in execution.strands.values()):
        for action in sorted(a for a in kernel.queue if a[2] == execution.arn and a[5] == "answer"):
            perform(kernel, action)


def _end(kernel: Kernel, execution: Execution, name: str, data: dict[str, Json] | None) -> None:
    """End an execution from outside: `stop`, or `expire` (its TimeoutSeconds or the service's year).

    As measured on AWS the states that still run leave no events, the last one has no previous one, and the error of a
    time-out stands in the event only (floci-io/floci#2733, #2965).
    """
    if execution.status != "RUNNING":
        return
    texts = data or {}
    kind, status = ("Aborted", "ABORTED") if name == "stop" else ("TimedOut", "TIMED_OUT")
    shown = texts if name == "stop" else {"error": TIMEOUT}
    details = {key: text for key, text in shown.items() if text is not None}
    kernel.record(execution, f"Execution{kind}", 0, f"execution{kind}EventDetails", details)
    execution.error, execution.cause = texts.get("error"), texts.get("cause")
    close(kernel, execution, status)
