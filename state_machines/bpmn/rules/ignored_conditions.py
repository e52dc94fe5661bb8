"""BPMN-114: flows out of parallel and event-based gateways have no conditions, and none is the default."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Gateway, Model
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-114"


def check(model: Model) -> Iterator[Diagnostic]:
    """Such gateways take their flows whatever a condition says. Remedy: remove it, or use an inclusive gateway."""
    for place, node in nodes(model):
        if isinstance(node, Gateway) and node.kind in ("parallel", "eventBased"):
            for flow in place.outgoing(node):
                if flow.condition is not None or flow.id == node.default_flow:
                    what = "default" if flow.id == node.default_flow else "condition"
                    message = (
                        f"The {what} on {label(flow)} is not looked at behind this gateway. "
                        "Remove it, or use an inclusive gateway."
                    )
                    yield finding(CODE, flow, message, "warning")
