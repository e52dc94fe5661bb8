"""Pattern text to a tree: regular expressions of XPath (XQuery 1.0 and XPath 2.0 Functions and Operators, 7.6.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from state_machines.feel.builtins.patterns.characters import (
    CLASSES,
    CONTROLS,
    WHITE,
    Accepts,
    PatternError,
    anything,
    between,
    exactly,
    folded,
    opposite,
    property_of,
    union,
    within_line,
)

_MAX_REPEAT: Final = 1_000
_MAX_DEPTH: Final = 50
Tree = tuple[object, ...]
"""A kind and its parts. Kinds: char, same (a back reference), start, end, boundary, inside, sequence, either, repeat,
group."""


@dataclass(frozen=True, slots=True)
class Flags:
    """XPath's flags: s (dot takes line ends), m (lines), i (case), x (white space in the pattern is ignored)."""

    dot_all: bool = False
    lines: bool = False
    fold: bool = False
    spaced: bool = False


def read_flags(text: str) -> Flags:
    """The flags of a text such as `im`. Raises PatternError."""
    if not set(text) <= set("smix"):
        raise PatternError(f"the flags '{text}' are not among s, m, i and x")
    return Flags("s" in text, "m" in text, "i" in text, "x" in text)


def read_pattern(text: str, flags: Flags) -> tuple[Tree, int]:
    """The tree, and how many groups it has. Raises PatternError."""
    parser = _Parser(_without_white(text) if flags.spaced else text, flags)
    return parser.whole(), parser.groups


def _without_white(text: str) -> str:
    """The pattern without the white space that stands outside of classes, even behind a backslash."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for character in text:
        if depth == 0 and character in WHITE:
            continue
        kept.append(character)
        if not escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        escaped = character == "\\" and not escaped
    return "".join(kept)


class _Parser:
    def __init__(self, text: str, flags: Flags) -> None:
        self._text = text
        self._flags = flags
        self._at = 0
        self._depth = 0
        self._closed: set[int] = set()
        self.groups = 0

    def whole(self) -> Tree:
        tree = self._alternatives()
        if self._at < len(self._text):
            raise PatternError(f"unexpected '{self._text[self._at]}'")
        return tree

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise PatternError("the pattern ends too early")
        self._at += 1
        return character

    def _accept(self, text: str) -> bool:
        found = self._text.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _alternatives(self) -> Tree:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise PatternError("the pattern is nested too deeply")
        branches = [self._sequence()]
        while self._accept("|"):
            branches.append(self._sequence())
        self._depth -= 1
        return branches[0] if len(branches) == 1 else ("either", branches)

    def _sequence(self) -> Tree:
        parts: list[Tree] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return ("sequence", parts)

    def _repeated(self, atom: Tree) -> Tree:
        if self._peek() in ("*", "+", "?"):
            low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[self._take()]
        elif self._peek() == "{":
            low, high = self._counts()
        else:
            return atom
        greedy = not self._accept("?")
        if self._peek() in ("*", "+", "?", "{"):
            raise PatternError("a quantifier follows a quantifier")
        return ("repeat", atom, low, high, greedy)

    def _counts(self) -> tuple[int, int | None]:
        found = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}", re.ASCII).match(self._text, self._at)
        if found is None:
            raise PatternError("'{' begins no count")
        self._at = found.end()
        low = int(found[1])
        high = low if found[2] is None else int(found[3]) if found[3] else None
        if max(low, high or 0) > _MAX_REPEAT or (high is not None and high < low):
            raise PatternError("the count is out of range")
        return low, high

    def _atom(self) -> Tree:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return ("char", self._class())
        if character in "^$":
            return ("start",) if character == "^" else ("end",)
        if character in "*+?{":
            raise PatternError(f"'{character}' has nothing to repeat")
        if character in "]}":
            raise PatternError(f"'{character}' closes nothing: a backslash before it makes it a character")
        if character == ".":
            return ("char", anything if self._flags.dot_all else within_line)
        if character == "\\":
            return self._escape()
        return ("char", self._cased(exactly(character)))

    def _group(self) -> Tree:
        if self._accept("?:"):
            tree = self._alternatives()
        elif self._peek() == "?":
            raise PatternError("'(?' begins nothing that is supported")
        else:
            self.groups += 1
            number = self.groups
            tree = ("group", self._alternatives(), number)
            self._closed.add(number)
        if not self._accept(")"):
            raise PatternError("a ')' is missing")
        return tree

    def _escape(self) -> Tree:
        character = self._take()
        if character in ("b", "B"):
            return ("boundary",) if character == "b" else ("inside",)
        if character in "0123456789":
            return ("same", self._reference(int(character)))
        return ("char", self._many(character) or self._cased(exactly(_single(character))))

    def _reference(self, group: int) -> int:
        """The group meant: more digits belong to its number as long as there are so many groups."""
        while (digit := self._peek()) and digit in "0123456789" and 0 < group * 10 + int(digit) <= self.groups:
            group = group * 10 + int(self._take())
        if group not in self._closed:
            raise PatternError(f"'\\{group}' refers to no group before it")
        return group

    def _many(self, letter: str) -> Accepts | None:
        """The characters of an escape that stands for more than one; None for other escapes."""
        if letter in ("p", "P"):
            found = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self._text, self._at)
            if found is None:
                raise PatternError("'\\p' needs a category or a block, such as {Lu} or {IsBasicLatin}")
            self._at = found.end()
            accepts: Accepts | None = property_of(found[1])
        else:
            accepts = CLASSES.get(letter.lower())
        return opposite(accepts) if accepts is not None and letter.isupper() else accepts

    def _cased(self, accepts: Accepts) -> Accepts:
        return folded(accepts) if self._flags.fold else accepts

    def _class(self) -> Accepts:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise PatternError("the pattern is nested too deeply")
        negated = self._accept("^")
        members: list[Accepts] = []
        excluded: Accepts | None = None
        while not (members and self._accept("]")):
            if members and self._accept("-["):
                excluded = self._class()
                if not self._accept("]"):
                    raise PatternError("a subtracted class must be the last member")
                break
            members.append(self._member())
        self._depth -= 1
        return union(members, negated, excluded)

    def _member(self) -> Accepts:
        character = self._take()
        if character in "[]":
            raise PatternError(f"'{character}' in a class needs a backslash before it")
        if character == "\\":
            letter = self._take()
            if (many := self._many(letter)) is not None:
                return many
            character = _single(letter)
        following = self._text[self._at + 1 : self._at + 2]
        if self._peek() == "-" and following not in ("", "]", "["):
            self._take()
            last = self._take()
            return self._cased(between(character, _single(self._take()) if last == "\\" else last))
        return self._cased(exactly(character))


def _single(character: str) -> str:
    """What a backslash and a character stand for where that is one character."""
    if character.isalnum() and character not in CONTROLS:
        raise PatternError(f"there is no '\\{character}'")
    return CONTROLS.get(character, character)
