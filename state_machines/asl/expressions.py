"""JSONata as lint rules read it: values, operators and brackets, not meaning. Exact for what the emitters write."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|/\*.*?\*/)|(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\$\$|\$\w*"""
    r"""|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"""
    r"""|(?P<sign>!=|<=|>=|:=|~>|\*\*|\.\.|\?:|\?\?|[][(){}.,@\#;:?+\-*/%|=<>^&])""",
    re.DOTALL,
)
_REGEX: Final = re.compile(r"/(?:[^/\\\n]|\\.)+/[im]*")
TEXT: Final = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|/(?:[^/\\\s*]|\\.)(?:[^/\\]|\\.)*/[im]*(?=\s*[),])""")
"""Texts and regular expressions, in which nothing has the meaning that it has outside."""
_NAME: Final = re.compile(r"\$([A-Za-z_]\w*)")
_BOUND: Final = re.compile(r"(?:(?<=[@#])\$([A-Za-z_]\w*)|\$([A-Za-z_]\w*)(?=\s*:=))")
_PARAMETERS: Final = re.compile(r"(?:function|\N{GREEK SMALL LETTER LAMDA})\s*\(([^)]*)\)")
_STATES: Final = re.compile(r"\$states((?:\.[A-Za-z_]\w*)*)")
_BINARY: Final = frozenset(
    ["!=", "<=", ">=", ":=", "~>", "..", "?:", "??", ".", "@", "#", "+", "-", "*", "/", "%", "=", "<", ">", "&", "|"]
)
_EXPRESSIONS: Final = 32_768
"""More than one definition holds: each rule goes through all of them, so fewer would never be found again."""
_CLOSES: Final = {"(": ")", "[": "]", "{": "}"}
_WORDS: Final = frozenset({"true", "false", "null", "function", "λ", "and", "or", "in"})


@dataclass
class _Open:
    """A bracket, or the whole: what closes it, and how many conditions still want their other side."""

    closes: str
    inside: bool = False
    """Whether names are steps here: in a filter, or in what a path goes on with."""
    questions: int = 0
    operators: int = 0
    """How many operators have nested since the last comma or semicolon: each is a level for the evaluator."""


@dataclass
class Reading:
    """Where a reader stands: whether a value must come next, and in which brackets."""

    wants_value: bool = True
    may_close: bool = False
    """Though a value could come: behind an opening bracket or a semicolon."""
    before: str = ""
    bare: str = ""
    """The first name that begins a path."""
    deepest: int = 0
    """About how many levels the evaluator recurses: a bracket, or an operator in a row of them, is one."""
    wrong: str = ""
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
            self._named(mark, sign)
            return True
        return mark in ("-", "|") or (mark in "<>" and self.before in "(,")  # the direction of a sort

    def _named(self, mark: str, sign: bool) -> None:
        """A name begins a path unless it goes on with one, or stands where names are steps."""
        name = not sign and (mark[0] == "`" or mark[0].isalpha() or mark[0] == "_") and mark not in _WORDS
        if name and self.before != "." and not self.open[-1].inside:
            self.bare = self.bare or mark

    def _operator(self, mark: str, sign: bool) -> bool:
        if not sign:
            self.wants_value = mark in ("and", "or", "in")
            self._nested()
            return self.wants_value
        if mark in _CLOSES:
            return self._opened(mark)
        if mark in _CLOSES.values():
            return self._closed(mark)
        self.wants_value, self.may_close = True, mark == ";"
        return self._joins(mark)

    def _joins(self, mark: str) -> bool:
        inner = self.open[-1]
        if mark in (",", ";"):
            inner.operators = 0
        elif mark not in (".", ":", "@", "#"):
            self._nested()
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
        steps = self.before in (".", "^") or (mark in "[{" and not self.wants_value)
        self.open.append(_Open(_CLOSES[mark], self.open[-1].inside or steps))
        self._nested(0)
        self.wants_value = self.may_close = True
        return True

    def _nested(self, levels: int = 1) -> None:
        self.open[-1].operators += levels
        self.deepest = max(self.deepest, sum(1 + each.operators for each in self.open))

    def _closed(self, mark: str) -> bool:
        self.wants_value = self.may_close = False
        return self.open.pop().closes == mark and bool(self.open)


@dataclass(frozen=True)
class Names:
    """What an expression names: what it reads and does not bind itself, and the paths that begin at `$states`."""

    read: frozenset[str]
    states: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=_EXPRESSIONS)
def names(expression: str) -> Names:
    """The names of an expression. A name that it binds anywhere counts as bound everywhere in it."""
    code = TEXT.sub("''", expression)
    bound = {
        *(one or other for one, other in _BOUND.findall(code)),
        *(name for row in _PARAMETERS.findall(code) for name in _NAME.findall(row)),
    }
    paths = (tuple(path.split(".")[1:]) for path in _STATES.findall(code))
    return Names(frozenset(_NAME.findall(code)) - bound, tuple(path for path in paths if path))


@lru_cache(maxsize=_EXPRESSIONS)
def read(expression: str) -> Reading:
    """What a whole expression says. `wrong` says in words where it cannot be parsed."""
    reading = Reading()
    at = 0
    while at < len(expression):
        found = (_REGEX.match(expression, at) if reading.wants_value else None) or _TOKEN.match(expression, at)
        if found is None:
            reading.wrong = f"'{expression[at]}' cannot stand there"
            return reading
        at = found.end()
        if found.re is _REGEX:
            reading.wants_value = False
        elif found.lastgroup != "space" and not reading.take(found[0], found.lastgroup == "sign"):
            reading.wrong = f"'{found[0]}' cannot stand there"
            return reading
    reading.wrong = "" if reading.complete else "it ends too early"
    return reading
