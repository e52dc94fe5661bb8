"""BPMN-123: no complex gateways."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Gateway, Model
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-123"


def check(model: Model) -> Iterator[Diagnostic]:
    """BPMN leaves open what a complex gateway does. Remedy: use exclusive, inclusive or parallel gateways."""
    for _, node in nodes(model):
        if isinstance(node, Gateway) and node.kind == "complex":
            message = f"The complex gateway {label(node)} is not supported. Use exclusive, inclusive or parallel ones."
            yield finding(CODE, node, message)
