"""BPMN-126: no flow leads to or from an event sub-process or a compensation activity."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Activity, FlowNode, Model, SubProcess
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-126"


def check(model: Model) -> Iterator[Diagnostic]:
    """They begin by an event, not by a flow. Remedy: remove the flow, or make it an ordinary activity."""
    for _, node in nodes(model):
        word = _word(node)
        if word and (node.incoming or node.outgoing):
            yield finding(
                CODE, node, f"A flow touches the {word} {label(node)}, which an event starts. Remove the flow."
            )


def _word(node: FlowNode) -> str:
    if isinstance(node, SubProcess) and node.kind == "event":
        return "event sub-process"
    return "compensation activity" if isinstance(node, Activity) and node.for_compensation else ""
