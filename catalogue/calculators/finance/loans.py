"""Loans and leases: the instalment of an annuity and schedules to the cent, whose last instalment levels out.

An annuity's instalment is A = (P - B * v^n) * i / (1 - v^n), with i the rate of a period and v = 1 / (1 + i); paid in
advance it is A * v. B is a balloon that is due at the end of the term.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from catalogue.calculators.finance.days import moved, next_day, year_fraction
from catalogue.kinds.price import Rounding
from catalogue.pricing.rounding import rounded
from state_machines.feel.temporal import Date
from state_machines.feel.values import DECIMALS

_ONE, _ZERO = Decimal(1), Decimal(0)
MOST_ROWS: Final = 20_000


@dataclass(frozen=True)
class Terms:
    """How a loan is paid back. `kind`: equal instalments, or equal parts of the principal (decreasing instalments).

    `days`: the convention by which interest is counted from `start`; without it each period is an equal part of a year.
    """

    per_year: int = 12
    balloon: Decimal = _ZERO
    advance: bool = False
    kind: Literal["equal", "decreasing"] = "equal"
    start: Date | None = None
    days: str = ""
    digits: int = 2
    rounding: Rounding = "halfUp"


@dataclass(frozen=True)
class Row:
    """One payment: interest and principal in it, and what is still owed after it."""

    number: int
    date: Date | None
    instalment: Decimal
    interest: Decimal
    principal: Decimal
    balance: Decimal


def instalment(amount: Decimal, rate: Decimal, number: int, terms: Terms) -> Decimal:
    """The equal instalment of an amount over so many periods at a nominal rate in percent a year; not rounded.

    Raises ValueError for no periods, and for rates of -100 percent or less in a period.
    """
    period = _period(rate, terms)
    _counted(number)
    if period == 0:
        return DECIMALS.divide(DECIMALS.subtract(amount, terms.balloon), Decimal(number))
    discount = DECIMALS.power(DECIMALS.add(_ONE, period), -number)
    owed = DECIMALS.subtract(amount, DECIMALS.multiply(terms.balloon, discount))
    paid = DECIMALS.divide(DECIMALS.multiply(owed, period), DECIMALS.subtract(_ONE, discount))
    return DECIMALS.divide(paid, DECIMALS.add(_ONE, period)) if terms.advance else paid


def schedule(amount: Decimal, rate: Decimal, number: int, terms: Terms) -> Iterator[Row]:
    """The payments, a balloon as a row of its own at the end. Interest, principal and instalments are rounded; the
    principal sums up to the amount and the last balance is zero, to the cent. Raises ValueError.
    """
    period, balance = _period(rate, terms), amount
    stated = _rounded(instalment(amount, rate, number, terms), terms)
    left = _left(terms, period)
    part = _rounded(DECIMALS.divide(DECIMALS.subtract(amount, terms.balloon), Decimal(number)), terms)
    for index in range(1, number + 1):
        interest = _interest(balance, rate, index, period, terms)
        open_ = DECIMALS.subtract(balance, left)
        wanted = part if terms.kind == "decreasing" else DECIMALS.subtract(stated, interest)
        principal = open_ if index == number else _between(wanted, open_)
        balance = DECIMALS.subtract(balance, principal)
        yield Row(index, _date(index, terms), DECIMALS.add(interest, principal), interest, principal, balance)
    if terms.balloon:
        interest = DECIMALS.subtract(terms.balloon, balance)
        last = _date(number + 1 if terms.advance else number, terms)
        yield Row(number + 1, last, terms.balloon, interest, balance, _ZERO)


def _left(terms: Terms, period: Decimal) -> Decimal:
    """What is owed after the last instalment: the balloon, less its interest until it is due if one pays in advance."""
    if not terms.advance:
        return terms.balloon
    return _rounded(DECIMALS.divide(terms.balloon, DECIMALS.add(_ONE, period)), terms)


def _between(wanted: Decimal, most: Decimal) -> Decimal:
    """Part of what is owed: rounded instalments of tiny amounts never pay back more, nor less than nothing."""
    return min(max(wanted, _ZERO), most) if most >= 0 else most


def _interest(balance: Decimal, rate: Decimal, index: int, period: Decimal, terms: Terms) -> Decimal:
    if terms.advance and index == 1:
        return _rounded(_ZERO, terms)
    start, end = _date(index - 1, terms), _date(index, terms)
    if terms.days and start is not None and end is not None:
        years = year_fraction(start, end, terms.days)
        return _rounded(DECIMALS.multiply(DECIMALS.multiply(balance, rate), years).scaleb(-2, DECIMALS), terms)
    return _rounded(DECIMALS.multiply(balance, period), terms)


def _date(index: int, terms: Terms) -> Date | None:
    """When a payment is due: in arrears at the end of its period, in advance at its beginning."""
    if terms.start is None:
        return None
    periods = index - 1 if terms.advance else index
    if 12 % terms.per_year == 0:
        return moved(terms.start, periods * (12 // terms.per_year))
    if 52 % terms.per_year == 0:
        return next_day(terms.start, periods * 7 * (52 // terms.per_year))
    raise ValueError(f"{terms.per_year} payments a year have no dates; 1, 2, 3, 4, 6, 12, 13, 26 and 52 have")


def _period(rate: Decimal, terms: Terms) -> Decimal:
    if terms.per_year < 1:
        raise ValueError("there is at least one payment a year")
    if terms.days and terms.start is None:
        raise ValueError("days are counted from a start")
    period = DECIMALS.divide(rate, Decimal(100 * terms.per_year))
    if period <= -1:
        raise ValueError("a rate is above -100 percent in each period")
    return period


def _counted(number: int) -> None:
    if not 1 <= number <= MOST_ROWS:
        raise ValueError(f"there are 1 to {MOST_ROWS} payments, not {number}")


def _rounded(amount: Decimal, terms: Terms) -> Decimal:
    return rounded(amount, terms.digits, terms.rounding)
