"""BPMN-113: where a decision gateway has several ways, each but the default has a condition."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Gateway, Model, SequenceFlow
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic, Severity

CODE: Final = "BPMN-113"


def check(model: Model) -> Iterator[Diagnostic]:
    """Without a condition nobody can tell when a way is taken. Remedy: write the condition, or make it the default."""
    for place, node in nodes(model):
        if not isinstance(node, Gateway) or node.kind not in ("exclusive", "inclusive") or len(node.outgoing) < 2:
            continue
        bare = [flow for flow in place.outgoing(node) if flow.condition is None and flow.id != node.default_flow]
        for flow in bare:
            yield finding(CODE, flow, *_judged(node, flow, alone=len(bare) == 1, dialect=place.process.dialect))


def _judged(node: Gateway, flow: SequenceFlow, *, alone: bool, dialect: str) -> tuple[str, Severity]:
    """An inclusive gateway always takes such a flow; an exclusive one when no other is, but not in Camunda 8."""
    words = f"The flow {label(flow)} of {label(node)} has no condition. Write one, or make it the default."
    if node.kind == "inclusive":
        return words, "warning"
    if alone and not node.default_flow and dialect != "camunda8":
        return f"{words} It is taken when no other is.", "warning"
    return words, "error"
