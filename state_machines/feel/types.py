"""FEEL's types as values: for `instance of`, declared types of variables, item definitions and function parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from state_machines.records import Record

SIMPLE_NAMES: Final = frozenset(
    {
        "Any",
        "Null",
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
        "list",
        "context",
        "function",
        "range",
    }
)


class Type(Record):
    """A FEEL type. `name` is one of SIMPLE_NAMES; the other fields refine list, range, context and function.

    `item` is the type of a list's or range's members (a function's result), `fields` a context's entries,
    `parameters` a function's parameters.
    """

    name: str
    item: Type | None = None
    fields: Mapping[str, Type] = {}
    parameters: tuple[Type, ...] | None = None


ANY: Final = Type("Any")
NULL: Final = Type("Null")
NUMBER: Final = Type("number")
STRING: Final = Type("string")
BOOLEAN: Final = Type("boolean")
DATE: Final = Type("date")
TIME: Final = Type("time")
DATE_TIME: Final = Type("date and time")
DAYS_DURATION: Final = Type("days and time duration")
MONTHS_DURATION: Final = Type("years and months duration")
LIST: Final = Type("list")
CONTEXT: Final = Type("context")
FUNCTION: Final = Type("function")
RANGE: Final = Type("range")


def list_of(item: Type) -> Type:
    """`list<item>`."""
    return Type("list", item=item)


def context_of(fields: Mapping[str, Type]) -> Type:
    """`context<name: type, ...>`."""
    return Type("context", fields=dict(fields))


def named(name: str) -> Type | None:
    """The simple type of this name, with the spellings of DMN 1.1 (`dateTime`, `dayTimeDuration`); else None."""
    aliases = {
        "dateTime": "date and time",
        "dayTimeDuration": "days and time duration",
        "yearMonthDuration": "years and months duration",
    }
    name = aliases.get(name, name)
    return Type(name) if name in SIMPLE_NAMES else None
