"""Things that wait in line to be handed over, as JSON, each under its number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from local.state.rows import Kept, Marks, Row


class Backlog:
    """A line that is kept over a restart. Used under a lock of its owner's."""

    def __init__(self, kind: str) -> None:
        """`kind`: of its rows."""
        self._kind, self._marks = kind, Marks()
        self._waiting: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def append(self, number: str, thing: Any) -> None:
        """Put something at the end; its number sorts behind all others."""
        self._waiting[number] = thing
        self._marks.note(self._kind, number)

    def first(self, most: int) -> list[Any]:
        """The first ones; they stay."""
        return list(islice(self._waiting.values(), most))

    def drop(self, count: int) -> None:
        """Take the first ones away."""
        for number in list(islice(self._waiting, count)):
            del self._waiting[number]
            self._marks.note(self._kind, number)

    def changes(self) -> Iterator[Row]:
        """See `Source`."""
        marked = self._marks.take()
        for number in self._waiting if marked is None else sorted(key for _, key in marked):
            waits = number in self._waiting
            yield Row(self._kind, number, json.dumps(self._waiting[number], default=str) if waits else None)

    def restore(self, kept: Kept) -> None:
        """See `Source`."""
        self._waiting = {number: json.loads(parts[0]) for number, parts in kept.get(self._kind, {}).items()}
        self._marks.begin()
