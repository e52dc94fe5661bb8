"""BPMN-122: ids fit into the name of a state."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Model
from state_machines.bpmn.rules.walk import finding, nodes
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-122"

_LONGEST: Final = 80


def check(model: Model) -> Iterator[Diagnostic]:
    """State names have at most 80 characters, so a longer id is shortened there. Remedy: choose a shorter id."""
    for _, node in nodes(model):
        if len(node.id) > _LONGEST:
            message = f"The id has {len(node.id)} characters; the state machine shows the first {_LONGEST} at most."
            yield finding(CODE, node, message, "info")
