"""`+ - * / **` and negation over numbers, strings, durations and calendar values (DMN 1.5, 10.3.2.13, tables 51-54).

Every function gives None where the operands have no such operation or the result does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any, Final

from state_machines.feel import calendar
from state_machines.feel.temporal import (
    DAY_SECONDS,
    NANOS,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    date_time_at,
)
from state_machines.feel.values import DECIMALS, Value

MAX_TEXT: Final = 1_000_000
_MAX_DIGITS: Final = 40
"""Of the nanoseconds or months of a duration: more than between any two dates."""
_DAY_NANOS: Final = DAY_SECONDS * NANOS


def operate(operator: str, left: Value, right: Value) -> Value:
    """The result of an operator, or None."""
    operation = _OPERATIONS.get((operator, type(left), type(right)))
    if operation is None:
        return None
    try:
        result = operation(left, right)
    except (DecimalException, OverflowError):  # overflow, division by zero, an invalid power
        return None
    return None if isinstance(result, Decimal) and not result.is_finite() else result


def negate(value: Value) -> Value:
    """`-value`."""
    if isinstance(value, Decimal):
        return DECIMALS.minus(value)
    if isinstance(value, DaysDuration):
        return DaysDuration(-value.nanos)
    return MonthsDuration(-value.months) if isinstance(value, MonthsDuration) else None


def add_months(date: Date, months: int) -> Date | None:
    """The same day some months on; the month's last day where there is no such day."""
    years, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if abs(years) > calendar.MAX_YEAR:
        return None
    return Date(years, month + 1, min(date.day, calendar.days_in_month(years, month + 1)))


def add_days(date: Date, days: int) -> Date | None:
    """The date some days on."""
    if abs(days) > 800_000_000_000:
        return None
    year, month, day = calendar.from_days(date.days + days)
    return Date(year, month, day) if abs(year) <= calendar.MAX_YEAR else None


def _join(left: str, right: str) -> str | None:
    return left + right if len(left) + len(right) <= MAX_TEXT else None


