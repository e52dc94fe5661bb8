"""BPMN-113: where a decision gateway has several ways, each but the default has a condition."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Gateway, Model
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-113"


def check(model: Model) -> Iterator[Diagnostic]:
    """Without a condition nobody can tell when a way is taken. Remedy: write the condition, or make it the default."""
    for place, node in nodes(model):
        if not isinstance(node, Gateway) or node.kind not in ("exclusive", "inclusive") or len(node.outgoing) < 2:
            continue
        for flow in place.outgoing(node):
            if flow.condition is None and flow.id != node.default_flow:
                message = (
                    f"The flow {label(flow)} of {label(node)} has no condition. Write one, or make it the default."
                )
                yield finding(CODE, flow, message, "error" if node.kind == "exclusive" else "warning")
