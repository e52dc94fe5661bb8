"""The proleptic Gregorian calendar for years beyond what Python's datetime holds, and offsets of named zones."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MAX_YEAR: Final = 999_999_999
_CYCLE_DAYS: Final = 146_097  # days in 400 years, after which the calendar repeats


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    return 29 if month == 2 and is_leap(year) else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def is_date(year: int, month: int, day: int) -> bool:
    """Whether the day exists, within FEEL's range of years."""
    return abs(year) <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)


def to_days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * _CYCLE_DAYS + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01."""
    era, of_era = divmod(days + 719_468, _CYCLE_DAYS)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month += 3 if month < 10 else -9
    return year + era * 400 + (month <= 2), month, day


def week_day(days: int) -> int:
    """1 (Monday) to 7 (Sunday)."""
    return (days + 3) % 7 + 1


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo | None:
    """A zone of the IANA data base, or None. Nothing outside the data base is opened: ZoneInfo refuses such keys."""
    from zoneinfo import ZoneInfo  # here, because few expressions name a zone, and every cold start would pay

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None


def zone_offset(name: str, days: int, seconds: int) -> int:
    """The offset in seconds that holds in the zone at a local date and second of the day."""
    year, month, day = from_days(days)
    if not 1 < year < 9999:
        year = 2000 + year % 400  # the calendar repeats; zone rules of such years are a convention anyway
    from datetime import datetime

    hour, rest = divmod(seconds, 3600)
    moment = datetime(year, month, day, hour, rest // 60, rest % 60, tzinfo=zone(name))
    offset = moment.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
