"""BPMN-115: behind an event-based gateway stand the events that it waits for."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Event, FlowNode, Gateway, Model, Task
from state_machines.bpmn.rules.walk import Place, finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-115"

_AWAITED: Final = {"message", "timer", "signal", "conditional"}


def check(model: Model) -> Iterator[Diagnostic]:
    """Anything but catching events and receive tasks cannot be waited for. Remedy: put such an event in between."""
    for place, node in nodes(model):
        if isinstance(node, Gateway) and node.kind == "eventBased":
            yield from _gateway(node, place)


def _gateway(gateway: Gateway, place: Place) -> Iterator[Diagnostic]:
    if not gateway.outgoing:
        yield finding(CODE, gateway, f"The gateway {label(gateway)} waits for no event. Draw the events behind it.")
    for flow in place.outgoing(gateway):
        target = place.nodes.get(flow.target)
        if target is None:
            continue
        if not _awaited(target):
            message = f"The gateway {label(gateway)} cannot wait for {label(target)}. Put a catching event in between."
            yield finding(CODE, target, message)
        elif len(target.incoming) > 1:
            message = f"{label(target)} is waited for by a gateway, so nothing else may lead to it. Draw a second one."
            yield finding(CODE, target, message)


def _awaited(node: FlowNode) -> bool:
    if isinstance(node, Event):
        kinds = {d.kind for d in node.definitions}
        return node.position == "intermediateCatch" and bool(kinds) and kinds <= _AWAITED
    return isinstance(node, Task) and node.kind == "receive"
