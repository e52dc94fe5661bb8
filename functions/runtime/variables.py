"""Process variables as readers see them: without the reserved `_dpc`, and matched against `name:op:value` filters."""

import fnmatch
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from functions.runtime.records import Item

RESERVED: Final = "_dpc"
_ORDERS: Final = {
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
}
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,300})(\.\d{1,300})?([eE][+-]?\d{1,3})?")


def visible(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables without `_dpc`."""
    return {name: value for name, value in variables.items() if name != RESERVED}


def variables_of(wait: Item) -> dict[str, Any]:
    """The variables of a wait's scope, as they were when it was entered."""
    read = json.loads(wait.get("variables") or "{}")
    return visible(read) if isinstance(read, dict) else {}


def matches(filters: Iterable[str], variables: Mapping[str, Any]) -> bool:
    """Whether the variables pass all filters (`name:op:value`; a dotted name reaches into objects).

    A value is compared as what the variable is: a number with a number, text with text (`like` with `*` for anything,
    regardless of case), `true`, `false` and `null` as written. Different types are unequal and have no order.

    >>> matches(["amount:ge:1000", "applicant.city:like:War*"], {"amount": 2500, "applicant": {"city": "Warszawa"}})
    True
    """
    return all(_matches(text, variables) for text in filters)


def _matches(filter_: str, variables: Mapping[str, Any]) -> bool:
    name, operator, text = filter_.split(":", 2)
    value = _reach(name, variables)
    if operator == "like":
        return isinstance(value, str) and fnmatch.fnmatchcase(value.lower(), _glob(text.lower()))
    wanted = _read(text, value)
    comparable = type(wanted) is type(value) or (_is_number(wanted) and _is_number(value))
    if operator in ("eq", "ne"):
        return (comparable and bool(wanted == value)) == (operator == "eq")
    ordered = comparable and isinstance(value, int | float | str) and not isinstance(value, bool)
    return ordered and bool(_ORDERS[operator](value, wanted))


def _reach(name: str, variables: Mapping[str, Any]) -> Any:
    value: Any = variables
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _read(text: str, like: Any) -> Any:
    """The filter's value as the type of the variable that it is compared with."""
    if isinstance(like, str):
        return text
    if text in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text]
    return json.loads(text) if _NUMBER.fullmatch(text) else text


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _glob(text: str) -> str:
    return text.replace("[", "[[]").replace("?", "[?]")
