"""FEEL's temporal values: dates, times, dates and times, both durations, with their text forms (ISO 8601).

Arithmetic on them lives in arithmetic.py, comparison in comparison.py, their properties in properties.py.
"""

from __future__ import annotations

import re
from typing import Final

from state_machines.feel import calendar
from state_machines.feel.regexes import regex
from state_machines.records import Record

NANOS: Final = 1_000_000_000
DAY_SECONDS: Final = 86_400
Zone = int | str | None
"""An offset in seconds, the name of a zone, or none (local)."""


class Date(Record):
    """A day. Years go from -999,999,999 to 999,999,999."""

    year: int
    month: int
    day: int

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        return calendar.to_days(self.year, self.month, self.day)

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


class Time(Record):
    """A time of day, with an offset, a named zone or neither."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    zone: Zone = None

    @property
    def seconds(self) -> int:
        """Whole seconds since midnight."""
        return self.hour * 3600 + self.minute * 60 + self.second

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC, where that is known without a date."""
        return self.zone if isinstance(self.zone, int) else None

    def __str__(self) -> str:
        return f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}{_fraction(self.nanosecond)}{_zone_text(self.zone)}"


class DateTime(Record):
    """A date and time of day."""

    date: Date
    time: Time

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC, or None where the time is local."""
        zone = self.time.zone
        if isinstance(zone, str):
            return calendar.zone_offset(zone, self.date.days, self.time.seconds)
        return zone

    @property
    def nanos(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00, in UTC where the zone is known, else local."""
        seconds = self.date.days * DAY_SECONDS + self.time.seconds - (self.offset or 0)
        return seconds * NANOS + self.time.nanosecond

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


class DaysDuration(Record):
    """A days and time duration."""

    nanos: int

    def __str__(self) -> str:
        total, nanosecond = divmod(abs(self.nanos), NANOS)
        days, rest = divmod(total, DAY_SECONDS)
        hours, minutes, seconds = rest // 3600, rest % 3600 // 60, rest % 60
        parts = "".join(f"{n}{u}" for n, u in ((hours, "H"), (minutes, "M")) if n)
        if seconds or nanosecond:
            parts += f"{seconds}{_fraction(nanosecond)}S"
        text = (f"{days}D" if days else "") + (f"T{parts}" if parts else "")
        return f"{'-' if self.nanos < 0 else ''}P{text or 'T0S'}"


class MonthsDuration(Record):
    """A years and months duration."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{'-' if self.months < 0 else ''}P{text or '0M'}"


Temporal = Date | Time | DateTime | DaysDuration | MonthsDuration


def _fraction(nanosecond: int) -> str:
    return f".{nanosecond:09d}".rstrip("0") if nanosecond else ""


def _zone_text(zone: Zone) -> str:
    if zone is None:
        return ""
    if isinstance(zone, str):
        return f"@{zone}"
    if zone == 0:
        return "Z"
    size = abs(zone)
    seconds = f":{size % 60:02d}" if size % 60 else ""
    return f"{'-' if zone < 0 else '+'}{size // 3600:02d}:{size % 3600 // 60:02d}{seconds}"


_DATE: Final = r"(?P<year>-?(?:[1-9]\d{4,8}|\d{4}))-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME: Final = (
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d+))?"
    r"(?:(?P<utc>[zZ])|(?P<sign>[+-])(?P<zh>\d\d):(?P<zm>\d\d)(?::(?P<zs>\d\d))?|@(?P<zone>[A-Za-z0-9_/+-]+))?"
)
_DATE_TIME: Final = f"{_DATE}T{_TIME}"
_DAYS: Final = r"(-)?P(?=[\dT])(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?"
_MONTHS: Final = r"(-)?P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?"
_MAX_DIGITS: Final = 40


def parse_date(text: str) -> Date | None:
    """`2024-02-29`, or None where the text is no date."""
    found = regex(_DATE, re.ASCII).fullmatch(text)
    return _date(found) if found else None


def parse_time(text: str) -> Time | None:
    """`10:30:00`, with a fraction, `Z`, an offset or `@Zone/Name`, or None."""
    found = regex(_TIME, re.ASCII).fullmatch(text.removeprefix("T"))
    return _time(found) if found else None


def parse_date_time(text: str) -> DateTime | None:
    """A date, `T` and a time, or None. 24:00:00 is the next day's midnight."""
    found = regex(_DATE_TIME, re.ASCII).fullmatch(text)
    if found is None:
        return None
    date = _date(found)
    if date is not None and found["hour"] == "24" and found["minute"] == found["second"] == "00":
        year, month, day = calendar.from_days(date.days + 1)
        time = make_time(0, 0, 0, 0, _read_zone(found))
        return None if time is None else DateTime(Date(year, month, day), time)
    time = _time(found)
    return None if date is None or time is None else DateTime(date, time)


