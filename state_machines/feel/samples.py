"""One value of each type: what an operation makes of types is found by asking it, so there is no second table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from state_machines.feel.arithmetic import operate
from state_machines.feel.comparison import less
from state_machines.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from state_machines.feel.types import ANY, Type
from state_machines.feel.values import Function, Range, Value, type_name

_DATE: Final = Date(2024, 3, 1)
SAMPLES: Final[Mapping[str, Value]] = {
    "number": Decimal(2),
    "string": "text",
    "boolean": True,
    "date": _DATE,
    "time": Time(12, 30, 0),
    "date and time": DateTime(_DATE, Time(12, 30, 0)),
    "days and time duration": DaysDuration(86_400_000_000_000),
    "years and months duration": MonthsDuration(14),
    "range": Range(Decimal(1), Decimal(2), True, True),
    "list": [Decimal(1)],
    "context": {"entry": Decimal(1)},
    "function": Function("function", ("value",), lambda run, arguments: None),
}
_ZONED: Final = DateTime(_DATE, Time(12, 30, 0, 0, 0))


@cache
def _result(operator: str, left: str, right: str) -> str | None:
    """The name of the result's type. A date and time may have a zone or none: one of the two must do."""
    pairs = [(one, other) for one in _samples(left) for other in _samples(right)]
    values = (operate(operator, one, other) for one, other in pairs)
    return next((type_name(value) for value in values if value is not None), None)


def _samples(name: str) -> tuple[Value, ...]:
    return (SAMPLES[name], _ZONED) if name == "date and time" else (SAMPLES[name],)


def arithmetic_type(operator: str, left: Type, right: Type) -> Type | None:
    """The type of a result, Any where an operand's is unknown, None where there is none."""
    if "Any" in (left.name, right.name):
        return ANY
    if left.name not in SAMPLES or right.name not in SAMPLES:
        return None
    name = _result(operator, left.name, right.name)
    return Type(name) if name is not None else None


def have_order(left: Type, right: Type) -> bool:
    """Whether `<` can hold between values of two known types."""
    if left.name != right.name or left.name not in SAMPLES:
        return False
    sample = SAMPLES[left.name]
    return less(sample, sample) is not None
