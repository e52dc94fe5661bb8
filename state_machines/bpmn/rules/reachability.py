"""BPMN-107: every element can be reached."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Event, FlowNode, Gateway, Model, SubProcess, Task
from state_machines.bpmn.rules.walk import Place, finding, label, places, unled
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
    beside, catches = _beside(place), _link_catches(place)
    said = any(isinstance(node, Event) and node.position == "start" for node in place.scope.nodes)
    waiting = [node.id for node in place.scope.nodes if _begins(node, place) or (unled(node) and not said)]
    while waiting:
        node_id = waiting.pop()
        if node_id not in reached and node_id in place.nodes:
            reached.add(node_id)
            node = place.nodes[node_id]
            waiting += [flow.target for flow in place.outgoing(node)]
            waiting += beside.get(node_id, ())
            waiting += [catch for name in _links(node, "intermediateThrow") for catch in catches.get(name, ())]
    return reached


def _beside(place: Place) -> dict[str, list[str]]:
    """What is reached with an element without a flow: its boundary events and compensation handlers."""
    beside: dict[str, list[str]] = {}
    for association in place.scope.associations:
        beside.setdefault(association.source, []).append(association.target)
    for node in place.scope.nodes:
        if isinstance(node, Event) and node.attached_to:
            beside.setdefault(node.attached_to, []).append(node.id)
    return beside


def _link_catches(place: Place) -> dict[str, list[str]]:
    """The link events that catch each name (one, where the model is right)."""
    catches: dict[str, list[str]] = {}
    for node in place.scope.nodes:
        for name in _links(node, "intermediateCatch"):
            catches.setdefault(name, [node.id])
    return catches


def _links(node: FlowNode, position: str) -> list[str]:
    if not isinstance(node, Event) or node.position != position:
        return []
    return [d.name for d in node.definitions if d.kind == "link"]


def _begins(node: FlowNode, place: Place) -> bool:
    """Whether an element is entered without a flow."""
    if isinstance(node, Event):
        return node.position == "start" or (node.position == "boundary" and node.attached_to not in place.nodes)
    if isinstance(node, SubProcess) and node.kind == "event":
        return True
    return isinstance(node, Task | Gateway) and node.instantiate
