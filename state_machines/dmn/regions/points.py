"""The points of an input: the values that cells name, and one value for each stretch between, below and above them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, DecimalException
from itertools import pairwise
from typing import Any, Final

from state_machines.feel.arithmetic import add_days
from state_machines.feel.comparison import order_key
from state_machines.feel.temporal import NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time, date_time_at
from state_machines.feel.values import DECIMALS, Value, to_json

_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Point:
    """A value that stands for its stretch.

    `outer` points lie beyond the values that cells name, `tight` ones between two whole numbers in a row; `rest` stands
    for all that is not listed, `missing` for an input that is not there or of another type. All others are `inner`:
    whoever drew the table must have thought of them.
    """

    value: Value
    outer: bool = False
    tight: bool = False
    rest: bool = False
    missing: bool = False

    @property
    def inner(self) -> bool:
        """Whether it lies among what the cells speak of."""
        return not (self.outer or self.tight or self.missing)

    @property
    def words(self) -> str:
        """As people read it."""
        if self.rest:
            return "anything else"
        if isinstance(self.value, str):
            return f'"{self.value}"'
        if isinstance(self.value, bool) or self.value is None:
            return {True: "true", False: "false", None: "null"}[self.value]
        return str(to_json(self.value))


def points(named: Iterable[Value], *, ordered_texts: bool) -> list[Point]:
    """The points around the values that cells name, kind by kind, and what every input can be: null, or mistyped.

    `ordered_texts`: some cell compares texts by `<`.
    """
    kinds: dict[str, dict[Any, Value]] = {}
    for value in named:
        kind, key = _kind(value)
        kinds.setdefault(kind, {})[key] = value
    found: list[Point] = []
    for kind, values in kinds.items():
        in_order = [values[key] for key in sorted(values)]
        if kind == "boolean":
            found += [Point(True), Point(False)]
        elif kind == "string" and not ordered_texts:
            found += [*map(Point, in_order), Point(_other(in_order), outer=True, rest=True)]
        elif kind:
            found += _line(in_order)
        else:
            found.append(Point(None))
    if all(point.value is None for point in found):
        found.append(Point(_other([]), outer=True, rest=True))
    if all(point.value is not None for point in found):
        found.append(Point(None, missing=True))
    if not any(isinstance(point.value, str) for point in found):
        found.append(Point(_other([]), missing=True))
    return found


def _kind(value: Value) -> tuple[str, Any]:
    return ("boolean", value) if isinstance(value, bool) else order_key(value)


def _other(texts: list[Value]) -> str:
    text = "other"
    while text in texts:
        text += "?"
    return text


def _line(values: list[Any]) -> list[Point]:
    """Below the first, the values with what lies between them, above the last."""
    steps = _STEPS[type(values[0])]
    found = [Point(each, outer=True) for each in steps(None, values[0])]
    for low, high in pairwise(values):
        found.append(Point(low))
        found += [Point(each, tight=_in_a_row(low, high)) for each in steps(low, high)]
    found.append(Point(values[-1]))
    return [*found, *(Point(each, outer=True) for each in steps(values[-1], None))]


def _in_a_row(low: Any, high: Any) -> bool:
    """17 and 18: whole numbers are often all that an input can be."""
    return isinstance(low, Decimal) and high - low == 1 and low == low.to_integral_value()


Steps = Callable[[Any, Any], Sequence[Value]]
"""A value between two ends (either of them None), in a list; the empty list where there is none."""


def _number(low: Decimal | None, high: Decimal | None) -> list[Value]:
    try:
        return _between(low, high)
    except DecimalException:  # an end at the limits of what a number can be
        return []


def _between(low: Decimal | None, high: Decimal | None) -> list[Value]:
    if low is None:
        return [DECIMALS.subtract(_floor(high), Decimal(1))] if high is not None else []
    whole = DECIMALS.add(_floor(low), Decimal(1))
    if high is None or whole < high:
        return [whole]
    middle = DECIMALS.divide(DECIMALS.add(low, high), Decimal(2))
    return [middle] if low < middle < high else []


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_FLOOR, DECIMALS)


def _by(unit: Callable[[Any, int], Value]) -> Steps:
    """Values of which a smallest step is known."""

    def steps(low: Any, high: Any) -> list[Value]:
        value = unit(high, -1) if low is None else unit(low, 1)
        inside = value is not None and (low is None or high is None or order_key(value)[1] < order_key(high)[1])
        return [value] if inside else []

    return steps


def _second(value: Time, step: int) -> Value:
    second = value.seconds + step
    if not 0 <= second < _DAY:
        return None
    return Time(second // 3600, second % 3600 // 60, second % 60, value.nanosecond, value.zone)


def _text(low: str | None, high: str | None) -> list[str]:
    if low is None:
        return [] if high == "" else [""]
    return [text for text in (low + "a", low + " ", low + "\x01") if high is None or text < high][:1]


_STEPS: Final[dict[type, Steps]] = {
    Decimal: _number,
    str: _text,
    Date: _by(add_days),
    Time: _by(_second),
    DateTime: _by(lambda value, step: date_time_at(value.nanos + step * 60 * NANOS, value.time.zone)),
    DaysDuration: _by(lambda value, step: DaysDuration(value.nanos + step * NANOS)),
    MonthsDuration: _by(lambda value, step: MonthsDuration(value.months + step)),
}
