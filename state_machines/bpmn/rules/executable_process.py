"""BPMN-101: at least one process of the file is executable."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Model
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-101"


def check(model: Model) -> Iterator[Diagnostic]:
    """Nothing can be started from a file of drawings. Remedy: tick "Executable" on the process."""
    if not any(process.executable for process in model.processes):
        first = model.processes[0] if model.processes else None
        element_id, line = (first.id, first.line) if first else ("", 0)
        message = "No process of the file is executable. Tick 'Executable' on the process that is to run."
        yield Diagnostic(CODE, "error", element_id, line, message)
