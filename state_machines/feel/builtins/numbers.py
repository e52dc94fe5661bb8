"""Numeric functions (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)
from typing import Any, Final

from state_machines.feel.builtins.signature import Builtin, NoValue, builtin, signature
from state_machines.feel.temporal import DaysDuration, MonthsDuration
from state_machines.feel.values import DECIMALS, Value

_MIN_SCALE: Final = -6111
_MAX_SCALE: Final = 6176


def scaler(name: str, rounding: str) -> Any:
    """A function that rounds a number to a scale in one mode."""

    def scale_to(number: Decimal, scale: Decimal | None = None) -> Decimal:
        places = int(scale or 0)
        if not _MIN_SCALE <= places <= _MAX_SCALE:
            raise NoValue(f"{name}: the scale must lie between -6111 and 6176")
        if number.is_zero() or int(number.as_tuple().exponent) >= -places:
            return number
        context = DECIMALS.copy()
        context.prec = max(34, number.adjusted() + places + 2)
        rounded = number.quantize(Decimal(1).scaleb(-places, context), rounding=rounding, context=context)
        return DECIMALS.add(rounded, Decimal(0))

    return scale_to


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The remainder with the divisor's sign."""
    try:
        quotient = DECIMALS.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
        return DECIMALS.subtract(dividend, DECIMALS.multiply(divisor, quotient))
    except DecimalException as error:
        raise NoValue("modulo: no remainder of a division by zero") from error


def absolute(value: Value) -> Value:
    """The size of a number or duration."""
    if isinstance(value, Decimal):
        return DECIMALS.abs(value)
    if isinstance(value, DaysDuration):
        return DaysDuration(abs(value.nanos))
    if isinstance(value, MonthsDuration):
        return MonthsDuration(abs(value.months))
    raise NoValue("abs: n must be a number or a duration")


def _checked(name: str, compute: Any) -> Any:
    def checked(number: Decimal) -> Value:
        try:
            result: Decimal = compute(number)
        except DecimalException as error:
            raise NoValue(f"{name}: no result for {number}") from error
        if not result.is_finite():
            raise NoValue(f"{name}: no result for {number}")
        return result

    return checked


def _parity(odd: int) -> Any:
    return lambda number: number == number.to_integral_value() and int(number) % 2 == odd


def _mode(name: str, rounding: str, *, optional: bool = False) -> tuple[str, Builtin]:
    return builtin(name, signature(f"n: number, scale: number{'=' if optional else ''}", scaler(name, rounding)))


TABLE: Final[dict[str, Builtin]] = dict(
    (
        _mode("decimal", ROUND_HALF_EVEN),
        _mode("floor", ROUND_FLOOR, optional=True),
        _mode("ceiling", ROUND_CEILING, optional=True),
        _mode("round up", ROUND_UP),
        _mode("round down", ROUND_DOWN),
        _mode("round half up", ROUND_HALF_UP),
        _mode("round half down", ROUND_HALF_DOWN),
        _mode("round", ROUND_HALF_EVEN, optional=True),
        builtin("abs", signature("n: any", absolute)),
        builtin("modulo", signature("dividend: number, divisor: number", modulo)),
        builtin("sqrt", signature("number: number", _checked("sqrt", DECIMALS.sqrt))),
        builtin("log", signature("number: number", _checked("log", DECIMALS.ln))),
        builtin("exp", signature("number: number", _checked("exp", DECIMALS.exp))),
        builtin("odd", signature("number: number", _parity(1))),
        builtin("even", signature("number: number", _parity(0))),
    )
)
