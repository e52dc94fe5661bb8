"""Python's own dates and times as FEEL values. Imported where some occur: JSON has none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from state_machines.feel.temporal import Date, DateTime, DaysDuration, Temporal, Time


def from_python(value: object) -> Temporal | None:
    """A date, time, datetime or timedelta as a FEEL value; None for any other class."""
    convert = _CONVERSIONS.get(type(value))
    return None if convert is None else convert(value)


def from_datetime(moment: dt.datetime) -> DateTime:
    """A datetime; an aware one keeps its offset."""
    offset = moment.utcoffset()
    zone = None if offset is None else int(offset.total_seconds())
    time = Time(moment.hour, moment.minute, moment.second, moment.microsecond * 1000, zone)
    return DateTime(Date(moment.year, moment.month, moment.day), time)


def _from_timedelta(value: dt.timedelta) -> DaysDuration:
    return DaysDuration(((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds) * 1000)


_CONVERSIONS: Final[dict[type, Callable[[Any], Temporal]]] = {
    dt.datetime: from_datetime,
    dt.date: lambda value: Date(value.year, value.month, value.day),
    dt.time: lambda value: from_datetime(dt.datetime.combine(dt.date(2000, 1, 1), value)).time,
    dt.timedelta: _from_timedelta,
}
