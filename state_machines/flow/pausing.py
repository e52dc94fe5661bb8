"""Whether elements may make a token wait for the world. Graphs and library only."""

from collections.abc import Iterable

from state_machines.bpmn.model import CallActivity, Event, FlowNode, Gateway, SubProcess, Task
from state_machines.flow.expressions import inner_expression
from state_machines.flow.graph import Graph
from state_machines.flow.regions import reach
from state_machines.library import Library


def handler_waits(graph: Graph, event: Event, library: Library) -> bool:
    """Whether what follows an event, up to the end of its scope, may wait."""
    return any(
        may_wait(graph.nodes[node_id], library) for flow in graph.outgoing[event.id] for node_id in reach(graph, flow)
    )


def runs_aside(graph: Graph, event: FlowNode, library: Library) -> bool:
    """Whether each event starts a handler in an execution of its own: it may come before the last one ended.

    A handler that does not wait has ended at once, unless it comes back to what its event is attached to.
    """
    if not isinstance(event, Event) or event.interrupting or not event.definitions:
        return False
    timer = event.definitions[0].timer if len(event.definitions) == 1 else None
    once = event.position == "start" and timer is not None and timer.type != "cycle"
    return not once and (handler_waits(graph, event, library) or _comes_back(graph, event))


def _comes_back(graph: Graph, event: Event) -> bool:
    return any(event.attached_to in reach(graph, flow) for flow in graph.outgoing[event.id])


def may_wait(node: FlowNode, library: Library) -> bool:
    """Whether a token may rest at this element until somebody or some time comes."""
    if isinstance(node, SubProcess):
        return _any(node.scope.nodes, library)
    if isinstance(node, Task):
        unknown = node.job is not None and node.job.type not in library.connectors and not inner_expression(node)
        return node.kind in ("user", "receive") or unknown
    if isinstance(node, Event):
        worked = node.job is not None and node.job.type not in library.connectors
        return node.position == "intermediateCatch" or worked
    return isinstance(node, CallActivity) or (isinstance(node, Gateway) and node.kind == "eventBased")


def _any(nodes: Iterable[FlowNode], library: Library) -> bool:
    return any(may_wait(node, library) for node in nodes)
