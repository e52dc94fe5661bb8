"""BPMN-112: compensation has a handler, and names an activity that exists."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Activity, Event, Model
from state_machines.bpmn.rules.walk import Place, finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-112"


def check(model: Model) -> Iterator[Diagnostic]:
    """A compensation event without its handler or activity. Remedy: draw the association, choose the activity."""
    activities = {n.id for _, n in nodes(model) if isinstance(n, Activity)}
    for place, node in nodes(model):
        if not isinstance(node, Event):
            continue
        for definition in (d for d in node.definitions if d.kind == "compensation"):
            if node.position == "boundary":
                yield from _boundary(node, place)
            elif definition.activity_ref and definition.activity_ref not in activities:
                message = (
                    f"{label(node)} compensates '{definition.activity_ref}', which does not exist. Choose it again."
                )
                yield finding(CODE, node, message)


def _boundary(event: Event, place: Place) -> Iterator[Diagnostic]:
    handlers = [place.nodes.get(a.target) for a in place.scope.associations if a.source == event.id]
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
