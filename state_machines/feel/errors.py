"""What FEEL has to say about an expression: one exception for text that is no FEEL, warnings for the rest."""

from __future__ import annotations

from state_machines.records import Record


class FeelSyntaxError(ValueError):
    """The text cannot be parsed. `line` and `column` count from 1 within the text."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{message} (line {line}, column {column})")
        self.message = message
        self.line = line
        self.column = column


class FeelWarning(Record):
    """Why a value became null, and where. `line` and `column` count from 1 within the expression's text."""

    message: str
    line: int
    column: int


class FeelError(ValueError):
    """A strict evaluation met what others turn into null; `warnings` says what, and where."""

    def __init__(self, warnings: tuple[FeelWarning, ...]) -> None:
        super().__init__("; ".join(f"line {w.line}, column {w.column}: {w.message}" for w in warnings))
        self.warnings = warnings


class BudgetExceeded(Exception):  # noqa: N818 - it is a limit reached, not a fault
    """An evaluation took more steps, or nested deeper, than it may. Never leaves the package: it becomes a warning."""
