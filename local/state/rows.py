"""Rows: what everything that is kept over a restart is written as, and who tells which of them have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

Value = str | bytes
Kept = Mapping[str, Mapping[str, Mapping[int, Value]]]
"""What was written: values by kind, key and part, keys in order."""


class Row(NamedTuple):
    """A value under a key, in parts where it grows. A value of None: nothing is under this key, in no part."""

    kind: str
    key: str
    value: Value | None
    part: int = 0


class Source(Protocol):
    """Holds a part of the state."""

    def changes(self) -> Iterator[Row]:
        """What has changed since this was last asked, at first everything. Nothing moves until the last one is taken.

        From the first time on it notes what changes; who is never asked notes nothing.
        """
        ...

    def restore(self, kept: Kept) -> None:
        """Take what was written in place of what there is. It counts as told."""
        ...


class Marks:
    """Keys of what has changed, noted from the first time that somebody asks."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] | None = None

    def note(self, kind: str, key: str) -> None:
        """Something under this key is new, changed or gone."""
        if self._keys is not None:
            self._keys.add((kind, key))

    def begin(self) -> None:
        """Note from now on: what there is has been told."""
        self._keys = set()

    def take(self) -> set[tuple[str, str]] | None:
        """What was noted since the last time; None at the first: everything is to be told."""
        taken, self._keys = self._keys, set()
        return taken
