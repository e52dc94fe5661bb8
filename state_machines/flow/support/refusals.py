"""What the compiler refuses, by name: elements and combinations whose meaning it cannot keep yet."""

from collections.abc import Iterator, Mapping

from state_machines.bpmn.model import (
    Activity,
    CallActivity,
    Event,
    FlowNode,
    Gateway,
    MultiInstance,
    Process,
    SubProcess,
    Task,
)
from state_machines.diagnostics import Diagnostic
from state_machines.flow.catching import WATCHED
from state_machines.flow.graph import Graph
from state_machines.flow.regions import Region
from state_machines.flow.starting import entries
from state_machines.flow.support.calls import call_words, version_words
from state_machines.flow.support.compensation import compensation_refusals
from state_machines.flow.support.joins import deadlocks
from state_machines.flow.support.loops import lasts, loop_words
from state_machines.flow.support.scopes import (
    event_words,
    handler_words,
    sub_process_words,
)
from state_machines.library import Library

Words = Iterator[str]


def refusals(
    process: Process, graphs: Mapping[str, Graph], regions: Mapping[str, Region], library: Library
) -> Iterator[Diagnostic]:
    """One diagnostic for each thing in a process that cannot be compiled, and warnings of what may not be meant."""
    for graph in graphs.values():
        yield from _starts(process, graph)
        for node in graph.nodes.values():
            for words in (*_refused(graph, node), *handler_words(graph, node)):
                yield Diagnostic("FLOW-001", "error", node.id, node.line, words)
            for words in _idle(graph, node):
                yield Diagnostic("FLOW-052", "warning", node.id, node.line, words)
    yield from compensation_refusals(process)
    yield from deadlocks(graphs, regions)


def _starts(process: Process, graph: Graph) -> Iterator[Diagnostic]:
    found = len(graph.starts())
    drawn = any(isinstance(node, Event) and node.position == "start" for node in graph.nodes.values())
    if found and not graph.scope:
        yield from _same_starts(process, graph)
        return
    if found == 1 or (found and not drawn):  # an ad-hoc sub-process chooses
        return
    inner = f"The sub-process '{graph.scope}'" if graph.scope else f"The process '{process.id}'"
    words = f"{inner} has {found} places to begin; exactly one start event can be compiled."
    yield Diagnostic("FLOW-002", "error", graph.scope or process.id, process.line, words)


def _same_starts(process: Process, graph: Graph) -> Iterator[Diagnostic]:
    """Where two starts wait for the same message or signal, nobody can tell which of them begins."""
    seen: set[tuple[str, str]] = set()
    for entry in entries(graph.nodes, process.scope.flows):
        name = entry.message.name if entry.message else entry.definition.name if entry.definition else ""
        kind = "message" if entry.message else "signal"
        node = entry.caught or entry.node
        called = entry.message or entry.definition
        if called and called.computed:
            words = (
                f"The {kind} '{name}' starts the process: it is named before there are variables. Write a fixed text."
            )
            yield Diagnostic("FLOW-002", "error", node.id, node.line, words)
        if name and (kind, name) in seen:
            words = f"{_named(node)} starts the process by the {kind} '{name}', as another one does already."
            yield Diagnostic("FLOW-002", "error", node.id, node.line, words)
        seen.add((kind, name))


def _refused(graph: Graph, node: FlowNode) -> Words:
    if isinstance(node, Activity):
        yield from _activity(graph, node)
    if isinstance(node, Task):
        yield from _task(graph, node)
    if isinstance(node, Gateway):
        yield from _gateway(graph, node)
    if isinstance(node, Event):
        yield from event_words(graph, node)


def _activity(graph: Graph, node: Activity) -> Words:
    yield from loop_words(node)
    if isinstance(node, CallActivity):
        yield from call_words(graph, node)
    if isinstance(node, SubProcess):
        yield from sub_process_words(graph, node)


def _task(graph: Graph, node: Task) -> Words:
    if node.kind == "receive" and node.message is None:
        yield f"The receive task {_named(node)} names no message."
    if node.kind in ("service", "send") and not (
        node.job or node.script or node.decision or (node.kind == "send" and node.message)
    ):
        yield f"{_named(node)} does not say what it does: give it a connector, a job type or a topic."
    if node.kind == "businessRule" and not (node.job or node.decision):
        yield f"{_named(node)} names no decision."
    if node.decision is not None:
        yield from version_words(f"The business rule task {_named(node)}", node.decision)


def _gateway(graph: Graph, node: Gateway) -> Words:
    if node.kind == "complex":
        yield f"The complex gateway {_named(node)} cannot be compiled: its condition has no agreed meaning."
    if node.kind != "eventBased":
        return
    if node.parallel_events and not node.instantiate:
        yield f"The event-based gateway {_named(node)} waits for all of its events; only one that starts a process can."
    for target in (graph.nodes[flow.target] for flow in graph.outgoing[node.id]):
        if not _after_event_gateway(graph, target):
            yield f"{_named(target)} cannot follow the event-based gateway {_named(node)}: only one event can."


def _after_event_gateway(graph: Graph, node: FlowNode) -> bool:
    alone = len(graph.incoming[node.id]) == 1
    if isinstance(node, Task):
        return alone and node.kind == "receive" and not graph.boundaries.get(node.id)
    return alone and isinstance(node, Event) and node.position == "intermediateCatch" and node.takes_any


def _idle(graph: Graph, node: FlowNode) -> Words:
    """What takes no time cannot be interrupted; calls and waits can. What raises no errors needs nobody to catch."""
    host = graph.nodes.get(node.attached_to) if isinstance(node, Event) and node.position == "boundary" else None
    if not isinstance(host, Task) or not isinstance(node, Event):
        return
    loop = host.loop if isinstance(host.loop, MultiInstance) else None
    if loop is not None and loop.thrown is not None and node.has(loop.thrown.kind):
        return
    if node.has(*WATCHED) and not lasts(host):
        yield f"The boundary event {_named(node)} can never happen: {_named(host)} takes no time."
    if node.has("escalation") or (node.has("error") and not _raises(host)):
        yield f"The boundary event {_named(node)} can never happen: {_named(host)} throws nothing of the kind."


def _raises(task: Task) -> bool:
    return task.kind in ("service", "send", "user", "businessRule") or task.job is not None


def _named(node: FlowNode) -> str:
    return f"'{node.name}' ({node.id})" if node.name else f"'{node.id}'"
