"""What stands behind a dot on values other than contexts: parts of temporal values and ranges (DMN 1.5, table 65)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from state_machines.feel import calendar
from state_machines.feel.temporal import DAY_SECONDS, NANOS, Date, DateTime, DaysDuration, MonthsDuration, Time
from state_machines.feel.values import Range, Value


def property_of(value: Value, name: str) -> tuple[bool, Value]:
    """Whether values of this type have the property, and its value."""
    read = _PROPERTIES.get(type(value), {}).get(name)
    return (False, None) if read is None else (True, read(value))


def _days_part(value: DaysDuration, divisor: int, modulus: int | None) -> Decimal:
    size = abs(value.nanos) // (divisor * NANOS)
    size = size % modulus if modulus else size
    return Decimal(-size if value.nanos < 0 else size)


def _months_part(value: MonthsDuration, years: bool) -> Decimal:
    size = abs(value.months) // 12 if years else abs(value.months) % 12
    return Decimal(-size if value.months < 0 else size)


def _offset(offset: int | None) -> DaysDuration | None:
    return None if offset is None else DaysDuration(offset * NANOS)


def _second(value: Time) -> Decimal:
    return Decimal(value.second) + Decimal(value.nanosecond).scaleb(-9) if value.nanosecond else Decimal(value.second)


def _zone_name(value: Time) -> str | None:
    return value.zone if isinstance(value.zone, str) else None


_Properties = dict[str, Callable[[Any], Value]]
_DATE: Final[_Properties] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(calendar.week_day(value.days)),
}
_TIME: Final[_Properties] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _second,
    "time offset": lambda value: _offset(value.offset),
    "timezone": _zone_name,
}


def _of(part: str, properties: _Properties) -> _Properties:
    def reader(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
        return lambda value: read(getattr(value, part))

    return {name: reader(read) for name, read in properties.items()}


_PROPERTIES: Final[dict[type, _Properties]] = {
    Date: _DATE,
    Time: _TIME,
    DateTime: _of("date", _DATE) | _of("time", _TIME) | {"time offset": lambda value: _offset(value.offset)},
    DaysDuration: {
        "days": lambda value: _days_part(value, DAY_SECONDS, None),
        "hours": lambda value: _days_part(value, 3600, 24),
        "minutes": lambda value: _days_part(value, 60, 60),
        "seconds": lambda value: _days_part(value, 1, 60),
    },
    MonthsDuration: {
        "years": lambda value: _months_part(value, True),
        "months": lambda value: _months_part(value, False),
    },
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_included,
        "end included": lambda value: value.high_included,
    },
}
MEMBERS: Final = frozenset({"time offset", "start included", "end included"})
"""The property names of more than one word, which a parser must know."""
