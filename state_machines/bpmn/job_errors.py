"""Camunda 7's error mappings of external tasks: conditions on which a job throws a BPMN error."""

from collections.abc import Iterator

from state_machines.bpmn import findings as codes
from state_machines.bpmn.model import Expression, JobError
from state_machines.bpmn.namespaces import CAMUNDA, camunda, extensions
from state_machines.bpmn.references import References
from state_machines.xml import Element


def read_job_errors(element: Element, owner: str, references: References) -> tuple[JobError, ...]:
    """The error mappings of a task, in the order in which they are asked."""
    found = [e for e in extensions(element) if e.namespace in CAMUNDA and e.name == "errorEventDefinition"]
    if found and camunda(element, "type") != "external":
        words = "Error mappings are for external tasks. Give the task a topic, or decide on its result in a gateway."
        references.notation.findings.error(codes.UNSUPPORTED_EXTENSION, owner, element.line, words)
    return tuple(error for each in found for error in _read(each, owner, references))


def _read(definition: Element, owner: str, references: References) -> Iterator[JobError]:
    notation = references.notation
    condition = notation.optional(definition.get("expression"), definition.line)
    declared = references.find("error", definition.get("errorRef"), owner, definition.line)
    if not isinstance(condition, Expression) or declared is None:
        words = "An error mapping needs an error and an expression such as ${externalTask.errorMessage == 'x'}."
        notation.findings.error(codes.BAD_VALUE, owner, definition.line, words)
        return
    code = notation.name(declared.get("errorCode") or declared.get("name") or "", owner, declared.line, "The code")
    yield JobError(condition, code, notation.optional(camunda(declared, "errorMessage"), declared.line))
