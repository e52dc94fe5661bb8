"""Which characters a part of a pattern accepts: classes of one letter, categories, blocks, case (XML Schema 2, F.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

from state_machines.feel.builtins.patterns.blocks import block

Accepts = Callable[[str], bool]
CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}
WHITE: Final = frozenset(" \t\n\r")
_CATEGORIES: Final = frozenset(
    major + minor
    for major, minors in {
        "L": "ultmo",
        "M": "nce",
        "N": "dlo",
        "P": "cdseifo",
        "Z": "slp",
        "S": "mcko",
        "C": "cfon",
    }.items()
    for minor in ("", *minors)
)
_NAME_STARTS: Final = (
    *((":", ":"), ("A", "Z"), ("_", "_"), ("a", "z"), ("\xc0", "\xd6"), ("\xd8", "\xf6"), ("\xf8", "\u02ff")),
    *(("\u0370", "\u037d"), ("\u037f", "\u1fff"), ("\u200c", "\u200d"), ("\u2070", "\u218f"), ("\u2c00", "\u2fef")),
    *(("\u3001", "\ud7ff"), ("\uf900", "\ufdcf"), ("\ufdf0", "\ufffd"), ("\U00010000", "\U000effff")),
)
_NAME_PARTS: Final = (
    *(("-", "-"), (".", "."), ("0", "9"), ("\xb7", "\xb7"), ("\u0300", "\u036f"), ("\u203f", "\u2040")),
    *_NAME_STARTS,
)


class PatternError(ValueError):
    """The pattern is not understood, or too big."""


def anything(character: str) -> bool:
    """Each character."""
    return True


def within_line(character: str) -> bool:
    """What a dot takes."""
    return character not in "\n\r"


def _within(spans: tuple[tuple[str, str], ...]) -> Accepts:
    return lambda c: any(first <= c <= last for first, last in spans)


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def is_word(character: str) -> bool:
    """Neither punctuation (an underscore is), nor a separator, nor one of the others."""
    return unicodedata.category(character)[0] not in "PZC"


CLASSES: Final[dict[str, Accepts]] = {
    "d": _is_digit,
    "w": is_word,
    "s": WHITE.__contains__,
    "i": _within(_NAME_STARTS),
    "c": _within(_NAME_PARTS),
}
"""The classes of one letter; `i` and `c` are what XML names begin with and hold. The capital is all the others."""


def exactly(character: str) -> Accepts:
    """This one."""
    return lambda c: c == character


def between(first: str, last: str) -> Accepts:
    """A range. Raises PatternError where it is empty."""
    if last < first:
        raise PatternError("a range of characters runs backwards")
    return lambda c: first <= c <= last


def opposite(accepts: Accepts) -> Accepts:
    """All others."""
    return lambda c: not accepts(c)


def folded(accepts: Accepts) -> Accepts:
    """With their variants of case: those that have the same small or the same capital letter."""

    def either_case(character: str) -> bool:
        low, high = character.lower(), character.upper()
        return any(len(each) == 1 and accepts(each) for each in (character, low, high, low.upper(), high.lower()))

    return either_case


def property_of(name: str) -> Accepts:
    """What stands between the braces after `p`: a category, or `Is` and a block. Raises PatternError."""
    if name in _CATEGORIES:
        return lambda c: unicodedata.category(c).startswith(name)
    if name.startswith("Is") and (found := block(name[2:])) is not None:
        return between(*found)
    raise PatternError(f"there is no category or block '{name}'")


def union(members: Iterable[Accepts], negated: bool, excluded: Accepts | None) -> Accepts:
    """The characters of any member, or of none where negated, but for those excluded."""
    each = tuple(members)

    def accepts(character: str) -> bool:
        hit = any(member(character) for member in each) is not negated
        return hit and not (excluded is not None and excluded(character))

    return accepts
