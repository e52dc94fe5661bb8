"""Functions that make and read dates, times and durations (DMN 1.5, 10.3.4.1 and .6)."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final, TypeVar

from state_machines.feel import calendar
from state_machines.feel.builtins.signature import Builtin, NoValue, builtin, signature
from state_machines.feel.temporal import (
    NANOS,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    make_time,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from state_machines.feel.values import Value

T = TypeVar("T")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _needed(value: T | None, words: str) -> T:
    if value is None:
        raise NoValue(words)
    return value


def date_from(value: Value) -> Value:
    """A date from its text, or the date of a date and time."""
    if isinstance(value, str):
        return _needed(parse_date(value), f"date: '{value[:50]}' is not a date")
    return value.date if isinstance(value, DateTime) else value


def date_of(year: Decimal, month: Decimal, day: Decimal) -> Value:
    """A date from its parts."""
    parts = int(year), int(month), int(day)
    if not calendar.is_date(*parts):
        raise NoValue("date: there is no such day")
    return Date(*parts)


def time_from(value: Value) -> Value:
    """A time from its text, or the time of a date and time."""
    if isinstance(value, str):
        return _needed(parse_time(value), f"time: '{value[:50]}' is not a time")
    if isinstance(value, DateTime):
        return value.time
    return Time(0, 0, 0, 0, 0) if isinstance(value, Date) else value


def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None) -> Value:
    """A time from its parts."""
    whole = second.to_integral_value(ROUND_FLOOR)
    nanosecond = int((second - whole).scaleb(9))
    zone = None if offset is None else offset.nanos // NANOS
    time = make_time(int(hour), int(minute), int(whole), nanosecond, zone)
    return _needed(time, "time: a part is out of range")


def moment_from(value: str) -> Value:
    """A date and time from its text; of a date alone, its midnight."""
    date = parse_date(value)
    if date is not None:
        return DateTime(date, Time(0, 0, 0))
    return _needed(parse_date_time(value), f"date and time: '{value[:50]}' is not a date and time")


def moment_of(date: Date | DateTime, time: Time) -> Value:
    """A date and a time together."""
    return DateTime(date.date if isinstance(date, DateTime) else date, time)


def duration_from(value: Value) -> Value:
    """A duration from its text."""
    if isinstance(value, str):
        duration = parse_duration(value)
        if duration is None:
            raise NoValue(f"duration: '{value[:50]}' is not a duration")
        return duration
    return value


def months_between(start: Date | DateTime, end: Date | DateTime) -> Value:
    """Whole months from one day to another."""
    first, last = (each.date if isinstance(each, DateTime) else each for each in (start, end))
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return MonthsDuration(months)


def now(run: Any) -> DateTime:
    """The clock's date and time."""
    from state_machines.feel.datetimes import from_datetime

    return from_datetime(_needed(run.now(), "now: the evaluation has no clock"))


def today(run: Any) -> Date:
    """The clock's date."""
    return now(run).date


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


def day_of_year(value: Date | DateTime) -> Value:
    """1 to 366."""
    day = _day(value)
    return Decimal(day.days - calendar.to_days(day.year, 1, 1) + 1)


def week_of_year(value: Date | DateTime) -> Value:
    """The ISO 8601 week."""
    days = _day(value).days
    thursday = days - calendar.week_day(days) + 4
    year = calendar.from_days(thursday)[0]
    return Decimal((thursday - calendar.to_days(year, 1, 1)) // 7 + 1)


def last_day_of_month(value: Date | DateTime) -> Value:
    """28 to 31."""
    day = _day(value)
    return Decimal(calendar.days_in_month(day.year, day.month))


TABLE: Final[dict[str, Builtin]] = dict(
    (
        builtin(
            "date",
            signature("from: string", date_from),
            signature("from: day", date_from),
            signature("year: number, month: number, day: number", date_of),
        ),
        builtin(
            "time",
            signature("from: string", time_from),
            signature("from: temporal", time_from),
            signature("hour: number, minute: number, second: number, offset: days=?", time_of),
        ),
        builtin(
            "date and time",
            signature("from: string", moment_from),
            signature("from: moment", lambda value: value),
            signature("date: day, time: time", moment_of),
        ),
        builtin("duration", signature("from: string", duration_from), signature("from: duration", duration_from)),
        builtin("years and months duration", signature("from: day, to: day", months_between)),
        builtin("now", signature("", now), needs_run=True),
        builtin("today", signature("", today), needs_run=True),
        builtin("day of year", signature("date: day", day_of_year)),
        builtin("day of week", signature("date: day", lambda value: _DAYS[calendar.week_day(_day(value).days) - 1])),
        builtin("month of year", signature("date: day", lambda value: _MONTHS[_day(value).month - 1])),
        builtin("week of year", signature("date: day", week_of_year)),
        builtin("last day of month", signature("date: day", last_day_of_month)),
    )
)
