"""Dates and the clock as JSONata: today() and now(), calendar arithmetic, properties, what is compared.

A date is its text; what is computed is a number: `milliseconds` and `months` of durations, the `instant` of a moment in
UTC. Such a value can be compared, and handed on as a whole: within lists and contexts nothing tells it from a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Final

from state_machines.feel import nodes as n
from state_machines.feel.jsonata_dates import DAY
from state_machines.feel.jsonata_emitter import CALENDAR, Emitter, plain
from state_machines.feel.jsonata_text import Fragment, Untranslatable

_SPANS: Final = frozenset({"milliseconds", "months"})
_WORDS: Final = {"date": "a date", "instant": "a moment", **dict.fromkeys(_SPANS, "a duration")}


def is_calendar(fragments: Sequence[Fragment]) -> bool:
    """Whether an operation of these is one of the calendar."""
    return any(fragment.kind in CALENDAR for fragment in fragments)


def arithmetic(emitter: Emitter, operator: str, operands: Sequence[Fragment]) -> Fragment:
    """Sums and differences, from the left. Raises Untranslatable for what has no result or needs zones."""
    return reduce(lambda left, right: _combined(emitter, operator, left, right), operands)


def _combined(emitter: Emitter, operator: str, left: Fragment, right: Fragment) -> Fragment:
    if operator == "+" and left.kind in _SPANS and right.kind not in _SPANS:
        left, right = right, left
    if operator in "+-" and right.kind in _SPANS and (move := _MOVES.get((left.kind, right.kind))):
        return move(emitter, left, _signed(emitter, operator, right))
    if operator == "-" and left.kind == right.kind == "date":
        return emitter.call("apart", left.text, right.text)
    if operator == "-" and left.kind == right.kind == "instant":
        return _sum(emitter, left, _signed(emitter, "-", right), "milliseconds")
    words = " and ".join(_WORDS.get(each.kind, each.kind) or "a value of no declared type" for each in (left, right))
    raise Untranslatable(f"'{operator}' of {words} is evaluated by the function")


def _signed(emitter: Emitter, operator: str, fragment: Fragment) -> Fragment:
    if operator == "+":
        return fragment
    if fragment.text.lstrip("-").isdigit():
        return replace(fragment, text=str(-int(fragment.text)))
    return replace(emitter.call("minus", fragment.text), kind=fragment.kind)


def _sum(emitter: Emitter, left: Fragment, right: Fragment, kind: str) -> Fragment:
    return replace(emitter.call("summed", left.text, right.text), kind=kind)


_Move = Callable[[Emitter, Fragment, Fragment], Fragment]
_MOVES: Final[dict[tuple[str, str], _Move]] = {
    ("date", "milliseconds"): lambda e, a, b: e.call("shifted", a.text, b.text),
    ("date", "months"): lambda e, a, b: e.call("monthed", a.text, b.text),
    ("instant", "milliseconds"): lambda e, a, b: _sum(e, a, b, "instant"),
    ("instant", "months"): lambda e, a, b: e.call("later", a.text, b.text),
    ("milliseconds", "milliseconds"): lambda e, a, b: _sum(e, a, b, "milliseconds"),
    ("months", "months"): lambda e, a, b: _sum(e, a, b, "months"),
}
_PROPERTIES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("date", "year"): ("dated", "0", "4"),
    ("date", "month"): ("dated", "5", "2"),
    ("date", "day"): ("dated", "8", "2"),
    ("date", "weekday"): ("weekday",),
    ("milliseconds", "days"): ("portion", str(DAY), "0"),
    ("milliseconds", "hours"): ("portion", "3600000", "24"),
    ("milliseconds", "minutes"): ("portion", "60000", "60"),
    ("milliseconds", "seconds"): ("portion", "1000", "60"),
    ("months", "years"): ("portion", "12", "0"),
    ("months", "months"): ("portion", "1", "12"),
}


def property_of(emitter: Emitter, source: Fragment, name: str) -> Fragment:
    """What stands behind a dot. Raises Untranslatable where that needs a zone, or there is no such thing."""
    found = _PROPERTIES.get((source.kind, name))
    if found is None:
        raise Untranslatable(f"'{name}' of {_WORDS.get(source.kind, source.kind)} is evaluated by the function")
    return emitter.call(found[0], source.text, *found[1:])


def today(emitter: Emitter) -> Fragment:
    """The day, in UTC."""
    return Fragment("$substring($now(), 0, 10)", "date")


def now(emitter: Emitter) -> Fragment:
    """The moment."""
    return Fragment("$millis()", "instant")


def of_date(helper: str) -> Callable[[Emitter, n.Node], Fragment]:
    """A function of one date."""

    def emit(emitter: Emitter, argument: n.Node) -> Fragment:
        return emitter.call(helper, date_of(emitter, argument).text)

    return emit


def months_between(emitter: Emitter, first: n.Node, last: n.Node) -> Fragment:
    """`years and months duration(...)` of two dates."""
    return emitter.call("elapsed", date_of(emitter, first).text, date_of(emitter, last).text)


def date_read(emitter: Emitter, node: n.Node) -> Fragment:
    """`date(...)` of one argument: a text is read, and is no date if it does not hold one."""
    fragment = emitter.operand(node)
    if is_calendar([fragment]):
        return date_of(emitter, node)
    return emitter.call("dateof", plain(fragment).text)


def date_of(emitter: Emitter, node: n.Node) -> Fragment:
    """The date that a node gives, or that of its moment. Raises Untranslatable for what is not declared to be one."""
    fragment = emitter.operand(node)
    if fragment.kind == "instant":
        return emitter.call("dayof", fragment.text)
    if fragment.kind != "date":
        plain(fragment)
        raise Untranslatable("what is read as a date is not declared to be one")
    return fragment
