"""BPMN-112: compensation has a handler, and names an activity that exists."""

from collections.abc import Iterable, Iterator
from typing import Final

from state_machines.bpmn.model import Activity, Event, FlowNode, Model
from state_machines.bpmn.rules.walk import finding, label, nodes, places
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-112"


def check(model: Model) -> Iterator[Diagnostic]:
    """A compensation event without its handler or activity. Remedy: draw the association, choose the activity."""
    activities = {n.id for _, n in nodes(model) if isinstance(n, Activity)}
    handlers = _handlers(model)
    for _, node in nodes(model):
        if not isinstance(node, Event):
            continue
        for definition in (d for d in node.definitions if d.kind == "compensation"):
            if node.position == "boundary":
                yield from _boundary(node, handlers.get(node.id, ()))
            elif definition.activity_ref and definition.activity_ref not in activities:
                message = (
                    f"{label(node)} compensates '{definition.activity_ref}', which does not exist. Choose it again."
                )
                yield finding(CODE, node, message)


def _handlers(model: Model) -> dict[str, list[FlowNode]]:
    """The elements that each element is associated with."""
    found: dict[str, list[FlowNode]] = {}
    for place in places(model):
        for association in place.scope.associations:
            if target := place.nodes.get(association.target):
                found.setdefault(association.source, []).append(target)
    return found


def _boundary(event: Event, handlers: Iterable[FlowNode]) -> Iterator[Diagnostic]:
    if event.outgoing:
        message = (
            f"The compensation event {label(event)} has a sequence flow. Draw an association to its handler instead."
        )
        yield finding(CODE, event, message)
    elif not any(isinstance(h, Activity) and h.for_compensation for h in handlers):
        message = (
            f"The compensation event {label(event)} has no handler. Draw an association to a compensation activity."
        )
        yield finding(CODE, event, message)
