"""BPMN-108: an element without an outgoing flow ends its path."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Activity, Event, FlowNode, Model, SubProcess
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-108"


def check(model: Model) -> Iterator[Diagnostic]:
    """Allowed, but easily drawn by mistake. Remedy: if the path should end there, draw an end event."""
    for place, node in nodes(model):
        if not node.outgoing and not place.within("adHoc") and not _ends_by_nature(node):
            message = f"Nothing follows {label(node)}: the path ends there. Draw an end event if that is meant."
            yield finding(CODE, node, message, "info")


def _ends_by_nature(node: FlowNode) -> bool:
    if isinstance(node, Event):
        return node.position in ("end", "boundary") or any(d.kind == "link" for d in node.definitions)
    if isinstance(node, SubProcess) and node.kind == "event":
        return True
    return isinstance(node, Activity) and node.for_compensation
