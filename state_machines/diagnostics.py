"""What a reader, a rule or the compiler has to say about a source: one value per finding, all of them collected."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

MAX_ERRORS: Final = 500
"""Then looking for more ends: nobody reads them, and no answer could hold them all."""
MAX_WORDS: Final = 1_000
"""Characters of a message; what it quotes from the source can be of any length."""

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

    def __post_init__(self) -> None:
        if len(self.message) > MAX_WORDS:
            object.__setattr__(self, "message", self.message[: MAX_WORDS - 3] + "...")


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any finding refuses the source."""
    return any(d.severity == "error" for d in diagnostics)


def too_many(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether there are so many errors that more are not looked for."""
    return sum(d.severity == "error" for d in diagnostics) >= MAX_ERRORS


def up_to_limit(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings until there are too many errors: the rest is not even made."""
    errors = 0
    for diagnostic in diagnostics:
        yield diagnostic
        errors += diagnostic.severity == "error"
        if errors == MAX_ERRORS:
            return
