"""Conversion functions and `not`, `is`, `is defined`, `string`, `number` (DMN 1.5, 10.3.4.1 and .2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from state_machines.feel.builtins.signature import Builtin, NoValue, builtin, signature
from state_machines.feel.comparison import same
from state_machines.feel.regexes import regex
from state_machines.feel.temporal import DateTime, Time
from state_machines.feel.values import DECIMALS, Function, Range, Value

_NUMBER: Final = r"(?a)[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?"
_GROUPS: Final = (" ", ",", ".")


def text_of(value: Value, *, quoted: bool = False) -> str | None:
    """The text that `string` gives: numbers without exponent, temporal values in ISO 8601, lists as FEEL."""
    if value is None:
        return "null" if quoted else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if quoted else value
    return _structured_text(value)


def _structured_text(value: Value) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(str(text_of(item, quoted=True)) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {text_of(item, quoted=True)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        low, high = (text_of(end, quoted=True) if end is not None else "" for end in (value.low, value.high))
        return f"{'[' if value.low_included else '('}{low}..{high}{']' if value.high_included else ')'}"
    return f"function {value.name}" if isinstance(value, Function) else str(value)


def _key(key: str) -> str:
    return key if regex(r"[A-Za-z0-9_ ]+").fullmatch(key) else str(text_of(key, quoted=True))


def number_text(value: Decimal) -> str:
    """Plain digits; trailing zeros as computed are kept out."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(text: str, grouping: str | None = None, decimal: str | None = None) -> Decimal:
    """The number a text holds, with a grouping separator (space, comma, dot) and a decimal separator."""
    if grouping is not None and grouping not in _GROUPS:
        raise NoValue("number: the grouping separator must be a space, a comma or a dot")
    if decimal is not None and (decimal not in (",", ".") or decimal == grouping):
        raise NoValue("number: the decimal separator must be a comma or a dot, other than the grouping separator")
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(decimal, ".") if decimal else plain
    if not regex(_NUMBER).fullmatch(plain):
        raise NoValue(f"number: '{text[:50]}' is not a number")
    return DECIMALS.create_decimal(plain)


def is_same(left: Value, right: Value) -> bool:
    """`is`: the same value of the same type, zones included."""
    if isinstance(left, Time | DateTime):
        return left == right
    return same(left, right)


def not_(value: Value) -> bool:
    """`not`: null for anything but a boolean."""
    if not isinstance(value, bool):
        raise NoValue("not: the argument must be a boolean")
    return not value


TABLE: Final[dict[str, Builtin]] = dict(
    (
        builtin("not", signature("negand: any", not_)),
        builtin("is", signature("value1: any, value2: any", is_same)),
        builtin("is defined", signature("value: any", lambda value: value is not None)),
        builtin("string", signature("from: any", text_of)),
        builtin(
            "number",
            signature("from: string, grouping separator: string=?, decimal separator: string=?", number),
            signature("from: number", lambda value: value),
        ),
    )
)
