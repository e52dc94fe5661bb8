"""Deposits: interest that is capitalised in periods, with tax withheld from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from catalogue.calculators.finance.days import moved, next_day, year_fraction
from catalogue.calculators.finance.loans import MOST_ROWS
from catalogue.kinds.price import Rounding
from catalogue.pricing.rounding import rounded
from state_machines.feel.temporal import Date
from state_machines.feel.values import DECIMALS

_MONTHS: Final = {"monthly": 1, "quarterly": 3, "halfYearly": 6, "yearly": 12, "end": 0, "daily": 0}


@dataclass(frozen=True)
class DepositTerms:
    """How interest is reckoned: when it is added to the balance, how days are counted, which percentage of it is
    withheld as tax, how interest and tax are rounded.
    """

    capitalisation: str = "end"
    days: str = "ACT/365"
    tax: Decimal = Decimal(0)
    digits: int = 2
    rounding: Rounding = "halfUp"
    tax_digits: int = 2
    tax_rounding: Rounding = "halfUp"


@dataclass(frozen=True)
class DepositRow:
    """A period: interest before tax, the tax withheld, and the balance with what is left of the interest."""

    number: int
    start: Date
    end: Date
    interest: Decimal
    tax: Decimal
    balance: Decimal


def deposit(amount: Decimal, rate: Decimal, start: Date, months: int, terms: DepositTerms) -> Iterator[DepositRow]:
    """The periods of a deposit at a nominal rate in percent a year, the last one cut short where the term ends in it.

    Interest of a period = balance * rate * years between its dates, rounded; tax = percent of that, rounded. Raises
    ValueError.
    """
    balance = amount
    ends = list(_ends(start, months, terms.capitalisation))
    for number, (first, last) in enumerate(zip([start, *ends], ends, strict=False), start=1):
        years = year_fraction(first, last, terms.days)
        interest = DECIMALS.divide(DECIMALS.multiply(DECIMALS.multiply(balance, rate), years), Decimal(100))
        interest = rounded(interest, terms.digits, terms.rounding)
        due = DECIMALS.divide(DECIMALS.multiply(max(interest, Decimal(0)), terms.tax), Decimal(100))
        tax = rounded(due, terms.tax_digits, terms.tax_rounding)
        balance = DECIMALS.subtract(DECIMALS.add(balance, interest), tax)
        yield DepositRow(number, first, last, interest, tax, balance)


def _ends(start: Date, months: int, capitalisation: str) -> Iterator[Date]:
    if capitalisation not in _MONTHS:
        raise ValueError(f"there is no capitalisation {capitalisation!r}; there are {', '.join(_MONTHS)}")
    if not 1 <= months <= 1200:
        raise ValueError("a deposit lasts for 1 to 1200 months")
    term = moved(start, months)
    if capitalisation == "daily":
        days = term.days - start.days
        if days > MOST_ROWS:
            raise ValueError(f"daily capitalisation is reckoned for at most {MOST_ROWS} days")
        yield from (next_day(start, day) for day in range(1, days + 1))
        return
    step = _MONTHS[capitalisation] or months
    yield from (moved(start, part) for part in range(step, months, step))
    yield term
