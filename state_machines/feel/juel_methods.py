"""Methods of Java's texts, lists, maps and dates, as JUEL calls them, in the FEEL that says the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from state_machines.feel import nodes as n
from state_machines.feel.types import STRING

_FUNCTIONS: Final = {
    **{("size", 0): "count", ("length", 0): "string length", ("trim", 0): "trim", ("split", 1): "split"},
    **{("toUpperCase", 0): "upper case", ("toLowerCase", 0): "lower case", ("toString", 0): "string"},
    **{("startsWith", 1): "starts with", ("endsWith", 1): "ends with"},
}
"""What is a FEEL function of the same arguments, by name and their number."""
_UNITS: Final = {
    **{"Years": "P{}Y", "Months": "P{}M", "Weeks": "P{}W", "Days": "P{}D"},
    **{"Hours": "PT{}H", "Minutes": "PT{}M", "Seconds": "PT{}S"},
}
_ITSELF: Final = ("toDate", "value", "stringValue", "numberValue", "boolValue", "elements", "getResultList")
"""What gives what it is called on: dates, rows, and the JSON of Camunda Spin, which is a value already."""
_PROPOSALS: Final = {
    "replace": "replace(text, pattern, replacement)",
}


def method(source: n.Node, name: str, arguments: tuple[n.Node, ...], at: n.Position) -> n.Node | None:
    """The FEEL tree of a call; None where FEEL has nothing like it."""
    if function := _FUNCTIONS.get((name, len(arguments))):
        return _call(function, at, source, *arguments)
    said = _SAID.get((name, len(arguments)))
    return said(source, *arguments, at) if said else _moved(source, name, arguments, at)


def empty(operand: n.Node, at: n.Position) -> n.Node:
    """`empty x`: null, the empty string, an empty list or context."""
    values: list[n.Node] = [n.Literal_(None, at=at), n.Literal_("", at=at)]
    values += [n.ListLiteral((), at=at), n.ContextLiteral((), at=at)]
    tests = [n.Comparison("=", operand, value, at=at) for value in values]
    return _certain(n.Or(tuple(tests), at=at), at)


def element(source: n.Node, key: n.Node, at: n.Position) -> n.Node:
    """A member by its name, or an element by its place, which Java counts from 0; a computed key tells which."""
    if not isinstance(key, n.Literal_):
        named = _call("get value", at, source, key)
        return n.If(n.InstanceOf(key, STRING, at=at), named, _placed(source, key, at), at=at)
    if isinstance(key.value, str):
        return n.Path(source, key.value, at=at)
    if isinstance(key.value, Decimal):
        return n.Filter(source, n.Literal_(key.value + 1, at=key.at), at=at)
    return n.Literal_(None, at=at)


def _placed(source: n.Node, index: n.Node, at: n.Position) -> n.Node:
    """The element at a computed place. No filter: in one, names would mean the entries of the list's elements."""
    one = n.Literal_(Decimal(1), at=at)
    found = _call("sublist", at, source, n.Arithmetic("+", index, one, at=at), one)
    counted = n.Comparison(">=", index, n.Literal_(Decimal(0), at=at), at=at)
    return n.If(counted, n.Filter(found, one, at=at), n.Literal_(None, at=at), at=at)


def proposal(name: str) -> str:
    """Words for a call that cannot be said."""
    hint = _PROPOSALS.get(name)
    words = f"in FEEL write {hint}" if hint else "compute the value in a task before and read it as a variable"
    return f"The call of '{name}' cannot run in a state machine; {words}"


def _call(function: str, at: n.Position, *arguments: n.Node) -> n.Node:
    return n.Call(n.Name(function, at=at), arguments, at=at)


def _certain(condition: n.Node, at: n.Position) -> n.Node:
    """Java's tests are false, not unknown, for values of different types."""
    return n.If(condition, n.Literal_(True, at=at), n.Literal_(False, at=at), at=at)


def _itself(source: n.Node, at: n.Position) -> n.Node:
    return source


def _equals(source: n.Node, other: n.Node, at: n.Position) -> n.Node:
    return _certain(n.Comparison("=", source, other, at=at), at)


def _contains(source: n.Node, part: n.Node, at: n.Position) -> n.Node:
    """Of a text or of a list, as the value turns out to be."""
    of_text, of_list = _call("contains", at, source, part), _call("list contains", at, source, part)
    return n.If(n.InstanceOf(source, STRING, at=at), of_text, of_list, at=at)


def _concat(source: n.Node, other: n.Node, at: n.Position) -> n.Node:
    return n.Arithmetic("+", _call("string", at, source), _call("string", at, other), at=at)


