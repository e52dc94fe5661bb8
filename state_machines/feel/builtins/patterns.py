"""Regular expressions in time linear in the text (XPath's syntax without back references), so that no pattern can hang.

A pattern is parsed to a small program and run as a set of threads, one per state, in order of preference (Pike).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MAX_PROGRAM: Final = 2_000
_MAX_REPEAT: Final = 1_000
_MAX_DEPTH: Final = 50
Accepts = Callable[[str], bool]
Pay = Callable[[int], None]
"""Takes the steps done off a budget."""


class PatternError(ValueError):
    """The pattern is not understood, or too big."""


@dataclass(frozen=True, slots=True)
class Flags:
    """XPath's flags: s (dot takes line ends), m (lines), i (case), x (white space in the pattern is ignored)."""

    dot_all: bool = False
    lines: bool = False
    fold: bool = False
    spaced: bool = False


@dataclass(slots=True)
class Step:
    """One instruction: `kind` is char, split, jump, save, start, end, boundary, inside or match."""

    kind: str
    accepts: Accepts | None = None
    first: int = 0
    second: int = 0


def read_flags(text: str) -> Flags:
    """The flags of a text such as `im`. Raises PatternError."""
    if not set(text) <= set("smix"):
        raise PatternError(f"the flags '{text}' are not among s, m, i and x")
    return Flags("s" in text, "m" in text, "i" in text, "x" in text)


Tree = tuple[object, ...]
_CLASSES: Final[dict[str, str]] = {
    **{"d": r"\d", "D": r"\D", "w": r"\w", "W": r"\W", "s": r"\s", "S": r"\S"},
    **{"i": r"[^\W\d]|:", "I": r"(?![^\W\d]|:)", "c": r"[\w:.\-\xb7]", "C": r"[^\w:.\-\xb7]"},
}
"""Python's patterns for the classes of one letter; `i` and `c` are what XML names begin with and hold."""
_WHITE: Final = frozenset(" \t\n\r")
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}


class _Parser:
    """Pattern text to a tree of (kind, ...) tuples."""

    def __init__(self, text: str, flags: Flags) -> None:
        self._text = text
        self._flags = flags
        self._classes = 0
        self._at = 0
        self._depth = 0
        self.groups = 0

    def whole(self) -> Tree:
        tree = self._alternatives()
        if self._at < len(self._text):
            raise PatternError(f"unexpected '{self._text[self._at]}'")
        return tree

    def _peek(self) -> str:
        while self._flags.spaced and not self._classes and self._text[self._at : self._at + 1] in _WHITE:
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise PatternError("the pattern ends too early")
        self._at += 1
        return character

    def _accept(self, text: str) -> bool:
        self._peek()
        if self._text.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

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
        if character == ".":
            return ("char", (lambda c: True) if self._flags.dot_all else (lambda c: c not in "\n\r"))
        if character == "\\":
            return self._escape()
        return ("char", self._literal(character))

    def _group(self) -> Tree:
        if self._accept("?:"):
            tree = self._alternatives()
        elif self._peek() == "?":
            raise PatternError("'(?' begins nothing that is supported")
        else:
            self.groups += 1
            number = self.groups
            tree = ("group", self._alternatives(), number)
        if not self._accept(")"):
            raise PatternError("a ')' is missing")
        return tree

    def _escape(self) -> Tree:
        character = self._take()
        if character in ("b", "B"):
            return ("boundary",) if character == "b" else ("inside",)
        if character.isdigit():
            raise PatternError("back references are not supported")
        return ("char", self._escaped(character))

    def _escaped(self, character: str) -> Accepts:
        if character in _CLASSES:
            pattern = re.compile(_CLASSES[character])
            return lambda c: pattern.match(c) is not None
        if character in "pP":
            return self._category(character == "P")
        return self._literal(_escaped(character))

    def _category(self, negated: bool) -> Accepts:
        import unicodedata

        found = re.compile(r"\{([A-Z][a-z]?)\}").match(self._text, self._at)
        if found is None:
            raise PatternError("'\\p' needs a category such as {Lu}")
        self._at, name = found.end(), found[1]
        return lambda c: unicodedata.category(c).startswith(name) is not negated

    def _literal(self, character: str) -> Accepts:
        return self._folded(lambda c: c == character)

    def _folded(self, accepts: Accepts) -> Accepts:
        if not self._flags.fold:
            return accepts
        return lambda c: accepts(c) or accepts(c.lower()) or accepts(c.upper())

    def _class(self) -> Accepts:
        self._classes += 1
        negated = self._accept("^")
        members: list[Accepts] = []
        excluded: Accepts | None = None
        while not (self._accept("]") and members):
            if members and self._accept("-["):
                excluded = self._class()
                if not self._accept("]"):
                    raise PatternError("a subtracted class must be the last member")
                break
            members.append(self._folded(self._member()))
        self._classes -= 1
        return _set(tuple(members), negated, excluded)

    def _member(self) -> Accepts:
        character = self._take()
        if character == "\\":
            escaped = self._take()
            if escaped in _CLASSES or escaped in "pP":
                return self._escaped(escaped)
            character = _escaped(escaped)
        following = self._text[self._at + 1 : self._at + 2]
        if self._peek() == "-" and following not in ("", "]", "["):
            self._take()
            last = self._take()
            last = _escaped(self._take()) if last == "\\" else last
            if last < character:
                raise PatternError("a range of characters runs backwards")
            return lambda c: character <= c <= last
        return lambda c: c == character


