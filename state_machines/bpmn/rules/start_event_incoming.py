"""BPMN-110: no flow leads to a start event or to a boundary event."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Event, Model
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-110"


def check(model: Model) -> Iterator[Diagnostic]:
    """Such events are entered by what happens, not by a flow. Remedy: lead the flow to the element behind the event."""
    for _, node in nodes(model):
        if isinstance(node, Event) and node.position in ("start", "boundary") and node.incoming:
            message = (
                f"A flow leads to the {node.position} event {label(node)}. Lead it to the element behind the event."
            )
            yield finding(CODE, node, message)
