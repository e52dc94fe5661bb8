"""What a reader, a rule or the compiler has to say about a source: one value per finding, all of them collected."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Diagnostic:
    """One finding: a stable code, where it stands, and words that a business user can act on.

    `line` is 1-based in the source file, 0 where the finding belongs to the file as a whole.
    """

    code: str
    severity: Severity
    element_id: str
    line: int
    message: str


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any finding refuses the source."""
    return any(d.severity == "error" for d in diagnostics)
