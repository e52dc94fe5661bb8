"""What differs between two versions of an entry, in words that people read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from catalogue.kinds.parts import Entry, body_of
from catalogue.problems import Path

ABSENT: Final = None
_NAMED_BY: Final = ("id", "code", "product")
_SHOWN: Final = 120


@dataclass(frozen=True)
class Difference:
    """`path`: where it stands in the later version; in the earlier one if it has gone. Values are plain JSON; None is
    what was, or is, not stated."""

    path: Path
    before: Any
    after: Any
    words: str


def differences(before: Entry, after: Entry) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the entry. What has an id is found again wherever it stands."""
    return tuple(_between(body_of(before), body_of(after), (), ()))


def _between(before: Any, after: Any, path: Path, place: tuple[str, ...]) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            yield from _between(before.get(key, ABSENT), after.get(key, ABSENT), (*path, key), (*place, str(key)))
    elif (names := _names(before, after)) is not None:
        yield from _members(before, after, names, path, place)
    else:
        yield Difference(path, before, after, _words(place, before, after))


def _names(before: Any, after: Any) -> str | None:
    """The field by which the members of two lists are known; None if they have none that is theirs alone."""
    if not isinstance(before, Sequence | None) or not isinstance(after, Sequence | None):
        return None
    lists = [list(members or ()) for members in (before, after)]
    if any(isinstance(each, str) for each in (before, after)) or not any(lists):
        return None
    for field in _NAMED_BY:
        ids = [[m.get(field) if isinstance(m, Mapping) else None for m in members] for members in lists]
        if all(None not in found and len(set(map(str, found))) == len(found) for found in ids):
            return field
    return None


def _members(before: Any, after: Any, field: str, path: Path, place: tuple[str, ...]) -> Iterator[Difference]:
    was = {str(member[field]): (index, member) for index, member in enumerate(before or ())}
    now = {str(member[field]): (index, member) for index, member in enumerate(after or ())}
    for name in dict.fromkeys([*was, *now]):
        index, _ = now.get(name) or was[name]
        one, other = was.get(name, (0, ABSENT))[1], now.get(name, (0, ABSENT))[1]
        inner = (*place, name)
        if one is ABSENT or other is ABSENT:
            yield Difference((*path, index), one, other, _words(inner, one, other))
        else:
            yield from _between(one, other, (*path, index), inner)
    kept = [name for name in was if name in now]
    if kept != (order := [name for name in now if name in was]):
        yield Difference(path, kept, order, f"{_place(place)}: in another order")


def _words(place: tuple[str, ...], before: Any, after: Any) -> str:
    if before is ABSENT:
        return f"{_place(place)}: added {_shown(after)}"
    if after is ABSENT:
        return f"{_place(place)}: removed {_shown(before)}"
    return f"{_place(place)}: {_shown(before)} → {_shown(after)}"


def _place(place: tuple[str, ...]) -> str:
    return " › ".join(place)


def _shown(value: Any) -> str:
    """A value in a line: of a part its id or name will do.

    >>> _shown({"id": "fee", "value": "2"}), _shown(["a", "b"]), _shown(True)
    ('fee', 'a, b', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        named = next((value[field] for field in _NAMED_BY if field in value), None)
        return str(named) if named else _cut("; ".join(f"{key}: {_shown(each)}" for key, each in value.items()))
    if isinstance(value, list):
        return _cut(", ".join(map(_shown, value)))
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
