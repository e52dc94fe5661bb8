"""BPMN-105: a boundary event is attached to an activity of its own scope."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Activity, Event, Model, SubProcess
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-105"


def check(model: Model) -> Iterator[Diagnostic]:
    """A boundary event on nothing, or on no activity. Remedy: move it onto the border of an activity."""
    for place, node in nodes(model):
        if not isinstance(node, Event) or node.position != "boundary":
            continue
        host = place.nodes.get(node.attached_to)
        if not isinstance(host, Activity) or (isinstance(host, SubProcess) and host.kind == "event"):
            message = f"The boundary event {label(node)} is attached to no activity. Move it onto an activity's border."
            yield finding(CODE, node, message)
