"""ASL-014: expressions are JSONata as far as values, operators and brackets go; names and meaning are not looked at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from state_machines.asl.scan import Definition, Fault

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|/\*.*?\*/)|(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\$\$|\$\w*"""
    r"""|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"""
    r"""|(?P<sign>!=|<=|>=|:=|~>|\*\*|\.\.|\?:|\?\?|[][(){}.,@\#;:?+\-*/%|=<>^&])""",
    re.DOTALL,
)
_REGEX: Final = re.compile(r"/(?:[^/\\\n]|\\.)+/[im]*")
_BINARY: Final = frozenset(
    ["!=", "<=", ">=", ":=", "~>", "..", "?:", "??", ".", "@", "#", "+", "-", "*", "/", "%", "=", "<", ">", "&", "|"]
)
_CLOSES: Final = {"(": ")", "[": "]", "{": "}"}


def check(definition: Definition) -> Iterator[Fault]:
    """Finds expressions that cannot be parsed."""
    for state in definition.states:
        for expression in state.expressions():
            if words := _wrong(expression):
                yield Fault("ASL-014", state.name, f"an expression is no JSONata: {words}")


@lru_cache(maxsize=4_096)
def _wrong(expression: str) -> str:
    reading = _Reading()
    at = 0
    while at < len(expression):
        found = (_REGEX.match(expression, at) if reading.wants_value else None) or _TOKEN.match(expression, at)
        if found is None:
            return f"'{expression[at]}' cannot stand there"
        at = found.end()
        if found.re is _REGEX:
            reading.wants_value = False
        elif found.lastgroup != "space" and not reading.take(found[0], found.lastgroup == "sign"):
            return f"'{found[0]}' cannot stand there"
    return "" if reading.complete else "it ends too early"


@dataclass
class _Open:
    """A bracket, or the whole: what closes it, and how many conditions still want their other side."""

    closes: str
    questions: int = 0


@dataclass
class _Reading:
    """Where a reader stands: whether a value must come next, and in which brackets."""

    wants_value: bool = True
    may_close: bool = False
    """Though a value could come: behind an opening bracket or a semicolon."""
    before: str = ""
    open: list[_Open] = field(default_factory=lambda: [_Open("")])

    @property
    def complete(self) -> bool:
        return not self.wants_value and len(self.open) == 1

    def take(self, mark: str, sign: bool) -> bool:
        """Whether a token can stand here; then it is taken."""
        word = not sign and mark in ("and", "or", "in") and not self.wants_value
        taken = self._value(mark, sign) if self.wants_value and not word else self._operator(mark, sign and not word)
        self.before = mark
        return taken

    def _value(self, mark: str, sign: bool) -> bool:
        if mark in _CLOSES:
            return self._opened(mark)
        if mark in _CLOSES.values():
            return self.may_close and self._closed(mark)
        self.may_close = False
        if not sign or mark in ("*", "**", "%", "?"):
            self.wants_value = False
            return True
        return mark in ("-", "|") or (mark in "<>" and self.before in "(,")  # the direction of a sort

    def _operator(self, mark: str, sign: bool) -> bool:
        if not sign:
            self.wants_value = mark in ("and", "or", "in")
            return self.wants_value
        if mark in _CLOSES:
            return self._opened(mark)
        if mark in _CLOSES.values():
            return self._closed(mark)
        self.wants_value, self.may_close = True, mark == ";"
        return self._joins(mark)

    def _joins(self, mark: str) -> bool:
        inner = self.open[-1]
        if mark == "?":
            inner.questions += 1
            return True
        if mark == ":":
            if inner.closes == "}" and not inner.questions:
                return True
            inner.questions -= 1
            return inner.questions >= 0
        if mark in (",", ";"):
            return inner.closes != "" and (mark == "," or inner.closes == ")")
        return mark in _BINARY or mark == "^"

    def _opened(self, mark: str) -> bool:
        self.open.append(_Open(_CLOSES[mark]))
        self.wants_value = self.may_close = True
        return True

    def _closed(self, mark: str) -> bool:
        self.wants_value = self.may_close = False
        return self.open.pop().closes == mark and bool(self.open)
