"""How a strand moves: into a state, out of it, to its end; how it fails, retries, is caught, is cut off."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from state_machines.simulator.errors import QueryFailed
from state_machines.simulator.execution import Execution, Strand
from state_machines.simulator.expressions import Scene
from state_machines.simulator.kernel import URGENT, Kernel
from state_machines.simulator.machine import Catcher, Retrier, State
from state_machines.simulator.templates import Template
from state_machines.simulator.values import UNDEFINED, Json, Payload, encode, payload, too_large

QUERY_ERROR = "States.QueryEvaluationError"
TIMEOUT = "States.Timeout"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
DATA_LIMIT = "States.DataLimitExceeded"
RUNTIME = "States.Runtime"

_UNCATCHABLE = frozenset({DATA_LIMIT, RUNTIME})
_CAN_CATCH = frozenset({"Task", "Parallel", "Map"})
_SHOWS_ABORT = frozenset({"Task", "Wait", "Parallel", "Map"})


def state_of(execution: Execution, strand: Strand) -> State:
    """The compiled state that a strand is in."""
    return execution.machine.scopes[strand.scope].states[strand.state]


def enter(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    """Record that a strand enters its state and begin its bookkeeping anew."""
    strand.before = strand.last
    strand.entered_ms = kernel.now_ms
    details = {"name": state.name, "input": strand.input.text}
    kind = f"{state.kind}StateEntered"
    strand.last = kernel.record(execution, kind, strand.before, "stateEnteredEventDetails", details)
    strand.entered = strand.last
    strand.active = True
    strand.tries = {}
    strand.retries = 0


def leave(
    kernel: Kernel,
    execution: Execution,
    strand: Strand,
    target: str | None,
    templates: Mapping[str, Template] | None = None,
    *,
    default: Payload | None = None,
    result: Json = UNDEFINED,
    error_output: Json = UNDEFINED,
) -> None:
    """Leave a state for `target` (None: the end) with Output (else `default`, else the input) and Assign.

    Raises QueryFailed before anything has changed.
    """
    templates = templates or {}
    scene = kernel.scene(execution, strand, result=result, error_output=error_output)
    output = _output(templates, scene, strand.input if default is None else default)
    assigned = templates["Assign"](scene) if "Assign" in templates else {}
    if too_large(output) or (assigned and too_large(payload(assigned))):
        end_failed(kernel, execution, strand, DATA_LIMIT, _too_large(strand.state))
        return
    _exit(kernel, execution, strand, output, assigned)
    if target is None:
        finish(kernel, execution, strand, output)
    else:
        strand.state, strand.input = target, output
        kernel.push(kernel.now_ms, execution.arn, strand.id, strand.turn, "enter")


def _output(templates: Mapping[str, Template], scene: Scene, default: Payload) -> Payload:
    template = templates.get("Output")
    if template is None:
        return default
    value = template(scene)
    return default if value is default.value else payload(value)


def _too_large(name: str) -> str:
    return f"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."


def _exit(kernel: Kernel, execution: Execution, strand: Strand, output: Payload, assigned: dict[str, Json]) -> None:
    details: dict[str, Json] = {"name": strand.state, "output": output.text}
    if assigned:
        details["assignedVariables"] = {name: encode(value) for name, value in assigned.items()}
        strand.variables = {**strand.variables, **assigned}
    kind = f"{state_of(execution, strand).kind}StateExited"
    strand.last = kernel.record(execution, kind, strand.last, "stateExitedEventDetails", details)
    strand.active = False
    strand.turn += 1
    strand.token = strand.timeout_at = strand.heartbeat_at = strand.child = strand.group = None


def finish(kernel: Kernel, execution: Execution, strand: Strand, output: Payload) -> None:
    """A strand has come to its end: the execution succeeds, or the state that runs the strand is told."""
    if strand.parent is None:
        details = {"output": output.text}
        kernel.record(execution, "ExecutionSucceeded", strand.last, "executionSucceededEventDetails", details)
        execution.output = output
        close(kernel, execution, "SUCCEEDED")
        return
    parent = execution.strands[strand.parent]
    data = {"strand": strand.id, "output": output.value}
    kernel.push(URGENT, execution.arn, parent.id, parent.turn, "joined", data)


def query_failed(kernel: Kernel, execution: Execution, strand: Strand, failed: QueryFailed, previous: int) -> None:
    """Record a failed expression and fail the state with it."""
    cause = _record_query_failure(kernel, execution, strand, failed, previous)
    fail(kernel, execution, strand, QUERY_ERROR, cause)


def _record_query_failure(
    kernel: Kernel, execution: Execution, strand: Strand, failed: QueryFailed, previous: int
) -> str:
    cause = failed.describe(strand.state, strand.entered)
    details = {"error": QUERY_ERROR, "cause": cause, "location": failed.location, "state": strand.state}
    key = "evaluationFailedEventDetails"
    strand.last = kernel.record(execution, "EvaluationFailed", previous, key, details)
    return cause


def fail(kernel: Kernel, execution: Execution, strand: Strand, error: str | None, cause: str | None) -> None:
    """The current state has failed: retry it, catch the error, or let the strand fail."""
    state = state_of(execution, strand)
    strand.turn += 1
    strand.token = strand.timeout_at = strand.heartbeat_at = strand.child = strand.group = None
    if state.kind not in _CAN_CATCH:
        end_failed(kernel, execution, strand, error, cause)
        return
    if _retry(kernel, execution, strand, state, error):
        return
    if state.kind != "Task":
        # These two events follow the failed branch's own last event, as the next one does.
        strand.last = kernel.record(execution, f"{state.kind}StateFailed", strand.last)
    _catch_or_end(kernel, execution, strand, state, error, cause)


def _retry(kernel: Kernel, execution: Execution, strand: Strand, state: State, error: str | None) -> bool:
    for at, retrier in enumerate(state.retriers):
        if matches(retrier.errors, error):
            made = strand.tries.get(at, 0)
            if made >= retrier.attempts:
                return False
            strand.tries[at] = made + 1
            strand.retries += 1
            delay = _delay_ms(retrier, made, f"{execution.arn}/{strand.id}/{strand.entered}/{strand.retries}")
            kernel.push(kernel.now_ms + delay, execution.arn, strand.id, strand.turn, "retry")
            return True
    return False


def _delay_ms(retrier: Retrier, made: int, seed: str) -> int:
    delay = retrier.interval * retrier.backoff**made
    if retrier.max_delay is not None:
        delay = min(delay, retrier.max_delay)
    if retrier.jitter:  # FULL: anything between nothing and the delay, here the same in every run
        delay *= int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") / 2**32
    return int(delay * 1000)


def _catch_or_end(
    kernel: Kernel, execution: Execution, strand: Strand, state: State, error: str | None, cause: str | None
) -> None:
    catcher = next((catcher for catcher in state.catchers if matches(catcher.errors, error)), None)
    if catcher is None:
        end_failed(kernel, execution, strand, error, cause)
        return
    try:
        _leave_by(kernel, execution, strand, catcher, error, cause)
    except QueryFailed as failed:
        text = _record_query_failure(kernel, execution, strand, failed, strand.last)
        end_failed(kernel, execution, strand, QUERY_ERROR, text)


def _leave_by(
    kernel: Kernel, execution: Execution, strand: Strand, catcher: Catcher, error: str | None, cause: str | None
) -> None:
    error_output = {key: text for key, text in (("Error", error), ("Cause", cause)) if text is not None}
    leave(
        kernel,
        execution,
        strand,
        catcher.next,
        catcher.templates,
        default=payload(error_output),
        error_output=error_output,
    )


def matches(names: frozenset[str], error: str | None) -> bool:
    """Whether an `ErrorEquals` matches an error (ASL, "Errors"); two terminal errors match by their own name only."""
    if error in names:
        return error != RUNTIME
    if error in _UNCATCHABLE:
        return False
    if error == HEARTBEAT_TIMEOUT and TIMEOUT in names:
        return True
    return "States.ALL" in names or ("States.TaskFailed" in names and error not in (TIMEOUT, HEARTBEAT_TIMEOUT))


def end_failed(kernel: Kernel, execution: Execution, strand: Strand, error: str | None, cause: str | None) -> None:
    """A strand fails for good: so does its execution, or the state that runs the strand is told.

    States.Runtime ends the execution from any depth: nothing can catch it.
    """
    strand.active = False
    strand.turn += 1
    if strand.parent is None or error == RUNTIME:
        fail_execution(kernel, execution, error, cause, previous=strand.last)
        return
    parent = execution.strands[strand.parent]
    data = {"strand": strand.id, "error": error, "cause": cause}
    kernel.push(URGENT, execution.arn, parent.id, parent.turn, "broken", data)


def fail_execution(
    kernel: Kernel, execution: Execution, error: str | None, cause: str | None, *, previous: int
) -> None:
    """End an execution as FAILED."""
    details = {key: text for key, text in (("error", error), ("cause", cause)) if text is not None}
    kernel.record(execution, "ExecutionFailed", previous, "executionFailedEventDetails", details)
    execution.error, execution.cause = error, cause
    close(kernel, execution, "FAILED")


def cut_off(kernel: Kernel, execution: Execution, strand: Strand) -> None:
    """Abort a strand with all that it runs, innermost first, and take it out; no event follows an Aborted one."""
    if strand.group is not None:
        for inner in list(strand.group.running):
            cut_off(kernel, execution, execution.strands[inner])
    if strand.active:
        kind = state_of(execution, strand).kind
        if kind in _SHOWS_ABORT:
            kernel.record(execution, f"{kind}StateAborted", strand.last)
    if strand.item is not None and strand.parent is not None:
        details = {"name": execution.strands[strand.parent].state, "index": strand.index}
        key = "mapIterationAbortedEventDetails"
        kernel.record(execution, "MapIterationAborted", strand.last, key, details)
    stop_child(kernel, strand)
    del execution.strands[strand.id]


def stop_child(kernel: Kernel, strand: Strand) -> None:
    """Step Functions stops the nested execution that a cut-off `.sync` task waits for."""
    if strand.child is not None:
        kernel.push(URGENT, strand.child, -1, -1, "stop", {"error": None, "cause": None})


def close(kernel: Kernel, execution: Execution, status: str) -> None:
    """Put an execution into its final status, drop what it still runs and tell who waits for it."""
    for strand in execution.strands.values():
        stop_child(kernel, strand)
    execution.status = status
    execution.stop_ms = kernel.now_ms
    execution.strands = {}
    kernel.announce(execution)
    for arn, strand_id, turn in execution.waiters:
        kernel.push(kernel.now_ms, arn, strand_id, turn, "child", {"arn": execution.arn})
