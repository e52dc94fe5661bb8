"""Intervals between dates in years, by the conventions of contracts and of the annual percentage rate of charge."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from state_machines.feel import calendar
from state_machines.feel.arithmetic import add_months
from state_machines.feel.temporal import Date
from state_machines.feel.values import DECIMALS


def year_fraction(start: Date, end: Date, convention: str) -> Decimal:
    """Years from one date to another, negative where the end lies before the start. Raises ValueError for a convention
    that is not one of CONVENTIONS.

    `ACT/365` and `ACT/360`: days through 365, 360. `ACT/ACT`: days in leap years through 366, others through 365 (ISDA
    2006 Definitions, 4.16(b)). `30/360`: bond basis (4.16(f)). `30E/360`: Eurobond basis (4.16(g)). `EU`: whole months
    or weeks and days counted backwards (Directive 2014/17/EU and 2023/2225, annexes on the rate of charge, remark (c)).
    """
    convert = CONVENTIONS.get(convention)
    if convert is None:
        raise ValueError(f"there is no convention {convention!r}; there are {', '.join(CONVENTIONS)}")
    if end.days < start.days:
        return DECIMALS.minus(convert(end, start))
    return convert(start, end)


def days_between(start: Date, end: Date) -> int:
    """The days from one date to another: the first does not count, the last does."""
    return end.days - start.days


def moved(date: Date, months: int) -> Date:
    """The same day some months on, or the month's last. Raises ValueError beyond the calendar."""
    found = add_months(date, months)
    if found is None:
        raise ValueError(f"{months} months from {date} lie beyond the calendar")
    return found


def next_day(date: Date, days: int) -> Date:
    """Some days on."""
    return Date(*calendar.from_days(date.days + days))


def _through(divisor: int) -> Callable[[Date, Date], Decimal]:
    return lambda start, end: DECIMALS.divide(Decimal(days_between(start, end)), Decimal(divisor))


def _actual(start: Date, end: Date) -> Decimal:
    if start.year == end.year:
        return _of_year(start.year, days_between(start, end))
    first = _of_year(start.year, days_between(start, Date(start.year + 1, 1, 1)))
    last = _of_year(end.year, days_between(Date(end.year, 1, 1), end))
    return DECIMALS.add(DECIMALS.add(first, last), Decimal(end.year - start.year - 1))


def _of_year(year: int, days: int) -> Decimal:
    return DECIMALS.divide(Decimal(days), Decimal(366 if calendar.is_leap(year) else 365))


def _thirties(start: Date, first: int, end: Date, last: int) -> Decimal:
    days = 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first
    return DECIMALS.divide(Decimal(days), Decimal(360))


def _bond(start: Date, end: Date) -> Decimal:
    first = min(start.day, 30)
    return _thirties(start, first, end, 30 if end.day == 31 and first == 30 else end.day)


def _eurobond(start: Date, end: Date) -> Decimal:
    return _thirties(start, min(start.day, 30), end, min(end.day, 30))


def _european_union(start: Date, end: Date) -> Decimal:
    months = (end.year - start.year) * 12 + end.month - start.month
    if moved(start, months) == end:
        return DECIMALS.divide(Decimal(months), Decimal(12))
    days = days_between(start, end)
    if days % 7 == 0:
        return DECIMALS.divide(Decimal(days // 7), Decimal(52))
    whole = months if moved(end, -months).days >= start.days else months - 1
    last = moved(end, -whole)
    rest = DECIMALS.divide(Decimal(days_between(start, last)), Decimal(days_between(moved(last, -12), last)))
    return DECIMALS.add(DECIMALS.divide(Decimal(whole), Decimal(12)), rest)


CONVENTIONS: Final[dict[str, Callable[[Date, Date], Decimal]]] = {
    "ACT/365": _through(365),
    "ACT/360": _through(360),
    "ACT/ACT": _actual,
    "30/360": _bond,
    "30E/360": _eurobond,
    "EU": _european_union,
}
