"""BPMN-102: ids are unique in the file."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Model
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-102"


def check(model: Model) -> Iterator[Diagnostic]:
    """Two elements with one id cannot be told apart. Remedy: give the later one another id."""
    seen: dict[str, int] = {}
    for element_id, line in _ids(model):
        if element_id in seen:
            message = f"The id '{element_id}' is already used in line {seen[element_id]}. Give this element another id."
            yield Diagnostic(CODE, "error", element_id, line, message)
        elif element_id:
            seen[element_id] = line


def _ids(model: Model) -> Iterator[tuple[str, int]]:
    for process in model.processes:
        yield process.id, process.line
        for node in process.scope.walk():
            if (node.id, node.line) != (process.id, process.line):  # a global task is both
                yield node.id, node.line
        for flow in process.scope.walk_flows():
            yield flow.id, flow.line
