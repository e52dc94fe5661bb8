"""Where the reader collects what it has to say, and the codes that it uses (BPMN-001 to BPMN-099)."""

from dataclasses import dataclass, field
from typing import Final

from state_machines.diagnostics import MAX_ERRORS, Diagnostic, Severity, too_many
from state_machines.xml import Element

UNREADABLE: Final = "BPMN-001"
NOT_BPMN: Final = "BPMN-002"
UNKNOWN_ELEMENT: Final = "BPMN-003"
CANNOT_RUN: Final = "BPMN-004"
NOT_NEEDED: Final = "BPMN-005"
UNSUPPORTED_EXTENSION: Final = "BPMN-006"
BAD_VALUE: Final = "BPMN-007"
DANGLING_REFERENCE: Final = "BPMN-008"
NOT_AN_EXPRESSION: Final = "BPMN-009"
SCRIPT_LANGUAGE: Final = "BPMN-010"
MISSING_ID: Final = "BPMN-011"
FOREIGN_EXTENSION: Final = "BPMN-012"

CODES: Final = {
    UNREADABLE: "The file cannot be read as XML.",
    NOT_BPMN: "The file is XML, but no BPMN 2.0 model with a process.",
    UNKNOWN_ELEMENT: "The element is not part of BPMN 2.0.",
    CANNOT_RUN: "The element is BPMN, but has no meaning that a state machine could keep.",
    NOT_NEEDED: "The instruction is read and has no effect, because the platform works so anyway.",
    UNSUPPORTED_EXTENSION: "The vendor extension changes what happens, and is not supported.",
    BAD_VALUE: "An attribute is missing or its value is not one that is allowed there.",
    DANGLING_REFERENCE: "A reference names something that the file does not hold.",
    NOT_AN_EXPRESSION: "Text, or nothing, stands where an expression must.",
    SCRIPT_LANGUAGE: "A script is written in another language than FEEL.",
    MISSING_ID: "An element has no id.",
    FOREIGN_EXTENSION: "An extension of another tool is not read.",
}


class TooManyErrors(Exception):  # noqa: N818 - it is a limit reached, not a fault
    """Reading ends here. Never leaves the reader."""


@dataclass(frozen=True)
class Findings:
    """A growing list of diagnostics; `owner` lines are found from the XML elements that are passed."""

    items: list[Diagnostic] = field(default_factory=list)

    def add(self, code: str, severity: Severity, element_id: str, line: int, message: str) -> None:
        """Append one finding."""
        self.items.append(Diagnostic(code, severity, element_id, line, message))

    def error(self, code: str, owner: Element | str, line: int, message: str) -> None:
        """Append an error about an element, given by itself or by its id. Raises `TooManyErrors`."""
        self.add(code, "error", _id(owner), line, message)
        if len(self.items) >= MAX_ERRORS and too_many(self.items):
            raise TooManyErrors

    def info(self, code: str, owner: Element | str, line: int, message: str) -> None:
        """Append an information about an element, given by itself or by its id."""
        self.add(code, "info", _id(owner), line, message)


def _id(owner: Element | str) -> str:
    return owner if isinstance(owner, str) else owner.get("id") or ""
