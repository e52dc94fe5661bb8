"""BPMN-117: cancel events belong to transactions."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Event, Model, SubProcess
from state_machines.bpmn.rules.walk import Place, finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-117"


def check(model: Model) -> Iterator[Diagnostic]:
    """Only a transaction can be cancelled. Remedy: make the sub-process a transaction, or use an error event."""
    for place, node in nodes(model):
        if isinstance(node, Event) and any(d.kind == "cancel" for d in node.definitions) and not _allowed(node, place):
            message = f"The cancel event {label(node)} belongs to no transaction. Use a transaction, or an error event."
            yield finding(CODE, node, message)


def _allowed(event: Event, place: Place) -> bool:
    if event.position == "boundary":
        host = place.nodes.get(event.attached_to)
        return host is None or (isinstance(host, SubProcess) and host.kind == "transaction")
    return any(each.kind == "transaction" for each in place.around)