def _date_plus(date: Date, duration: DaysDuration) -> Date | None:
    return add_days(date, duration.nanos // _DAY_NANOS)


def _time_plus(time: Time, duration: DaysDuration) -> Time:
    nanos = (time.seconds * NANOS + time.nanosecond + duration.nanos) % _DAY_NANOS
    second, nanosecond = divmod(nanos, NANOS)
    return Time(second // 3600, second % 3600 // 60, second % 60, nanosecond, time.zone)


def _moment_plus(moment: DateTime, duration: DaysDuration) -> DateTime | None:
    if abs(duration.nanos) > 10**27:
        return None
    return date_time_at(moment.nanos + duration.nanos, moment.time.zone)


def _moment_plus_months(moment: DateTime, duration: MonthsDuration) -> DateTime | None:
    date = add_months(moment.date, duration.months)
    return None if date is None else DateTime(date, moment.time)


def _moment_minus(left: DateTime, right: DateTime) -> DaysDuration | None:
    if (left.time.zone is None) != (right.time.zone is None):
        return None
    return DaysDuration(left.nanos - right.nanos)


def _time_minus(left: Time, right: Time) -> DaysDuration | None:
    if (left.offset is None) != (right.offset is None):
        return None
    seconds = left.seconds - (left.offset or 0) - right.seconds + (right.offset or 0)
    return DaysDuration(seconds * NANOS + left.nanosecond - right.nanosecond)


def _as_moment(date: Date) -> DateTime:
    return DateTime(date, Time(0, 0, 0, 0, 0))


def _scale_days(duration: DaysDuration, factor: Decimal) -> DaysDuration | None:
    return _days(DECIMALS.multiply(Decimal(duration.nanos), factor))


def _scale_months(duration: MonthsDuration, factor: Decimal) -> MonthsDuration | None:
    return _months(DECIMALS.multiply(Decimal(duration.months), factor))


def _divide_days(duration: DaysDuration, divisor: Decimal) -> DaysDuration | None:
    return _days(DECIMALS.divide(Decimal(duration.nanos), divisor))


def _divide_months(duration: MonthsDuration, divisor: Decimal) -> MonthsDuration | None:
    return _months(DECIMALS.divide(Decimal(duration.months), divisor))


def _days(nanos: Decimal) -> DaysDuration | None:
    return DaysDuration(int(nanos)) if nanos.adjusted() < _MAX_DIGITS else None


def _months(months: Decimal) -> MonthsDuration | None:
    return MonthsDuration(int(months)) if months.adjusted() < _MAX_DIGITS else None


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """`base ** exponent`; anything to the power of 0 is 1."""
    return Decimal(1) if exponent == 0 else DECIMALS.power(base, exponent)


_Operation = Callable[[Any, Any], Value]
_D, _T, _M, _DD, _MD = Date, Time, DateTime, DaysDuration, MonthsDuration
_OPERATIONS: Final[dict[tuple[str, type, type], _Operation]] = {
    ("+", Decimal, Decimal): DECIMALS.add,
    ("-", Decimal, Decimal): DECIMALS.subtract,
    ("*", Decimal, Decimal): DECIMALS.multiply,
    ("/", Decimal, Decimal): DECIMALS.divide,
    ("**", Decimal, Decimal): power,
    ("+", str, str): _join,
    ("+", _DD, _DD): lambda a, b: DaysDuration(a.nanos + b.nanos),
    ("-", _DD, _DD): lambda a, b: DaysDuration(a.nanos - b.nanos),
    ("+", _MD, _MD): lambda a, b: MonthsDuration(a.months + b.months),
    ("-", _MD, _MD): lambda a, b: MonthsDuration(a.months - b.months),
    ("*", _DD, Decimal): _scale_days,
    ("*", Decimal, _DD): lambda a, b: _scale_days(b, a),
    ("*", _MD, Decimal): _scale_months,
    ("*", Decimal, _MD): lambda a, b: _scale_months(b, a),
    ("/", _DD, Decimal): _divide_days,
    ("/", _MD, Decimal): _divide_months,
    ("/", _DD, _DD): lambda a, b: DECIMALS.divide(Decimal(a.nanos), Decimal(b.nanos)),
    ("/", _MD, _MD): lambda a, b: DECIMALS.divide(Decimal(a.months), Decimal(b.months)),
    ("+", _D, _DD): _date_plus,
    ("+", _DD, _D): lambda a, b: _date_plus(b, a),
    ("-", _D, _DD): lambda a, b: _date_plus(a, DaysDuration(-b.nanos)),
    ("+", _D, _MD): lambda a, b: add_months(a, b.months),
    ("+", _MD, _D): lambda a, b: add_months(b, a.months),
    ("-", _D, _MD): lambda a, b: add_months(a, -b.months),
    ("-", _D, _D): lambda a, b: DaysDuration((a.days - b.days) * _DAY_NANOS),
    ("-", _D, _M): lambda a, b: _moment_minus(_as_moment(a), b),
    ("-", _M, _D): lambda a, b: _moment_minus(a, _as_moment(b)),
    ("-", _M, _M): _moment_minus,
    ("+", _M, _DD): _moment_plus,
    ("+", _DD, _M): lambda a, b: _moment_plus(b, a),
    ("-", _M, _DD): lambda a, b: _moment_plus(a, DaysDuration(-b.nanos)),
    ("+", _M, _MD): _moment_plus_months,
    ("+", _MD, _M): lambda a, b: _moment_plus_months(b, a),
    ("-", _M, _MD): lambda a, b: _moment_plus_months(a, MonthsDuration(-b.months)),
    ("-", _T, _T): _time_minus,
    ("+", _T, _DD): _time_plus,
    ("+", _DD, _T): lambda a, b: _time_plus(b, a),
    ("-", _T, _DD): lambda a, b: _time_plus(a, DaysDuration(-b.nanos)),
}
