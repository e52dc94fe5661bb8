"""`matches`, `replace`, `split` and `extract` over the patterns of patterns/ (DMN 1.5, 10.3.4.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from state_machines.feel.arithmetic import MAX_TEXT
from state_machines.feel.builtins.signature import NoValue
from state_machines.feel.regexes import regex
from state_machines.feel.values import Value

if TYPE_CHECKING:
    from state_machines.feel.builtins.patterns import Pattern

_REFERENCE: Final = r"(?s)\\(.)|\$([0-9]+)|(\$|\\)"


def _compiled(name: str, pattern: str, flags: str | None) -> Pattern:
    from state_machines.feel.builtins.patterns import PatternError, compile_pattern  # few expressions hold a pattern

    try:
        return compile_pattern(pattern, flags or "")
    except PatternError as error:
        raise NoValue(f"{name}: {error} in '{pattern[:80]}'") from error


def matches(run: Any, text: str, pattern: str, flags: str | None = None) -> Value:
    """Whether the pattern occurs in the text."""
    compiled = _compiled("matches", pattern, flags)
    return compiled.search(text, run.spend) is not None


def replace(run: Any, text: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    """The text with all matches replaced; `$1` is the first group, `$0` the match. Digits beyond the number of groups
    are digits."""
    compiled = _compiled("replace", pattern, flags)
    if compiled.search("", run.spend) is not None:
        raise NoValue(f"replace: the pattern '{pattern[:80]}' matches where there is nothing to replace")
    parts: list[str] = []
    end = size = 0
    for found in compiled.spans(text, run.spend):
        parts += [text[end : found[0]], _expand(replacement, found, text)]
        size += len(parts[-1])
        end = found[1] or 0
        if size > MAX_TEXT:
            raise NoValue("replace: the result is too long")
    return "".join([*parts, text[end:]])


def _expand(replacement: str, found: tuple[int | None, ...], text: str) -> str:
    def part(reference: re.Match[str]) -> str:
        if reference[2] is None:
            if reference[1] in ("\\", "$"):
                return str(reference[1])
            raise NoValue("replace: in the replacement, '\\' and '$' must be escaped or name a group")
        digits = reference[2]
        count = next((n for n in range(len(digits), 1, -1) if int(digits[:n]) < len(found) // 2), 1)
        group = int(digits[:count])
        start, end = found[2 * group : 2 * group + 2] or (None, None)
        return ("" if start is None else text[start:end]) + digits[count:]

    return regex(_REFERENCE).sub(part, replacement)


def split(run: Any, text: str, delimiter: str) -> Value:
    """The parts of the text between matches of the delimiter pattern."""
    compiled = _compiled("split", delimiter, None)
    parts: list[Value] = []
    end = 0
    for found in compiled.spans(text, run.spend):
        parts.append(text[end : found[0]])
        end = found[1] or 0
    return [*parts, text[end:]]


def extract(run: Any, text: str, pattern: str) -> Value:
    """All matches, as a list of strings."""
    compiled = _compiled("extract", pattern, None)
    return [text[found[0] : found[1]] for found in compiled.spans(text, run.spend)]
