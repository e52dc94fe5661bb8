"""Pieces of JSONata text: fragments with what is known of them, quoting, chains of bounded depth, helper functions.

The evaluator of Step Functions recurses at most about 100 levels, so chains are balanced and helpers are called, not
nested inline. Which FEEL becomes which text is decided in jsonata_emitter.py and its neighbours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED: Final = frozenset({"and", "or", "in", "true", "false", "null", "function"})
_CHAIN: Final = 8
MAX_DIGITS: Final = 15
MAX_TEXT: Final = 32_000
_MAX_NESTING: Final = 28
_STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')


class Untranslatable(Exception):  # noqa: N818 - it is a verdict, not a fault
    """The expression has no faithful JSONata; the message says why."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """JSONata text and what is known of its value.

    `kind` is the FEEL type that it has where it is not null, or "" for unknown. `simple` text may be repeated.
    `present` says that it is never undefined. `prefixes` are the inner steps of a path: where one of them is an array,
    the text does not have the value that FEEL gives.
    """

    text: str
    kind: str = ""
    simple: bool = False
    present: bool = True
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Helper:
    """A function's definition, the other helpers it calls, and the FEEL type of its result (null aside)."""

    definition: str
    calls: tuple[str, ...] = ()
    kind: str = ""


def quote(text: str) -> str:
    """A string literal."""
    return json.dumps(text, ensure_ascii=False)


def number(value: Decimal) -> str:
    """A number literal. Raises Untranslatable beyond what a double keeps."""
    if len(value.normalize().as_tuple().digits) > MAX_DIGITS or not -300 < value.adjusted() < 300:
        raise Untranslatable(f"{value} has more than {MAX_DIGITS} digits, which JSON numbers do not keep")
    text = f"{value:f}"
    return text if len(text) <= 20 else f"{value.normalize():e}"


def field(name: str) -> str:
    """A step of a path; odd characters in backticks. Raises Untranslatable where even those do not help."""
    if _IDENTIFIER.fullmatch(name) and name not in _RESERVED:
        return name
    if "`" in name or not name:
        raise Untranslatable(f"the name '{name}' cannot be written in JSONata")
    return f"`{name}`"


def conjunction(conditions: Iterable[str]) -> str:
    """All of them; `true` of none."""
    return _chain([c for c in conditions if c != "true"], "and", "true", "false")


def disjunction(conditions: Iterable[str]) -> str:
    """Any of them; `false` of none."""
    return _chain([c for c in conditions if c != "false"], "or", "false", "true")


def _chain(conditions: Sequence[str], operator: str, neutral: str, decisive: str) -> str:
    if decisive in conditions:
        return decisive
    unique = list(dict.fromkeys(conditions))
    if not unique:
        return neutral
    while len(unique) > 1:
        groups = [unique[i : i + _CHAIN] for i in range(0, len(unique), _CHAIN)]
        unique = [f"({f' {operator} '.join(group)})" if len(group) > 1 else group[0] for group in groups]
    return unique[0]


def chained(function: str, texts: Sequence[str]) -> str:
    """Calls of a function of two that is associative, over one text or more, as shallow as can be."""
    pending = list(texts)
    while len(pending) > 1:
        pairs = [pending[i : i + 2] for i in range(0, len(pending), 2)]
        pending = [f"{function}({', '.join(pair)})" if len(pair) == 2 else pair[0] for pair in pairs]
    return pending[0]


def negated(condition: str) -> str:
    """The other boolean."""
    return {"true": "false", "false": "true"}.get(condition, f"$not({condition})")


def is_type(text: str, kind: str) -> str:
    """Whether the value has a JSON type, named as JSONata does."""
    return f"$type({text}) = {quote(kind)}"


def check_size(text: str) -> str:
    """The text, or Untranslatable where it is too long or too deep for the evaluator."""
    if len(text) > MAX_TEXT:
        raise Untranslatable("the JSONata would be too long")
    depth = deepest = 0
    for character in _STRINGS.sub("", text):
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    if deepest > _MAX_NESTING:
        raise Untranslatable("the JSONata would be nested too deeply for Step Functions")
    return text
