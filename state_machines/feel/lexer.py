"""Scope-aware tokens: at each name the longest name in scope wins, so names may hold spaces, operators and keywords.

The parser pulls one token at a time, because scopes open and close while it reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.nodes import Position
from state_machines.feel.regexes import regex

_BEYOND: Final = "\U00010000-\U000effff"
"""Names hold any character beyond the basic plane, pictures too (DMN 1.5, 10.3.1.2, rule 28)."""
_START: Final = rf"(?:[^\W\d]|[{_BEYOND}])"
_WORD: Final = rf"(?:\?|{_START}[\w{_BEYOND}]*)"
_TOKEN: Final = rf"""(?xs)(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>{_WORD})
    |(?P<op>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{{}},:.@])"""
_SPACE: Final = r"(?s)(?:\s|\ufeff|//[^\n]*|/\*.*?\*/)+"
_FIRST: Final = rf"[\w{_BEYOND}]+|\S"
_ESCAPE: Final = r"(?s)\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)"
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "'": "'", '"': '"', "\\": "\\"}

KEYWORDS: Final = frozenset(
    {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between", "instance"}
    | {"null", "true", "false", "function"}
)


class Token(NamedTuple):
    """`kind` is number, string, name, keyword, op or end; `text` is the value (of a string: unescaped)."""

    kind: str
    text: str
    start: int
    end: int


def normalize(name: str) -> str:
    """A name with its white space collapsed: how names are compared."""
    return " ".join(name.split())


def is_identifier(name: str) -> bool:
    """Whether the name is one word, which needs no scope to be read."""
    return regex(_WORD).fullmatch(name) is not None and name not in KEYWORDS


class NameIndex:
    """The names in scope that are more than one word, by their first word."""

    __slots__ = ("_by_first", "odd")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[str]] = {}
        self.odd = False
        """Whether some name begins with what is no letter."""
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Put a name in scope; one-word names need no entry."""
        first = regex(_FIRST).match(name)
        if first is not None and not is_identifier(name):
            self.odd = self.odd or not first[0][0].isalpha()
            known = self._by_first.setdefault(first[0], [])
            if name not in known:
                known.append(name)
                known.sort(key=len, reverse=True)

    def add_all(self, other: NameIndex) -> None:
        """Put all names of another index in scope."""
        for names in other._by_first.values():
            for name in names:
                self.add(name)

    def copy(self) -> NameIndex:
        """An inner scope, to which names are added without changing this one."""
        inner = NameIndex()
        inner._by_first = {first: list(names) for first, names in self._by_first.items()}
        inner.odd = self.odd
        return inner

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def match(self, text: str, position: int, word: str = "") -> tuple[str, int] | None:
        """The longest name that stands at the position, and where it ends. `word` is the word that stands there."""
        if not word:
            first = regex(_FIRST).match(text, position)
            if first is None:
                return None
            word = first[0]
        for name in self._by_first.get(word, ()):
            found = _pattern(name).match(text, position)
            if found is not None:
                return name, found.end()
        return None


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in name.split())
    return re.compile(words + (r"(?!\w)" if regex(r"\w\Z").search(name) else ""))


class Lexer:
    """Tokens of one text. Raises FeelSyntaxError at what begins no token."""

    __slots__ = ("_lines", "_match_space", "_match_token", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = "\n" in text
        self._match_space, self._match_token = regex(_SPACE).match, regex(_TOKEN).match

    def position(self, start: int, end: int) -> Position:
        """Offsets as a position with line and column."""
        if not self._lines:
            return Position(1, start + 1, start, end)
        line = self.text.count("\n", 0, start) + 1
        return Position(line, start - self.text.rfind("\n", 0, start), start, end)

    def error(self, message: str, start: int) -> FeelSyntaxError:
        """An error at an offset."""
        at = self.position(start, start)
        return FeelSyntaxError(message, at.line, at.column)

    def token(self, position: int, scope: NameIndex) -> Token:
        """The token at or after the position, names read in the scope."""
        text = self.text
        space = self._match_space(text, position)
        if space is not None:
            position = space.end()
        if position >= len(text):
            return Token("end", "", position, position)
        found = self._match_token(text, position)
        kind, value = (found.lastgroup, found[0]) if found is not None else ("", "")
        if scope.odd or kind == "name":
            name = scope.match(text, position, "" if scope.odd else value)
            if name is not None:
                return Token("name", name[0], position, name[1])
        if found is None or kind is None:
            raise self._unreadable(position)
        if kind == "string":
            value = unescape(value[1:-1])
        elif kind == "name" and value in KEYWORDS:
            kind = "keyword"
        return Token(kind, value, position, found.end())

    def raw_name(self, position: int, stops: str) -> tuple[str, int]:
        """A name that is being declared: everything up to one of the stop characters, white space collapsed."""
        end = position
        while end < len(self.text) and self.text[end] not in stops:
            end += 1
        return normalize(self.text[position:end]), end

    def _unreadable(self, position: int) -> FeelSyntaxError:
        if self.text[position] == '"':
            return self.error("The string is not closed", position)
        return self.error(f"'{self.text[position]}' cannot stand here", position)


def unescape(text: str) -> str:
    """The value of a string literal's inside; an unknown escape stays as written."""
    if "\\" not in text:
        return text
    value = regex(_ESCAPE).sub(_unescape_one, text)
    if any("\ud800" <= c <= "\udfff" for c in value):  # pairs of \uXXXX escapes make one character
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _unescape_one(found: re.Match[str]) -> str:
    body = found[1]
    if len(body) > 1:
        code = int(body[1:], 16)
        return chr(code) if code <= 0x10FFFF else found[0]
    return _ESCAPES.get(body, found[0])
