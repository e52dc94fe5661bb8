"""BPMN-104: a default flow leaves the element that it is the default of, and needs no condition."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Model
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-104"


def check(model: Model) -> Iterator[Diagnostic]:
    """The default is no outgoing flow, or has a condition. Remedy: choose the default again, remove its condition."""
    for place, node in nodes(model):
        if not node.default_flow:
            continue
        if node.default_flow not in node.outgoing:
            message = f"The default flow '{node.default_flow}' does not leave {label(node)}. Choose the default again."
            yield finding(CODE, node, message)
        elif place.flows[node.default_flow].condition is not None:
            message = "A default flow is taken when no other is: its condition is not looked at. Remove the condition."
            yield finding(CODE, place.flows[node.default_flow], message, "warning")
