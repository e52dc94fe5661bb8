"""BPMN-111: a boundary event leads somewhere."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Event, Model
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic, Severity

CODE: Final = "BPMN-111"


def check(model: Model) -> Iterator[Diagnostic]:
    """A boundary event without a flow ends the path silently; Camunda 8 refuses it. Remedy: draw what happens then."""
    for place, node in nodes(model):
        if not isinstance(node, Event) or node.position != "boundary" or node.outgoing:
            continue
        if not any(d.kind == "compensation" for d in node.definitions):
            severity: Severity = "error" if place.process.dialect == "camunda8" else "warning"
            message = f"Nothing follows the boundary event {label(node)}. Draw what happens then."
            yield finding(CODE, node, message, severity)
