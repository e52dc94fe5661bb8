"""FEEL values in Python, and their way from and to plain JSON.

null, booleans and strings are Python's; numbers are Decimal (34 digits, half even); lists are list, contexts dict with
string keys; temporal values, ranges and functions have their own classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, Final, Union

from state_machines.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from state_machines.records import Record

DECIMALS: Final = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)


class Range(Record):
    """An interval as a value; an end that is None is open towards infinity."""

    low: Value
    high: Value
    low_included: bool
    high_included: bool


class Function(Record):
    """A function value, equal to itself alone. `parameters` are the names; None means any number of arguments."""

    name: str
    parameters: tuple[str, ...] | None
    invoke: Callable[..., Any]

    __eq__ = object.__eq__
    __hash__ = object.__hash__


Value = Union[  # noqa: UP007 - recursive, so it must be a quoted or typing form
    None,
    bool,
    Decimal,
    str,
    Date,
    Time,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Range,
    Function,
    list["Value"],
    dict[str, "Value"],
]
Json = Any
TEMPORAL: Final = (Date, Time, DateTime, DaysDuration, MonthsDuration)


def from_json(value: object) -> Value:
    """Plain Python or JSON data as a FEEL value. Strings stay strings; numbers that are not finite become null.

    Python's date, time, datetime and timedelta are taken too. Raises TypeError for any other class.
    """
    convert = _CONVERSIONS.get(type(value))
    if convert is not None:
        return convert(value)
    if isinstance(value, Mapping):
        return {str(key): from_json(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [from_json(item) for item in value]
    return _from_python(value)


def _from_python(value: object) -> Value:
    from state_machines.feel.datetimes import from_python  # here, because JSON holds no dates of Python's

    taken = from_python(value)
    if taken is None:
        raise TypeError(f"{type(value).__name__} is no FEEL value")
    return taken


def _from_int(value: int) -> Decimal | None:
    return _from_decimal(Decimal(value)) if abs(value) < 10**40 else DECIMALS.create_decimal(value)


def _from_float(value: float) -> Decimal | None:
    return _from_decimal(Decimal(repr(value)))


def _from_decimal(value: Decimal) -> Decimal | None:
    return DECIMALS.plus(value) if value.is_finite() else None


_CONVERSIONS: Final[dict[type, Callable[[Any], Value]]] = {
    **{kind: lambda value: value for kind in (type(None), bool, str, Range, Function, *TEMPORAL)},
    int: _from_int,
    float: _from_float,
    Decimal: _from_decimal,
    list: lambda value: [from_json(item) for item in value],
    dict: lambda value: {str(key): from_json(item) for key, item in value.items()},
}


def to_json(value: Value) -> Json:
    """A FEEL value as plain JSON: whole numbers become int, others float; temporal values ISO 8601 strings.

    A range becomes its text, a function null.
    """
    if isinstance(value, Decimal):
        return number_to_json(value)
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, TEMPORAL):
        return str(value)
    if isinstance(value, Range):
        return range_text(value)
    return None if isinstance(value, Function) else value


def number_to_json(value: Decimal) -> int | float:
    """An int where the number is whole and a double holds it exactly, else the nearest float."""
    if value == value.to_integral_value() and value.adjusted() < 16:
        return int(value)
    return float(value)


def range_text(value: Range) -> str:
    """`[1..10)` and the like."""
    low, high = ("" if end is None else str(end) for end in (value.low, value.high))
    return f"{'[' if value.low_included else '('}{low}..{high}{']' if value.high_included else ')'}"


def type_name(value: Value) -> str:
    """The name of a value's type, for words in warnings."""
    return _TYPE_NAMES.get(type(value), "value")


_TYPE_NAMES: Final[dict[type, str]] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DaysDuration: "days and time duration",
    MonthsDuration: "years and months duration",
    Range: "range",
    Function: "function",
    list: "list",
    dict: "context",
}
