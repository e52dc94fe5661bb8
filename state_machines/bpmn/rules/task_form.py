"""BPMN-121: a user task has a form."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Model, Task
from state_machines.bpmn.rules.walk import finding, label, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-121"


def check(model: Model) -> Iterator[Diagnostic]:
    """Without a form a task can only be confirmed. Remedy: choose a form, if something is to be filled in."""
    for _, node in nodes(model):
        if isinstance(node, Task) and node.kind == "user" and node.form is None:
            message = (
                f"The user task {label(node)} has no form: it can only be confirmed. Choose one if more is needed."
            )
            yield finding(CODE, node, message, "info")