def _substring(source: n.Node, *places: Any) -> n.Node | None:
    """Java names the first place and the one behind the last, from 0; FEEL the first one, from 1, and a length."""
    *found, at = places
    known = [place.value for place in found if isinstance(place, n.Literal_) and isinstance(place.value, Decimal)]
    if len(known) < len(found):
        return None
    numbers = [known[0] + 1, *(end - known[0] for end in known[1:])]
    return _call("substring", at, source, *(n.Literal_(number, at=at) for number in numbers))


def _has(source: n.Node, key: n.Node, at: n.Position) -> n.Node:
    return _certain(n.Comparison("!=", element(source, key, at), n.Literal_(None, at=at), at=at), at)


def _get(source: n.Node, key: n.Node, at: n.Position) -> n.Node | None:
    """A member, or that of each row."""
    return element(source, key, at) if isinstance(key, n.Literal_) else None


def _first(source: n.Node, at: n.Position) -> n.Node:
    """Of the rows of a decision's result; of a single row itself."""
    return n.Filter(source, n.Literal_(Decimal(1), at=at), at=at)


def _first_entry(source: n.Node, at: n.Position) -> n.Node:
    entry = _first(_call("get entries", at, _first(source, at)), at)
    return n.Path(entry, "value", at=at)


def _index_of(source: n.Node, part: n.Node, at: n.Position) -> n.Node:
    before = _call("string length", at, _call("substring before", at, source, part))
    return n.If(_call("contains", at, source, part), before, n.Literal_(Decimal(-1), at=at), at=at)


def _character(source: n.Node, place: n.Node, at: n.Position) -> n.Node | None:
    if not isinstance(place, n.Literal_) or not isinstance(place.value, Decimal):
        return None
    return _call("substring", at, source, n.Literal_(place.value + 1, at=at), n.Literal_(Decimal(1), at=at))


def _same_letters(source: n.Node, other: n.Node, at: n.Position) -> n.Node:
    return _equals(_call("lower case", at, source), _call("lower case", at, other), at)


def _blank(source: n.Node, at: n.Position) -> n.Node:
    return _equals(_call("trim", at, source), n.Literal_("", at=at), at)


def _entries(part: str) -> Callable[..., n.Node]:
    return lambda source, at: n.Path(_call("get entries", at, source), part, at=at)


def _replaced(source: n.Node, old: n.Node, new: n.Node, at: n.Position) -> n.Node | None:
    """Java's takes the text as it is, FEEL's is a pattern."""
    if not isinstance(old, n.Literal_) or not isinstance(old.value, str):
        return None
    if not isinstance(new, n.Literal_) or not isinstance(new.value, str) or {"$", "\\"} & set(new.value):
        return None
    return _call("replace", at, source, n.Literal_(re.escape(old.value), at=at), new)


def _moved(source: n.Node, name: str, arguments: tuple[n.Node, ...], at: n.Position) -> n.Node | None:
    """`plusDays(2)` and the like, of `now()` and `dateTime()`."""
    found = re.fullmatch(r"(plus|minus)(\w+)", name)
    unit = _UNITS.get(found[2]) if found else None
    if found is None or unit is None or len(arguments) != 1:
        return None
    count = arguments[0]
    if isinstance(count, n.Literal_):
        text: n.Node = n.Literal_(unit.format(count.value), at=at)
    else:
        before, after = (n.Literal_(part, at=at) for part in unit.split("{}"))
        text = n.Arithmetic("+", n.Arithmetic("+", before, _call("string", at, count), at=at), after, at=at)
    return n.Arithmetic("+" if found[1] == "plus" else "-", source, _call("duration", at, text), at=at)


_SAID: Final[dict[tuple[str, int], Callable[..., n.Node | None]]] = {
    ("isEmpty", 0): empty,
    **{(name, 0): _itself for name in _ITSELF},
    ("prop", 1): _get,
    ("hasProp", 1): _has,
    ("keySet", 0): _entries("key"),
    ("values", 0): _entries("value"),
    ("indexOf", 1): _index_of,
    ("charAt", 1): _character,
    ("equalsIgnoreCase", 1): _same_letters,
    ("isBlank", 0): _blank,
    ("equals", 1): _equals,
    ("contains", 1): _contains,
    ("concat", 1): _concat,
    ("substring", 1): _substring,
    ("substring", 2): _substring,
    ("get", 1): element,
    ("containsKey", 1): _has,
    ("replace", 2): _replaced,
    ("getSingleResult", 0): _first,
    ("getFirstResult", 0): _first,
    ("getSingleEntry", 0): _first_entry,
    ("getFirstEntry", 0): _first_entry,
    ("getEntry", 1): _get,
    ("collectEntries", 1): _get,
}
"""What takes more words in FEEL, by name and number of arguments."""
