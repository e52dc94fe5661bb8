"""Comparing what was expected with what was: paths with gaps, JSON values; and showing both side by side."""

import json
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

GAP = "..."
"""In a path: any number of elements."""


def path_matches(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether a path is the expected one.

    >>> path_matches(["a", "...", "c"], ["a", "b", "c"]), path_matches(["a", "c"], ["a", "b", "c"])
    (True, False)
    """
    parts = _split(expected)
    if len(parts) == 1:
        return parts[0] == list(actual)
    first, *middle, last = parts
    if len(first) + len(last) > len(actual) or list(actual[: len(first)]) != first:
        return False
    end = len(actual) - len(last)
    if list(actual[end:]) != last:
        return False
    at = len(first)
    for part in middle:
        found = next((i for i in range(at, end - len(part) + 1) if list(actual[i : i + len(part)]) == part), None)
        if found is None:
            return False
        at = found + len(part)
    return True


def path_difference(expected: Sequence[str], actual: Sequence[str]) -> str:
    """Both paths, aligned; `-` is missing, `+` is too much.

    >>> print(path_difference(["a", "b"], ["a", "c", "b"]))
        expected  actual
        a         a
      +           c
        b         b
    """
    width = max((len(name) for name in (*expected, "expected")), default=0)
    rows = [(" ", "expected", "actual"), *_aligned(expected, actual)]
    return "\n".join(f"  {mark} {left:<{width}}  {right}".rstrip() for mark, left, right in rows)


def differing(name: str, expected: Any, actual: Any) -> Iterator[str]:
    """Where two JSON values differ, down to the member; `true` is not 1, but 1 is 1.0.

    >>> list(differing("a", {"b": 1, "c": [True]}, {"b": 1.0, "c": [1]}))
    ['a.c[0]: expected true, is 1']
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        yield from _differing_members(name, expected, actual)
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for at, (left, right) in enumerate(zip(expected, actual, strict=True)):
            yield from differing(f"{name}[{at}]", left, right)
    elif isinstance(expected, bool) != isinstance(actual, bool) or expected != actual:
        yield f"{name}: expected {shown(expected)}, is {shown(actual)}"


def shown(value: Any) -> str:
    """A value as JSON, shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:297]}..."


def _differing_members(name: str, expected: dict[str, Any], actual: dict[str, Any]) -> Iterator[str]:
    for key, value in expected.items():
        if key in actual:
            yield from differing(f"{name}.{key}", value, actual[key])
        else:
            yield f"{name}.{key}: expected {shown(value)}, is missing"
    for key, value in actual.items():
        if key not in expected:
            yield f"{name}.{key}: not expected, is {shown(value)}"


def _split(expected: Sequence[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for name in expected:
        if name == GAP:
            parts.append([])
        else:
            parts[-1].append(name)
    return parts


def _aligned(expected: Sequence[str], actual: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    names = [name for name in expected if name != GAP]
    gaps = {at - number for number, at in enumerate(at for at, name in enumerate(expected) if name == GAP)}
    matcher = SequenceMatcher(None, names, list(actual), autojunk=False)
    for _, left, left_end, right, right_end in matcher.get_opcodes():
        if names[left:left_end] == list(actual[right:right_end]):
            yield from ((" ", name, name) for name in names[left:left_end])
            continue
        yield from (("-", name, "") for name in names[left:left_end])
        allowed = any(at in gaps for at in range(left, left_end + 1))
        yield from ((" " if allowed else "+", GAP if allowed else "", name) for name in actual[right:right_end])