def _escaped(character: str) -> str:
    """What a backslash and a character stand for where that is one character."""
    if character.isalnum() and character not in _CONTROLS:
        raise PatternError(f"there is no '\\{character}'")
    return _CONTROLS.get(character, character)


def _set(members: tuple[Accepts, ...], negated: bool, excluded: Accepts | None) -> Accepts:
    def accepts(character: str) -> bool:
        hit = any(member(character) for member in members) is not negated
        return hit and not (excluded is not None and excluded(character))

    return accepts


class _Compiler:
    """Tree to program."""

    def __init__(self) -> None:
        self.program: list[Step] = []

    def add(self, kind: str, accepts: Accepts | None = None, first: int = 0, second: int = 0) -> Step:
        if len(self.program) >= MAX_PROGRAM:
            raise PatternError("the pattern is too big")
        step = Step(kind, accepts, first, second)
        self.program.append(step)
        return step

    def emit(self, tree: Tree) -> None:
        kind = tree[0]
        if kind == "char":
            self.add("char", tree[1])  # type: ignore[arg-type]
        elif kind == "sequence":
            for part in tree[1]:  # type: ignore[attr-defined]
                self.emit(part)
        elif kind == "either":
            self._either(tree[1])  # type: ignore[arg-type]
        elif kind == "repeat":
            self._repeat(*tree[1:])  # type: ignore[arg-type]
        elif kind == "group":
            self._group(*tree[1:])  # type: ignore[arg-type]
        else:
            self.add(str(kind))

    def _group(self, tree: Tree, number: int) -> None:
        self.add("save", first=2 * number)
        self.emit(tree)
        self.add("save", first=2 * number + 1)

    def _either(self, branches: list[Tree]) -> None:
        jumps = []
        for branch in branches[:-1]:
            split = self.add("split", first=len(self.program) + 1)
            self.emit(branch)
            jumps.append(self.add("jump"))
            split.second = len(self.program)
        self.emit(branches[-1])
        for jump in jumps:
            jump.first = len(self.program)

    def _repeat(self, tree: Tree, low: int, high: int | None, greedy: bool) -> None:
        for _ in range(low):
            self.emit(tree)
        if high is None:
            start = len(self.program)
            split = self.add("split")
            self.emit(tree)
            self.add("jump", first=start)
            self._branch(split, start + 1, greedy)
            return
        splits = []
        for _ in range(high - low):
            splits.append((self.add("split"), len(self.program)))
            self.emit(tree)
        for split, inner in splits:
            self._branch(split, inner, greedy)

    def _branch(self, split: Step, inner: int, greedy: bool) -> None:
        outer = len(self.program)
        split.first, split.second = (inner, outer) if greedy else (outer, inner)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern. Work for a text is at most its length times the program's."""

    program: tuple[Step, ...]
    groups: int
    flags: Flags

    def search(self, text: str, pay: Pay, start: int = 0) -> tuple[int | None, ...] | None:
        """The first match at or after a position: begin and end of the match and of each group."""
        threads: list[tuple[int, tuple[int | None, ...]]] = []
        best: tuple[int | None, ...] | None = None
        empty: tuple[int | None, ...] = (None,) * (2 * self.groups + 2)
        for at in range(start, len(text) + 1):
            if best is None:
                threads = self._closed(threads, (0, (at, *empty[1:])), text, at)
            elif not threads:
                break
            pay(1 + (len(threads) >> 2))
            following: list[tuple[int, tuple[int | None, ...]]] = []
            for counter, saved in threads:
                step = self.program[counter]
                if step.kind == "match":
                    best = (saved[0], at, *saved[2:])
                    break
                if at < len(text) and step.accepts is not None and step.accepts(text[at]):
                    following.append((counter + 1, saved))
            threads = self._closed(following, None, text, at + 1) if best is not None else following
        return best

    def _closed(
        self,
        threads: list[tuple[int, tuple[int | None, ...]]],
        new: tuple[int, tuple[int | None, ...]] | None,
        text: str,
        at: int,
    ) -> list[tuple[int, tuple[int | None, ...]]]:
        """The threads moved on through all steps that take no character, each state once, in order of preference."""
        seen: set[int] = set()
        result: list[tuple[int, tuple[int | None, ...]]] = []
        stack = [*([new] if new is not None else []), *reversed(threads)]
        while stack:
            counter, saved = stack.pop()
            if counter in seen:
                continue
            seen.add(counter)
            step = self.program[counter]
            if step.kind in ("char", "match"):
                result.append((counter, saved))
            else:
                stack.extend(reversed(list(self._moves(step, counter, saved, text, at))))
        return result

    def _moves(
        self, step: Step, counter: int, saved: tuple[int | None, ...], text: str, at: int
    ) -> Iterator[tuple[int, tuple[int | None, ...]]]:
        if step.kind == "split":
            yield step.first, saved
            yield step.second, saved
        elif step.kind == "jump":
            yield step.first, saved
        elif step.kind == "save":
            yield counter + 1, (*saved[: step.first], at, *saved[step.first + 1 :])
        elif self._holds(step.kind, text, at):
            yield counter + 1, saved

    def _holds(self, kind: str, text: str, at: int) -> bool:
        if kind == "start":
            return at == 0 or (self.flags.lines and text[at - 1] == "\n")
        if kind == "end":
            return at == len(text) or (self.flags.lines and text[at] == "\n")
        boundary = (at > 0 and _is_word(text[at - 1])) != (at < len(text) and _is_word(text[at]))
        return boundary is (kind == "boundary")

    def spans(self, text: str, pay: Pay) -> Iterator[tuple[int | None, ...]]:
        """All matches from left to right, none overlapping."""
        at = 0
        while at <= len(text):
            found = self.search(text, pay, at)
            if found is None or found[1] is None:
                return
            yield found
            at = found[1] if found[1] != found[0] else found[1] + 1


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str = "") -> Pattern:
    """Compile a pattern. Raises PatternError."""
    options = read_flags(flags)
    parser = _Parser(pattern, options)
    tree = parser.whole()
    compiler = _Compiler()
    compiler.emit(tree)
    compiler.add("match")
    return Pattern(tuple(compiler.program), parser.groups, options)
