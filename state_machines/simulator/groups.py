"""Parallel and Map: starting branches and iterations, collecting their outputs, cutting them off when one fails."""

from __future__ import annotations

from math import inf
from typing import Any, Final

from state_machines.simulator.errors import QueryFailed
from state_machines.simulator.execution import Execution, Group, Strand
from state_machines.simulator.expressions import Scene
from state_machines.simulator.kernel import Kernel
from state_machines.simulator.machine import State
from state_machines.simulator.templates import expect, shown
from state_machines.simulator.transitions import cut_off, fail, leave, query_failed, state_of
from state_machines.simulator.values import Json, Payload, encode, payload

INLINE_CONCURRENCY: Final = 40
"""Iterations that an inline Map runs at once (Step Functions quotas)."""

_EXCEEDED = "States.ExceedToleratedFailureThreshold"


def run_parallel(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    """Parallel: every branch starts at once on the state's Arguments (else its input)."""
    strand.turn += 1
    arguments = state.templates.get("Arguments")
    try:
        given = strand.input if arguments is None else payload(arguments(kernel.scene(execution, strand)))
    except QueryFailed as failed:
        query_failed(kernel, execution, strand, failed, strand.last if strand.retries else strand.before)
        return
    strand.last = kernel.record(execution, "ParallelStateStarted", strand.last)
    strand.group = Group(results=[None] * len(state.scopes))
    for index, scope in enumerate(state.scopes):
        _spawn(kernel, execution, strand, scope, index, given, strand.last)


def run_map(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    """Map, inline: one iteration per item, as many at once as MaxConcurrency allows."""
    strand.turn += 1
    try:
        strand.group = _plan(kernel.scene(execution, strand), strand, state)
    except QueryFailed as failed:
        query_failed(kernel, execution, strand, failed, strand.last if strand.retries else strand.before)
        return
    details = {"length": len(strand.group.results)}
    strand.last = kernel.record(execution, "MapStateStarted", strand.last, "mapStateStartedEventDetails", details)
    _start_items(kernel, execution, strand, state, strand.last)


def _plan(scene: Scene, strand: Strand, state: State) -> Group:
    templates = state.templates
    items = expect(templates["Items"], scene, "Items", "array") if "Items" in templates else strand.input.value
    if not isinstance(items, list):
        raise QueryFailed("$states.input", "Items", "returned an unexpected result type. Expected 'array'.")
    concurrency = _limit(scene, state, "MaxConcurrency")
    return Group(
        results=[None] * len(items),
        items=items,
        concurrency=min(int(concurrency or 0) or INLINE_CONCURRENCY, INLINE_CONCURRENCY),
        tolerated=_tolerated(scene, state, len(items)),
    )


def _limit(scene: Scene, state: State, field: str, most: float = inf) -> float | None:
    if field not in state.templates:
        return None
    template = state.templates[field]
    value = float(expect(template, scene, field, "number"))
    if not 0 <= value <= most or (most == inf and not value.is_integer()):
        problem = f"returned an unexpected value: {encode(value)} is out of range."
        raise QueryFailed(shown(template, encode(value)), field, problem)
    return value


def _tolerated(scene: Scene, state: State, length: int) -> float | None:
    count = _limit(scene, state, "ToleratedFailureCount")
    percentage = _limit(scene, state, "ToleratedFailurePercentage", 100)
    limits = [count, None if percentage is None else percentage * length / 100]
    return min((limit for limit in limits if limit is not None), default=None)


def _start_items(kernel: Kernel, execution: Execution, strand: Strand, state: State, previous: int) -> None:
    """Start iterations up to the concurrency; when none is left to start or to end, the Map has succeeded."""
    group = _group(strand)
    while group.items is not None and group.next < len(group.items) and len(group.running) < group.concurrency:
        if not _start_item(kernel, execution, strand, state, previous):
            return
    if group.done == len(group.results):
        _succeed(kernel, execution, strand, state)


def _start_item(kernel: Kernel, execution: Execution, strand: Strand, state: State, previous: int) -> bool:
    group = _group(strand)
    index = group.next
    group.next += 1
    item = {"Index": index, "Value": (group.items or [])[index]}
    details = {"name": state.name, "index": index}
    key = "mapIterationStartedEventDetails"
    started = kernel.record(execution, "MapIterationStarted", previous, key, details)
    selector = state.templates.get("ItemSelector")
    try:
        given = payload(item["Value"] if selector is None else _select(kernel, execution, strand, selector, item))
    except QueryFailed as failed:
        _abort_running(kernel, execution, strand)
        query_failed(kernel, execution, strand, failed, started)
        return False
    _spawn(kernel, execution, strand, state.scopes[0], index, given, started, item)
    return True


def _select(kernel: Kernel, execution: Execution, strand: Strand, selector: Any, item: dict[str, Json]) -> Json:
    strand.item, outer = item, strand.item
    try:
        return selector(kernel.scene(execution, strand))
    finally:
        strand.item = outer


def _spawn(
    kernel: Kernel,
    execution: Execution,
    strand: Strand,
    scope: str,
    index: int,
    given: Payload,
    previous: int,
    item: dict[str, Json] | None = None,
) -> None:
    inner = Strand(
        id=execution.next_strand,
        scope=scope,
        state=execution.machine.scopes[scope].start,
        input=given,
        last=previous,
        parent=strand.id,
        index=index,
        item=item,
        outer=dict(strand.visible()),
    )
    execution.next_strand += 1
    execution.strands[inner.id] = inner
    _group(strand).running[inner.id] = index
    kernel.push(kernel.now_ms, execution.arn, inner.id, 0, "enter")


def joined(kernel: Kernel, execution: Execution, strand: Strand, data: dict[str, Json]) -> None:
    """A branch or iteration has ended with an output."""
    state, group = state_of(execution, strand), _group(strand)
    inner = execution.strands.pop(data["strand"])
    index = group.running.pop(inner.id)
    group.results[index] = data["output"]
    _came_back(kernel, execution, strand, state, inner, "MapIterationSucceeded")


def _came_back(kernel: Kernel, execution: Execution, strand: Strand, state: State, inner: Strand, kind: str) -> None:
    group = _group(strand)
    group.done += 1
    strand.last = inner.last
    if state.kind == "Map":
        strand.last = _record_iteration(kernel, execution, state, inner, kind)
        _start_items(kernel, execution, strand, state, inner.last)
    elif group.done == len(group.results):
        _succeed(kernel, execution, strand, state)


def _record_iteration(kernel: Kernel, execution: Execution, state: State, inner: Strand, kind: str) -> int:
    details = {"name": state.name, "index": inner.index}
    key = f"{kind[0].lower()}{kind[1:]}EventDetails"
    return kernel.record(execution, kind, inner.last, key, details)


def _succeed(kernel: Kernel, execution: Execution, strand: Strand, state: State) -> None:
    kernel.record(execution, f"{state.kind}StateSucceeded", strand.last)
    group = _group(strand)
    dropped = group.lost
    results = [value for index, value in enumerate(group.results) if index not in dropped]
    result = payload(results)
    try:
        leave(kernel, execution, strand, state.next, state.templates, default=result, result=result.value)
    except QueryFailed as failed:
        query_failed(kernel, execution, strand, failed, strand.last)


def broken(kernel: Kernel, execution: Execution, strand: Strand, data: dict[str, Json]) -> None:
    """A branch or iteration has failed: cut off the others and fail, unless the failure is tolerated."""
    state, group = state_of(execution, strand), _group(strand)
    inner = execution.strands.pop(data["strand"])
    group.running.pop(inner.id)
    group.failures += 1
    if group.tolerated is not None and group.failures <= group.tolerated:
        group.lost.append(inner.index)
        _came_back(kernel, execution, strand, state, inner, "MapIterationFailed")
        return
    if state.kind == "Map":
        _record_iteration(kernel, execution, state, inner, "MapIterationFailed")
    _abort_running(kernel, execution, strand)
    strand.last = inner.last
    if group.tolerated is None:
        fail(kernel, execution, strand, data["error"], data["cause"])
    else:
        fail(kernel, execution, strand, _EXCEEDED, "The specified tolerated failure threshold was exceeded")


def _abort_running(kernel: Kernel, execution: Execution, strand: Strand) -> None:
    group = _group(strand)
    for inner_id in list(group.running):
        cut_off(kernel, execution, execution.strands[inner_id])
    group.running = {}


def _group(strand: Strand) -> Group:
    if strand.group is None:
        raise AssertionError(f"{strand.state} runs no branches")
    return strand.group
