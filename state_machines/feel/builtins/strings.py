"""String functions (DMN 1.5, 10.3.4.3). Positions count code points from 1, from the end where negative."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from state_machines.feel.arithmetic import MAX_TEXT
from state_machines.feel.builtins import regex
from state_machines.feel.builtins.signature import Builtin, NoValue, builtin, signature
from state_machines.feel.values import Value


def substring(text: str, start: Decimal, length: Decimal | None = None) -> str:
    """From a position on, for a number of code points or to the end."""
    begin = int(start)
    if begin == 0 or abs(begin) > len(text):
        raise NoValue("substring: the start position lies outside the string")
    begin = begin - 1 if begin > 0 else len(text) + begin
    if length is None:
        return text[begin:]
    if length < 1:
        raise NoValue("substring: the length must be 1 or more")
    return text[begin : begin + int(length)]


def substring_before(text: str, match: str) -> str:
    """What stands before the first match; empty without one."""
    return text.partition(match)[0] if match and match in text else ""


def substring_after(text: str, match: str) -> str:
    """What stands after the first match; empty without one."""
    return text.partition(match)[2] if match else text


def string_join(items: list[Value], delimiter: str | None = None) -> str:
    """The strings one after another; nulls are left out."""
    texts = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in texts):
        raise NoValue("string join: the list must hold strings only")
    between = delimiter or ""
    if sum(len(str(text)) + len(between) for text in texts) > MAX_TEXT:
        raise NoValue("string join: the result is too long")
    return between.join(map(str, texts))


TABLE: Final[dict[str, Builtin]] = dict(
    (
        builtin("substring", signature("string: string, start position: number, length: number=", substring)),
        builtin("string length", signature("string: string", lambda text: Decimal(len(text)))),
        builtin("upper case", signature("string: string", str.upper)),
        builtin("lower case", signature("string: string", str.lower)),
        builtin("trim", signature("string: string", str.strip)),
        builtin("substring before", signature("string: string, match: string", substring_before)),
        builtin("substring after", signature("string: string, match: string", substring_after)),
        builtin("contains", signature("string: string, match: string", lambda text, match: match in text)),
        builtin("starts with", signature("string: string, match: string", str.startswith)),
        builtin("ends with", signature("string: string, match: string", str.endswith)),
        builtin("matches", signature("input: string, pattern: string, flags: string=?", regex.matches), needs_run=True),
        builtin(
            "replace",
            signature("input: string, pattern: string, replacement: string, flags: string=?", regex.replace),
            needs_run=True,
        ),
        builtin("split", signature("string: string, delimiter: string", regex.split), needs_run=True),
        builtin("extract", signature("string: string, pattern: string", regex.extract), needs_run=True),
        builtin("string join", signature("list: list, delimiter: string=?", string_join)),
    )
)
