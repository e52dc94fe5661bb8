"""The filters of templates: money, numbers, dates by language, and the instalments of an annuity loan.

All take the language last; without it they use the document's. Polish and English, written out: two languages need no
library of thirty megabytes. Other languages format as English.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

NBSP: Final = "\u00a0"
MAX_MONTHS: Final = 600
_CENT: Final = Decimal("0.01")
_POLISH: Final = str.maketrans(",.", f"{NBSP},")
_MONTHS: Final = {
    "pl": ("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września",
           "października", "listopada", "grudnia"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
_SIGNS: Final = {"PLN": "zł", "EUR": "€", "USD": "$", "GBP": "£"}


class FilterError(ValueError):
    """A filter was given what it cannot format."""


def number(language: str, value: Any, digits: int = 2, to: str = "") -> str:
    """A number with thousands and decimals: `12 345,60` or `12,345.60`. Halves are rounded away from zero."""
    exact = as_decimal(value).quantize(Decimal(1).scaleb(-_within(digits, 0, 12)), ROUND_HALF_UP)
    text = f"{exact:,f}"
    return text.translate(_POLISH) if (to or language) == "pl" else text


def money(language: str, value: Any, currency: str = "PLN", to: str = "") -> str:
    """An amount: `12 345,60 zł` in Polish, `PLN 12,345.60` in English."""
    amount = number(language, value, 2, to)
    if (to or language) == "pl":
        return f"{amount}{NBSP}{_SIGNS.get(currency, currency)}"
    return f"{currency}{NBSP}{amount}"


def percent(language: str, value: Any, digits: int = 2, to: str = "") -> str:
    """A rate in percent as it is given: 8.9 becomes `8,90%`."""
    return f"{number(language, value, digits, to)}%"


def day(language: str, value: Any, style: str = "long", to: str = "") -> str:
    """A date (a date, or ISO 8601 text): `22 listopada 2026`, `22 November 2026`; style `short`: 22.11.2026."""
    when = _as_date(value)
    if style == "short":
        return f"{when:%d.%m.%Y}" if (to or language) == "pl" else when.isoformat()
    months = _MONTHS.get(to or language, _MONTHS["en"])
    return f"{when.day} {months[when.month - 1]} {when.year}"


def instalments(_: str, amount: Any, months: Any, rate: Any, first_day: Any = None) -> list[dict[str, Any]]:
    """The schedule of an annuity loan: equal payments at `rate` percent a year, the last one takes the rounding.

    Rows: `number`, `payment`, `principal`, `interest`, `balance` and, with a day of payout, `due` (monthly).
    """
    principal, count = as_decimal(amount), int(as_decimal(months))
    count = _within(count, 1, MAX_MONTHS)
    monthly = as_decimal(rate) / 1200
    growth = (1 + monthly) ** count
    payment = _cents(principal * monthly * growth / (growth - 1) if monthly else principal / count)
    rows, balance = [], principal
    for position in range(1, count + 1):
        interest = _cents(balance * monthly)
        part = balance if position == count else min(balance, payment - interest)
        balance -= part
        due = {"due": _months_later(_as_date(first_day), position).isoformat()} if first_day else {}
        rows.append(
            {"number": position, "payment": part + interest, "principal": part, "interest": interest,
             "balance": balance, **due}
        )  # fmt: skip
    return rows


def total(_: str, rows: Any, field: str) -> Decimal:
    """The sum of a field over a list of objects."""
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and field in row for row in rows):
        raise FilterError(f"total needs a list of objects with “{field}”")
    return sum((as_decimal(row[field]) for row in rows), Decimal(0))


def as_decimal(value: Any) -> Decimal:
    """The number, exactly as JSON wrote it."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise FilterError(f"{value!r} is not a number")
    try:
        exact = Decimal(str(value))
    except InvalidOperation as error:
        raise FilterError(f"{value!r} is not a number") from error
    if not exact.is_finite() or abs(exact) >= Decimal(10) ** 15:
        raise FilterError(f"{value!r} is not a number that a document can show")
    return exact


def _cents(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)


def _within(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise FilterError(f"{value} is not between {low} and {high}")
    return value


def _as_date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value).date()
    except (TypeError, ValueError) as error:
        raise FilterError(f"{value!r} is not a date") from error


def _months_later(start: date, months: int) -> date:
    """The same day of a later month, or its last one: loans paid out on the 31st are due on the 30th."""
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    for last in (31, 30, 29, 28):
        try:
            return date(year, month, min(start.day, last))
        except ValueError:
            continue
    raise FilterError("there is no such month")


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "money": money,
    "number": number,
    "percent": percent,
    "date": day,
    "instalments": instalments,
    "total": total,
}
"""Ours, with the language first."""

STANDARD: Final = frozenset(
    {"default", "upper", "lower", "capitalize", "title", "trim", "length", "first", "last", "join"}
)
"""Those of Jinja's own that neither multiply nor call."""

TESTS: Final = frozenset({"defined", "undefined", "none", "number", "string", "mapping", "sequence", "even", "odd"})
LISTS: Final = frozenset({"instalments"})
"""Filters whose result a loop may go over."""
