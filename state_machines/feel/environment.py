"""What an evaluation carries along: variables by scope, warnings, the clock, and the budget that stops it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from state_machines.feel.budget import MAX_CALLS, MAX_STEPS, weight
from state_machines.feel.errors import BudgetExceeded, FeelWarning
from state_machines.feel.nodes import NOWHERE, Position
from state_machines.feel.types import Type
from state_machines.feel.values import Value, from_json

if TYPE_CHECKING:
    from datetime import datetime

MAX_WARNINGS: Final = 100
MISSING: Final[Any] = object()


class Run:
    """The state of one evaluation, shared by all its scopes."""

    __slots__ = ("_clock", "_now", "depth", "steps", "types", "warnings")

    def __init__(self, clock: Callable[[], datetime] | None = None, types: Mapping[str, Type] | None = None) -> None:
        self.warnings: list[FeelWarning] = []
        self.steps = MAX_STEPS
        self.depth = 0
        self.types = types or {}
        self._clock = clock
        self._now: datetime | None = None

    def now(self) -> datetime | None:
        """The clock's time, the same throughout one evaluation; None without a clock."""
        if self._now is None and self._clock is not None:
            self._now = self._clock()
        return self._now

    def warn(self, message: str, at: Position = NOWHERE) -> None:
        """Note why a value became null."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(FeelWarning(message, at.line, at.column))

    def spend(self, steps: int = 1) -> None:
        """Take steps off the budget. Raises BudgetExceeded when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise BudgetExceeded("The evaluation takes too many steps")

    def weigh(self, value: Value) -> None:
        """Pay for going through the whole of a value. Raises BudgetExceeded."""
        if isinstance(value, list | dict | str):
            self.spend(weight(value, self.steps))

    def enter(self) -> None:
        """A function was called. Raises BudgetExceeded when calls nest too deeply."""
        self.depth += 1
        if self.depth > MAX_CALLS:
            raise BudgetExceeded("Functions call each other too deeply")

    def leave(self) -> None:
        """The function returned."""
        self.depth -= 1


class Scope:
    """Names and values, and the scope around them."""

    __slots__ = ("parent", "run", "values")

    def __init__(self, values: Mapping[str, Value], parent: Scope | None, run: Run) -> None:
        self.values = values
        self.parent = parent
        self.run = run

    def inner(self, values: Mapping[str, Value]) -> Scope:
        """A scope within this one."""
        return Scope(values, self, self.run)

    def find(self, name: str) -> Any:
        """The value of the innermost variable of this name, or MISSING."""
        scope: Scope | None = self
        while scope is not None:
            value: Any = scope.values.get(name, MISSING)
            if value is not MISSING:
                return value
            scope = scope.parent
        return MISSING


class Variables(dict[str, Value]):
    """Variables as given from outside, turned into FEEL values when they are first read."""

    def __init__(self, given: Mapping[str, object]) -> None:
        super().__init__()
        self._given = given

    def get(self, name: str, default: Any = None) -> Any:
        """The variable's value; `default` where there is none."""
        value = super().get(name, MISSING)
        if value is MISSING:
            raw = self._given.get(name, MISSING)
            if raw is MISSING:
                return default
            value = self[name] = from_json(raw)
        return value