def _date(found: re.Match[str]) -> Date | None:
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    return Date(year, month, day) if calendar.is_date(year, month, day) else None


def _time(found: re.Match[str]) -> Time | None:
    nanosecond = int((found["fraction"] or "0")[:9].ljust(9, "0"))
    return make_time(int(found["hour"]), int(found["minute"]), int(found["second"]), nanosecond, _read_zone(found))


def _read_zone(found: re.Match[str]) -> Zone | bool:
    """The zone; False where it does not exist."""
    if found["zone"]:
        return found["zone"] if calendar.zone(found["zone"]) is not None else False
    if found["sign"]:
        hours, minutes, seconds = int(found["zh"]), int(found["zm"]), int(found["zs"] or 0)
        size = hours * 3600 + minutes * 60 + seconds
        if minutes > 59 or seconds > 59 or size > 18 * 3600:
            return False
        return -size if found["sign"] == "-" else size
    return 0 if found["utc"] else None


def make_time(hour: int, minute: int, second: int, nanosecond: int, zone: Zone | bool) -> Time | None:
    """A time, or None where a part is out of range."""
    if zone is False or zone is True:
        return None
    valid = 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60
    return Time(hour, minute, second, nanosecond, zone) if valid else None


def parse_duration(text: str) -> DaysDuration | MonthsDuration | None:
    """`P1DT2H`, `-P1Y2M`, or None. Mixed durations such as P1Y1D do not exist in FEEL."""
    if len(text) > _MAX_DIGITS:
        return None
    if found := regex(_MONTHS, re.ASCII).fullmatch(text):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return MonthsDuration(-months if found[1] else months)
    if found := regex(_DAYS, re.ASCII).fullmatch(text):
        days, hours, minutes, seconds = (int(found[i] or 0) for i in range(2, 6))
        total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        nanos = total * NANOS + int((found[6] or "0")[:9].ljust(9, "0"))
        return DaysDuration(-nanos if found[1] else nanos)
    return None


def parse_temporal(text: str) -> Temporal | None:
    """What `@"..."` holds, or None."""
    return parse_date(text) or parse_date_time(text) or parse_time(text) or parse_duration(text)


def date_time_at(nanos: int, zone: Zone) -> DateTime | None:
    """The date and time of a number of UTC nanoseconds since 1970 (local ones where zone is None), in the zone."""
    offset = zone if isinstance(zone, int) else 0
    if isinstance(zone, str):
        days, second = divmod(nanos // NANOS, DAY_SECONDS)
        offset = calendar.zone_offset(zone, days, second)  # first guess, then the offset at the local time
        days, second = divmod(nanos // NANOS + offset, DAY_SECONDS)
        offset = calendar.zone_offset(zone, days, second)
    seconds, nanosecond = divmod(nanos + offset * NANOS, NANOS)
    days, second = divmod(seconds, DAY_SECONDS)
    year, month, day = calendar.from_days(days)
    if abs(year) > calendar.MAX_YEAR:
        return None
    return DateTime(Date(year, month, day), Time(second // 3600, second % 3600 // 60, second % 60, nanosecond, zone))
