"""Equality, order and membership in three-valued logic (DMN 1.5, 10.3.2.13): None is "cannot be said"."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from state_machines.feel.temporal import NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time
from state_machines.feel.values import Function, Range, Value

_IN_ZONE: Final = "time@"


def equal(left: Value, right: Value) -> bool | None:
    """Whether two values are the same; None where their types differ. null equals null only."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    special = _EQUALITY.get(kind)
    return special(left, right) if special is not None else left == right


def same(left: Value, right: Value) -> bool:
    """Equality where two values of different types are simply different, as within lists and contexts."""
    return equal(left, right) is True


def _equal_lists(left: list[Value], right: list[Value]) -> bool:
    return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Value], right: dict[str, Value]) -> bool:
    return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())


def _equal_ranges(left: Range, right: Range) -> bool:
    ends = (left.low_included, left.high_included) == (right.low_included, right.high_included)
    return ends and same(left.low, right.low) and same(left.high, right.high)


def _equal_keys(left: Any, right: Any) -> bool | None:
    one, other = order_key(left), order_key(right)
    if one[0] != other[0]:
        zones = one[0].startswith(_IN_ZONE) and other[0].startswith(_IN_ZONE)
        return False if zones else None
    return one == other


_EQUALITY: Final[dict[type, Callable[[Any, Any], bool | None]]] = {
    list: _equal_lists,
    dict: _equal_contexts,
    Range: _equal_ranges,
    Time: _equal_keys,
    DateTime: _equal_keys,
    Function: lambda left, right: None,
}


def order_key(value: Value) -> tuple[str, Any]:
    """A kind and a key: values of one kind are ordered by their keys. The kind "" has no order."""
    key = _ORDER.get(type(value))
    return key(value) if key is not None else ("", None)


def _time_key(value: Time) -> tuple[str, Any]:
    if isinstance(value.zone, str):
        return f"{_IN_ZONE}{value.zone}", value.seconds * NANOS + value.nanosecond
    if value.zone is None:
        return "time", value.seconds * NANOS + value.nanosecond
    return "time with offset", (value.seconds - value.zone) * NANOS + value.nanosecond


_ORDER: Final[dict[type, Callable[[Any], tuple[str, Any]]]] = {
    Decimal: lambda value: ("number", value),
    str: lambda value: ("string", value),
    Date: lambda value: ("date", (value.year, value.month, value.day)),
    Time: _time_key,
    DateTime: lambda value: ("local date and time" if value.time.zone is None else "date and time", value.nanos),
    DaysDuration: lambda value: ("days and time duration", value.nanos),
    MonthsDuration: lambda value: ("years and months duration", value.months),
}


def less(left: Value, right: Value) -> bool | None:
    """`left < right`; None where the two have no order."""
    kind = type(left)
    if kind is type(right) and kind in (Decimal, str):
        return left < right  # type: ignore[operator]
    (one, left_key), (other, right_key) = order_key(left), order_key(right)
    return bool(left_key < right_key) if one and one == other else None


def not_(value: bool | None) -> bool | None:
    """Negation in three-valued logic."""
    return None if value is None else not value


def _not_equal(left: Value, right: Value) -> bool | None:
    return not_(equal(left, right))


COMPARE: Final[dict[str, Callable[[Value, Value], bool | None]]] = {
    "=": equal,
    "!=": _not_equal,
    "<": less,
    ">": lambda left, right: less(right, left),
    "<=": lambda left, right: not_(less(right, left)),
    ">=": lambda left, right: not_(less(left, right)),
}


def in_range(value: Value, range_: Range) -> bool | None:
    """Whether the value lies between the ends; None where it has no order with one of them."""
    above = _beyond(range_.low, value, range_.low_included)
    below = _beyond(value, range_.high, range_.high_included) if range_.high is not None else True
    if above is False or below is False:
        return False
    return None if above is None or below is None else True


def _beyond(low: Value, high: Value, included: bool) -> bool | None:
    if low is None:
        return True
    return COMPARE["<=" if included else "<"](low, high)


def contains(items: list[Value], value: Value) -> bool:
    """Whether the list holds a value equal to the one given."""
    return any(same(item, value) for item in items)
