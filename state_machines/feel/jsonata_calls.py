"""Calls of builtin functions as JSONata: which helper says each, with which arguments, and which must be constants."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from state_machines.feel import jsonata_calendar as calendar
from state_machines.feel import nodes as n
from state_machines.feel.builtins.conversion import number as text_as_number
from state_machines.feel.builtins.signature import NoValue
from state_machines.feel.constants import evaluated, is_constant
from state_machines.feel.jsonata_emitter import Emitter
from state_machines.feel.jsonata_text import Fragment, Untranslatable, number, quote

MAX_PLACES: Final = 12
_LONG: Final = 1_000_000_000
_PLAIN: Final = re.compile(r"(?:[^\\^$.|?*+()\[\]{}\s]| )+")
_PATTERN: Final = re.compile(
    r"\^?(?:(?:[A-Za-z0-9 @,;:_&%#=!~<>-]|\[[A-Za-z0-9 @.,;:_+-]+\])(?:\{\d{1,3}(?:,\d{0,3})?\}|[+*?])?)+\$?"
)
_RANGE: Final = re.compile(r"\[[^\]]*[^A-Za-z0-9\[]-[^\]]|\[-[^\]]|-\]|[+*?}][+*?{]")
"""Ranges of signs, hyphens at the ends and doubled quantifiers: regular expressions differ in these."""

_UNARY: Final = {
    **{"count": "size", "sum": "total", "min": "least", "max": "greatest", "mean": "average"},
    **{"floor": "whole", "ceiling": "above"},
    **{"string length": "chars", "upper case": "upper", "lower case": "lower", "abs": "distance"},
    **{
        "distinct values": "unique",
        "reverse": "backwards",
        "flatten": "flat",
        "get entries": "entries",
        "trim": "trimmed",
    },
    "context merge": "merged",
}
_AGGREGATES: Final = frozenset({"sum", "min", "max", "mean"})
_BINARY: Final = {"substring before": "before", "substring after": "after", "index of": "places"}
BOOLEAN: Final = {
    **{"contains": "includes", "starts with": "begins", "ends with": "finishes", "list contains": "has"},
    **{"is empty": "empty", "even": "evenly", "odd": "oddly", "all": "everyone", "any": "anyone"},
}
"""Functions that give a boolean, by helper."""
ARITY: Final = dict.fromkeys(("is empty", "not", "is defined", "even", "odd", "all", "any"), 1)


def whole(node: n.Node) -> int | None:
    """A whole number that stands in the text; else None."""
    if isinstance(node, n.Negation):
        inner = whole(node.operand)
        return None if inner is None else -inner
    value = node.value if isinstance(node, n.Literal_) else None
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else None


def call(emitter: Emitter, node: n.Call) -> Fragment:
    """The value of a call. Raises Untranslatable."""
    name = node.function.name if isinstance(node.function, n.Name) else ""
    if node.named or not name:
        raise Untranslatable("calls with named arguments and of function values are evaluated by the function")
    arguments = node.arguments
    if name in _UNARY and (len(arguments) == 1 or (name in _AGGREGATES and arguments)):
        argument: n.Node = arguments[0] if len(arguments) == 1 else n.ListLiteral(arguments)
        return emitter.call(_UNARY[name], emitter.plain(argument).text)
    if name in _BINARY and len(arguments) == 2:
        return emitter.call(_BINARY[name], *(emitter.present(argument).text for argument in arguments))
    special = _SPECIAL.get((name, len(arguments))) or _SPECIAL.get((name, -1))
    if special is None:
        raise Untranslatable(f"'{name}' is evaluated by the function")
    fragment: Fragment = special(emitter, *arguments)
    return fragment


def matching(emitter: Emitter, text: n.Node, pattern: n.Node) -> Fragment:
    """`matches` with a pattern that all kinds of regular expressions read alike."""
    source = _text(pattern)
    if source is None or not _PATTERN.fullmatch(source) or _RANGE.search(source):
        raise Untranslatable("only simple patterns that stand in the text are matched in JSONata")
    body = source[:-1] + r"(?![\s\S])" if source.endswith("$") else source
    return emitter.call("fits", emitter.plain(text).text, f"/{body}/")


def _text(node: n.Node) -> str | None:
    return node.value if isinstance(node, n.Literal_) and isinstance(node.value, str) else None


def _constant_text(node: n.Node, words: str) -> str:
    text = _text(node)
    if text is None:
        raise Untranslatable(f"{words} must stand in the text")
    return text


def _plain_text(node: n.Node) -> str:
    text = _constant_text(node, "the pattern")
    if not _PLAIN.fullmatch(text):
        raise Untranslatable("patterns other than plain text are evaluated by the function")
    return quote(text)


def _position(node: n.Node, words: str = "the position") -> str:
    position = whole(node)
    if position is None or abs(position) >= _LONG:
        raise Untranslatable(f"{words} must be a whole number that stands in the text")
    return str(position)


def _number(emitter: Emitter, argument: n.Node) -> Fragment:
    try:
        value = text_as_number(_constant_text(argument, "the text of a number"))
    except NoValue:
        return Fragment("null", "Null", simple=True)
    return Fragment(number(value), "number", simple=True)


def _rounding(helper: str) -> Callable[..., Fragment]:
    """A function that rounds a number, to so many digits that stand in the text."""

    def emit(emitter: Emitter, value: n.Node, scale: n.Node | None = None) -> Fragment:
        places = 0 if scale is None else whole(scale)
        if places is None or not 0 <= places <= MAX_PLACES:
            raise Untranslatable(f"rounding needs a scale that stands in the text, from 0 to {MAX_PLACES}")
        return emitter.call(helper, emitter.plain(value).text, str(places))

    return emit


def _modulo(emitter: Emitter, dividend: n.Node, divisor: n.Node) -> Fragment:
    return emitter.call("modulo", emitter.plain(dividend).text, emitter.plain(divisor).text)


def _string(emitter: Emitter, argument: n.Node) -> Fragment:
    operand = emitter.plain(argument)
    return operand if operand.kind == "string" else emitter.call("text", operand.text, "false")


def _constructed(name: str) -> Callable[..., Fragment]:
    """A date, time or duration that stands in the text; or a date of another."""

    def emit(emitter: Emitter, *arguments: n.Node) -> Fragment:
        if all(map(is_constant, arguments)):
            made = n.Call(n.Name(name), arguments)
            return emitter.temporal(evaluated(made))
        if name != "date" or len(arguments) > 1:
            raise Untranslatable(f"a {name} that does not stand in the text is made by the function")
        return calendar.date_read(emitter, arguments[0])

    return emit


def _substring(emitter: Emitter, text: n.Node, start: n.Node, length: n.Node | None = None) -> Fragment:
    count = str(_LONG) if length is None else _position(length, "the length")
    if whole(start) == 0 or count.startswith("-") or count == "0":
        return Fragment("null", "Null", simple=True)
    return emitter.call("slice", emitter.plain(text).text, _position(start), count)


def _concatenate(emitter: Emitter, *lists: n.Node) -> Fragment:
    fragments = [emitter.present(each) for each in lists]
    if not fragments:
        raise Untranslatable("'concatenate' needs lists")
    result = emitter.call("joined", fragments[0].text, "[]")
    for each in fragments[1:]:
        result = emitter.call("joined", result.text, each.text)
    return result


def _union(emitter: Emitter, *lists: n.Node) -> Fragment:
    return emitter.call("unique", _concatenate(emitter, *lists).text)


def _append(emitter: Emitter, items: n.Node, *new: n.Node) -> Fragment:
    result = emitter.plain(items)
    for each in new:
        result = emitter.call("added", result.text, emitter.present(each).text)
    return result


def _sublist(emitter: Emitter, items: n.Node, start: n.Node, length: n.Node | None = None) -> Fragment:
    source = emitter.plain(items).text
    position = emitter.call("integral", emitter.plain(start).text).text if whole(start) is None else _position(start)
    if length is None:
        return emitter.call("rest", source, position)
    return emitter.call("part", source, position, _position(length, "the length"))


def _remove(emitter: Emitter, items: n.Node, position: n.Node) -> Fragment:
    return emitter.call("without", emitter.plain(items).text, _position(position))


def _insert(emitter: Emitter, items: n.Node, position: n.Node, new: n.Node) -> Fragment:
    return emitter.call("inserted", emitter.plain(items).text, _position(position), emitter.present(new).text)


def _join(emitter: Emitter, items: n.Node, delimiter: n.Node | None = None) -> Fragment:
    between = "" if delimiter is None else _constant_text(delimiter, "the delimiter")
    return emitter.call("strung", emitter.plain(items).text, quote(between))


def _split(emitter: Emitter, text: n.Node, delimiter: n.Node) -> Fragment:
    return emitter.call("cut", emitter.plain(text).text, _plain_text(delimiter))


def _replace(emitter: Emitter, text: n.Node, pattern: n.Node, new: n.Node) -> Fragment:
    replacement = _constant_text(new, "the replacement")
    if "$" in replacement or "\\" in replacement:
        raise Untranslatable("replacements that name groups are evaluated by the function")
    return emitter.call("swapped", emitter.plain(text).text, _plain_text(pattern), quote(replacement))


def _get(emitter: Emitter, context: n.Node, key: n.Node) -> Fragment:
    constant = _text(key)
    if constant is None:
        return emitter.call("reached", emitter.plain(context).text, emitter.plain(key).text)
    return emitter.call("entry", emitter.plain(context).text, quote(constant))


def _put(emitter: Emitter, context: n.Node, key: n.Node, value: n.Node) -> Fragment:
    entry = f"{{{quote(_constant_text(key, 'the key'))}: {emitter.present(value).text}}}"
    return emitter.call("updated", emitter.plain(context).text, entry)


_SPECIAL: Final[dict[tuple[str, int], Callable[..., Any]]] = {
    ("append", -1): _append,
    ("concatenate", -1): _concatenate,
    ("context put", 3): _put,
    ("date", -1): _constructed("date"),
    ("date and time", -1): _constructed("date and time"),
    ("day of week", 1): calendar.of_date("dayname"),
    ("day of year", 1): calendar.of_date("yearday"),
    ("ceiling", 2): _rounding("upwards"),
    ("decimal", 2): _rounding("rounded"),
    ("duration", 1): _constructed("duration"),
    ("get value", 2): _get,
    ("insert before", 3): _insert,
    ("modulo", 2): _modulo,
    ("month of year", 1): calendar.of_date("monthname"),
    ("now", 0): calendar.now,
    ("number", 1): _number,
    ("remove", 2): _remove,
    ("replace", 3): _replace,
    ("floor", 2): _rounding("downwards"),
    ("round", 1): _rounding("rounded"),
    ("round", 2): _rounding("rounded"),
    ("round down", 2): _rounding("inwards"),
    ("round half down", 2): _rounding("halfdown"),
    ("round half up", 2): _rounding("halfup"),
    ("round up", 2): _rounding("outwards"),
    ("split", 2): _split,
    ("string join", 1): _join,
    ("string join", 2): _join,
    ("string", 1): _string,
    ("sublist", 2): _sublist,
    ("sublist", 3): _sublist,
    ("substring", 2): _substring,
    ("substring", 3): _substring,
    ("today", 0): calendar.today,
    ("union", -1): _union,
    ("years and months duration", 2): calendar.months_between,
}
TRANSLATED: Final = frozenset({*_UNARY, *_BINARY, *BOOLEAN, *(name for name, _ in _SPECIAL)}) | {
    "not",
    "is defined",
    "matches",
}
"""The functions that can be said in JSONata, some of them with constants only."""
