"""The types of what builtin functions give, null aside; for static checks and the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from state_machines.feel.types import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    LIST,
    MONTHS_DURATION,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    Type,
    list_of,
)

_NAMES: Final[tuple[tuple[Type, str], ...]] = (
    (
        NUMBER,
        "number,floor,ceiling,decimal,round up,round down,round half up,round half down,abs,modulo,sqrt,log,exp"
        ",string length,count,product,median,stddev,day of year,week of year",
    ),
    (
        BOOLEAN,
        "not,is,is defined,odd,even,contains,starts with,ends with,matches,list contains,all,any,is empty"
        ",before,after,meets,met by,overlaps,overlaps before,overlaps after,finishes,finished by,includes,during,starts"
        ",started by,coincides",
    ),
    (
        STRING,
        "string,substring,upper case,lower case,trim,substring before,substring after,replace,string join,day of week"
        ",month of year",
    ),
    (
        LIST,
        "append,concatenate,insert before,remove,reverse,union,distinct values,duplicate values,flatten,partition,sort"
        ",list replace,sublist",
    ),
    (list_of(NUMBER), "mode,index of"),
    (list_of(STRING), "split,extract"),
    (CONTEXT, "context,context put,context merge"),
    (list_of(CONTEXT), "get entries"),
    (DATE, "date,today,last day of month"),
    (DATE_TIME, "date and time,now"),
    (TIME, "time"),
    (MONTHS_DURATION, "years and months duration"),
    (RANGE, "range"),
)
RESULTS: Final[Mapping[str, Type]] = {name: type_ for type_, names in _NAMES for name in names.split(",")}
_KEEP_MEMBERS: Final = frozenset({"reverse", "distinct values", "duplicate values", "sort", "sublist", "remove"})
_KEEP: Final = frozenset({"min", "max", "sum", "mean", "abs"})


def type_of(name: str, arguments: list[Type]) -> Type:
    """The type of a call's value; Any where it depends on values."""
    first = arguments[0] if arguments else ANY
    if name in _KEEP_MEMBERS:
        return first if first.name == "list" else LIST
    if name in _KEEP:
        return (first.item or ANY) if first.name == "list" else first
    return RESULTS.get(name, ANY)
