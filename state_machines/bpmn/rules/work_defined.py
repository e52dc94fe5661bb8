"""BPMN-124: a service, send or business rule task says what does its work, a receive task what it waits for."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Model, Task
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-124"

_REMEDIES: Final = {
    "service": "what does its work. Choose a connector, a job type or a topic",
    "send": "which message it sends, or what sends it. Choose a message, a connector or a job type",
    "businessRule": "which decision it takes. Choose a decision, or a job type",
    "receive": "which message it waits for. Choose one",
}


def check(model: Model) -> Iterator[Diagnostic]:
    """A task of which nobody knows what it does. Remedy: choose what the words name.

    Plain BPMN has no word for it: there the reader gives the work to workers of the customer's own.
    """
    for _, node in nodes(model):
        if not isinstance(node, Task) or node.kind not in _REMEDIES:
            continue
        if node.job is None and node.decision is None and node.message is None:
            yield finding(CODE, node, f"The task {label(node)} does not say {_REMEDIES[node.kind]}.")
