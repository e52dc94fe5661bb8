"""BPMN-111: a boundary event leads somewhere."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Event, Model
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-111"


def check(model: Model) -> Iterator[Diagnostic]:
    """A boundary event without a flow would end the path silently. Remedy: draw what happens then."""
    for _, node in nodes(model):
        if not isinstance(node, Event) or node.position != "boundary" or node.outgoing:
            continue
        if not any(d.kind == "compensation" for d in node.definitions):
            yield finding(CODE, node, f"Nothing follows the boundary event {label(node)}. Draw what happens then.")
