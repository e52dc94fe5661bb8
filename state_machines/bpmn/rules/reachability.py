"""BPMN-107: every element can be reached."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Activity, Event, FlowNode, Gateway, Model, SubProcess, Task
from state_machines.bpmn.rules.walk import Place, finding, label, places
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-107"


def check(model: Model) -> Iterator[Diagnostic]:
    """An element that no flow leads to never runs. Remedy: connect it, or remove it."""
    for place in places(model):
        reached = _reached(place)
        if not reached:
            continue  # there is no beginning: another rule says so once, not this one for every element
        for node in place.scope.nodes:
            if node.id not in reached and not node.incoming:
                yield finding(CODE, node, f"{label(node)} is never reached. Connect it, or remove it.", "warning")
            elif node.id not in reached:
                message = f"{label(node)} is never reached: nothing before it is. Connect what comes before it."
                yield finding(CODE, node, message, "warning")


def _reached(place: Place) -> set[str]:
    reached: set[str] = set()
    waiting = [node.id for node in place.scope.nodes if _begins(node, place)]
    while waiting:
        node_id = waiting.pop()
        if node_id not in reached and node_id in place.nodes:
            reached.add(node_id)
            waiting += _next(place.nodes[node_id], place)
    return reached


def _begins(node: FlowNode, place: Place) -> bool:
    """Whether an element is entered without a flow."""
    if isinstance(node, Event):
        return node.position == "start" or (node.position == "boundary" and node.attached_to not in place.nodes)
    if isinstance(node, SubProcess) and node.kind == "event":
        return True
    if isinstance(node, Task | Gateway) and node.instantiate:
        return True
    return place.within("adHoc") and not node.incoming


def _next(node: FlowNode, place: Place) -> list[str]:
    """Where a token goes from here: along flows, links, to boundary events and compensation handlers."""
    onward = [flow.target for flow in place.outgoing(node)]
    onward += [a.target for a in place.scope.associations if a.source == node.id]
    if isinstance(node, Activity):
        onward += [n.id for n in place.scope.nodes if isinstance(n, Event) and n.attached_to == node.id]
    if isinstance(node, Event) and node.position == "intermediateThrow":
        links = {d.name for d in node.definitions if d.kind == "link"}
        onward += [n.id for n in place.scope.nodes if _catches(n, links)]
    return onward


def _catches(node: FlowNode, links: set[str]) -> bool:
    return (
        isinstance(node, Event)
        and node.position == "intermediateCatch"
        and any(d.kind == "link" and d.name in links for d in node.definitions)
    )
