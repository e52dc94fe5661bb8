"""Task states: one attempt from its schedule event to its outcome, its timers and its answers.

What the task does is the port's business, or `nested`'s for executions that a task starts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from state_machines.simulator.errors import QueryFailed, StateFailed
from state_machines.simulator.execution import Execution, Strand
from state_machines.simulator.expressions import Scene
from state_machines.simulator.kernel import Kernel
from state_machines.simulator.machine import State
from state_machines.simulator.nested import start_nested
from state_machines.simulator.ports import Completed, Failed, Outcome, Pending, Started, TaskOutcome, TaskRequest
from state_machines.simulator.resources import Resource, parse_resource
from state_machines.simulator.templates import Template, expect, shown
from state_machines.simulator.transitions import (
    DATA_LIMIT,
    HEARTBEAT_TIMEOUT,
    TIMEOUT,
    fail,
    leave,
    query_failed,
    state_of,
)
from state_machines.simulator.values import Json, Payload, detached, encode, payload, too_large

_MAX_SECONDS: Final = 99_999_999


@dataclass(frozen=True, slots=True)
class _Call:
    arguments: Payload
    timeout: int | None
    heartbeat: int | None


def attempt(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    """Make one attempt: evaluate, schedule, call the port and act on its outcome."""
    strand.turn += 1
    resource = parse_resource(state.resource)
    if resource.waits_for_token:
        strand.token = kernel.issue_token(execution, strand)
    try:
        call = _prepare(kernel.scene(execution, strand), strand, state)
    except QueryFailed as failed:
        query_failed(kernel, execution, strand, failed, strand.last if strand.retries else strand.before)
        return
    if too_large(call.arguments):
        fail(kernel, execution, strand, DATA_LIMIT, _too_large(resource))
        return
    _schedule(kernel, execution, strand, resource, call)
    _start_timers(kernel, execution, strand, call)
    _call(kernel, execution, strand, resource, call.arguments)


def _prepare(scene: Scene, strand: Strand, state: State) -> _Call:
    templates = state.templates
    arguments = payload(templates["Arguments"](scene)) if "Arguments" in templates else strand.input
    timeout = _seconds(templates, scene, "TimeoutSeconds")
    return _Call(arguments, timeout, _seconds(templates, scene, "HeartbeatSeconds"))


def _seconds(templates: Any, scene: Scene, field: str) -> int | None:
    template: Template | None = templates.get(field)
    if template is None:
        return None
    value = expect(template, scene, field, "number")
    if value != int(value) or not 0 < value <= _MAX_SECONDS:
        problem = f"returned an unexpected value: {encode(value)} is not a positive integer."
        raise QueryFailed(shown(template, encode(value)), field, problem)
    return int(value)


def _schedule(kernel: Kernel, execution: Execution, strand: Strand, resource: Resource, call: _Call) -> None:
    timers = {"timeoutInSeconds": call.timeout, "heartbeatInSeconds": call.heartbeat}
    details: dict[str, Json] = {name: seconds for name, seconds in timers.items() if seconds is not None}
    if resource.is_function:
        details |= {"input": call.arguments.text, "resource": resource.arn}
        details.pop("heartbeatInSeconds", None)
        _record(kernel, execution, strand, "LambdaFunctionScheduled", details)
        strand.last = kernel.record(execution, "LambdaFunctionStarted", strand.last)
        return
    region = execution.arn.split(":")[3]
    details |= {**resource.details, "region": region, "parameters": call.arguments.text}
    _record(kernel, execution, strand, "TaskScheduled", details)
    _record(kernel, execution, strand, "TaskStarted", dict(resource.details))


def _record(kernel: Kernel, execution: Execution, strand: Strand, kind: str, details: dict[str, Json]) -> None:
    key = f"{kind[0].lower()}{kind[1:]}EventDetails"
    strand.last = kernel.record(execution, kind, strand.last, key, details)


def _start_timers(kernel: Kernel, execution: Execution, strand: Strand, call: _Call) -> None:
    if call.timeout is not None:
        strand.timeout_at = kernel.now_ms + call.timeout * 1000
        kernel.push(strand.timeout_at, execution.arn, strand.id, strand.turn, "timeout")
    strand.heartbeat = call.heartbeat
    if call.heartbeat is not None:
        beat(kernel, execution, strand)


def beat(kernel: Kernel, execution: Execution, strand: Strand) -> None:
    """A heartbeat: the next one is due within HeartbeatSeconds from now."""
    if strand.heartbeat is not None:
        strand.heartbeat_at = kernel.now_ms + strand.heartbeat * 1000
        kernel.push(strand.heartbeat_at, execution.arn, strand.id, strand.turn, "heartbeat")


def _call(kernel: Kernel, execution: Execution, strand: Strand, resource: Resource, arguments: Payload) -> None:
    strand.call = {"arguments": arguments.value}  # before it is made: a host may save what there is meanwhile
    outcome = _perform(kernel, execution, strand, resource, arguments)
    if not isinstance(outcome, Pending):
        settle(kernel, execution, strand, resource, outcome)


def call_again(kernel: Kernel, execution: Execution, strand: Strand) -> None:
    """Make a call once more that was under way when the simulator was dumped: nobody else will tell its outcome."""
    if strand.call is not None:
        resource = parse_resource(state_of(execution, strand).resource)
        _call(kernel, execution, strand, resource, payload(strand.call["arguments"]))


def _perform(
    kernel: Kernel, execution: Execution, strand: Strand, resource: Resource, arguments: Payload
) -> TaskOutcome:
    if resource.is_nested:
        try:
            return Started(start_nested(kernel, execution, strand, resource, arguments.value))
        except StateFailed as failed:
            return Failed(failed.error or "", failed.cause)
    request = TaskRequest(
        resource=resource.arn,
        arguments=json.loads(arguments.text),  # a copy: the port may do with it what it likes
        token=strand.token,
        execution_arn=execution.arn,
        execution_name=execution.name,
        state_machine_arn=execution.version_arn or execution.machine_arn,
        state=strand.state,
        attempt=strand.retries + 1,
        call=f"{strand.id}.{strand.turn}",
    )
    return kernel.tasks.call(request)


def settle(kernel: Kernel, execution: Execution, strand: Strand, resource: Resource, outcome: Outcome) -> None:
    """Act on what a call has answered, now or after the time that it takes."""
    strand.call = None
    after = 0 if isinstance(outcome, Started) else round(outcome.after.total_seconds() * 1000)
    if after > 0 and not isinstance(outcome, Started):
        data = _outcome_data(outcome)
        kernel.push(kernel.now_ms + after, execution.arn, strand.id, strand.turn, "settle", data)
    elif isinstance(outcome, Failed):
        kind = "TaskSubmitFailed" if resource.submits else "TaskFailed"
        fail_task(kernel, execution, strand, outcome.error, outcome.cause, kind=kind)
    elif resource.submits:
        details = {**resource.details, "output": encode(outcome.output)}
        _record(kernel, execution, strand, "TaskSubmitted", details)
        if not resource.waits_for_token and not resource.is_nested:  # a job that the port has seen through
            complete(kernel, execution, strand, outcome.output)
    else:
        complete(kernel, execution, strand, outcome.output)


def settle_call(kernel: Kernel, execution: Execution, call: str, outcome: Outcome) -> None:
    """The outcome of a call that was pending; void if its state was left meanwhile."""
    after = 0 if isinstance(outcome, Started) else round(outcome.after.total_seconds() * 1000)
    strand, turn = map(int, call.split("."))
    kernel.push(kernel.now_ms + after, execution.arn, strand, turn, "settle", _outcome_data(outcome))


def _outcome_data(outcome: Outcome) -> dict[str, Json]:
    if isinstance(outcome, Failed):
        return {"error": outcome.error, "cause": outcome.cause}
    return {"output": outcome.output}


def settle_late(kernel: Kernel, execution: Execution, strand: Strand, data: dict[str, Json]) -> None:
    """The time that a call takes is over."""
    outcome = Completed(data["output"]) if "output" in data else Failed(data["error"], data["cause"])
    settle(kernel, execution, strand, parse_resource(state_of(execution, strand).resource), outcome)


def complete(kernel: Kernel, execution: Execution, strand: Strand, output: Json) -> None:
    """The task has succeeded with this result."""
    strand.call = None
    state = state_of(execution, strand)
    resource = parse_resource(state.resource)
    result = detached(output)
    if too_large(result):
        fail_task(kernel, execution, strand, DATA_LIMIT, _too_large(resource))
        return
    kind = "LambdaFunctionSucceeded" if resource.is_function else "TaskSucceeded"
    details = {"output": result.text} if resource.is_function else {**resource.details, "output": result.text}
    _record(kernel, execution, strand, kind, details)
    try:
        leave(kernel, execution, strand, state.next, state.templates, default=result, result=result.value)
    except QueryFailed as failed:
        query_failed(kernel, execution, strand, failed, strand.last)


def fail_task(
    kernel: Kernel,
    execution: Execution,
    strand: Strand,
    error: str | None,
    cause: str | None,
    *,
    kind: str = "TaskFailed",
) -> None:
    """The task has failed: record it under its kind, then retry, catch or fail."""
    strand.call = None
    resource = parse_resource(state_of(execution, strand).resource)
    texts = {name: text for name, text in (("error", error), ("cause", cause)) if text is not None}
    if resource.is_function:
        kind = kind.replace("Task", "LambdaFunction", 1)
    _record(kernel, execution, strand, kind, texts if resource.is_function else {**resource.details, **texts})
    fail(kernel, execution, strand, error, cause)


def time_out(kernel: Kernel, execution: Execution, strand: Strand) -> None:
    """TimeoutSeconds are over."""
    fail_task(kernel, execution, strand, TIMEOUT, None, kind="TaskTimedOut")


def miss_heartbeat(kernel: Kernel, execution: Execution, strand: Strand) -> None:
    """HeartbeatSeconds are over, unless a heartbeat has come since this timer was set."""
    if strand.heartbeat_at is not None and kernel.now_ms >= strand.heartbeat_at:
        fail_task(kernel, execution, strand, HEARTBEAT_TIMEOUT, None, kind="TaskTimedOut")


def _too_large(resource: Resource) -> str:
    return (
        f"The state/task '{resource.name}' returned a result with a size exceeding "
        "the maximum number of bytes service limit."
    )
