"""BPMN-109: no flow leaves an end event."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Event, Model
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-109"


def check(model: Model) -> Iterator[Diagnostic]:
    """A path cannot go on behind its end. Remedy: make it an intermediate event, or remove the flow."""
    for _, node in nodes(model):
        if isinstance(node, Event) and node.position == "end" and node.outgoing:
            message = f"A flow leaves the end event {label(node)}. Make it an intermediate event, or remove the flow."
            yield finding(CODE, node, message)
