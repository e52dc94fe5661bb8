"""Whether anything is going on: requests in flight, workers at work, things to look at. Idle is exact, not a pause.

Whatever may have made work calls `notify`. A worker that found nothing to do rests on the count of notices it had seen
before it looked; when all workers rest on the present count and nothing is in flight, nothing can be runnable.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


class Activity:
    """Shared by the HTTP host and the workers."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._notices = 0
        self._busy = 0
        self._resting: dict[str, int] = {}

    @property
    def notices(self) -> int:
        """How often something may have changed so far."""
        return self._notices

    def enlist(self, worker: str) -> None:
        """A worker will rest here; until it does, nothing is idle."""
        with self._changed:
            self._resting[worker] = -1

    def retire(self, worker: str) -> None:
        """A worker is gone."""
        with self._changed:
            self._resting.pop(worker, None)
            self._changed.notify_all()

    def notify(self) -> None:
        """Something may have made work."""
        with self._changed:
            self._notices += 1
            self._changed.notify_all()

    def busy(self) -> AbstractContextManager[None]:
        """Something is in flight."""
        return self._in_flight()

    def looking(self) -> AbstractContextManager[None]:
        """A worker looks for work; as `busy`, but in itself no reason for others to look again."""
        return self._in_flight(notices=0)

    @contextmanager
    def _in_flight(self, *, notices: int = 1) -> Iterator[None]:
        """`notices`: how many reasons to look again its end is."""
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._notices += notices
                self._changed.notify_all()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Within `busy`: nothing goes on for a while, as a long poll between two looks."""
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._busy += 1

    def rest(self, worker: str, seen: int, seconds: float | None, stopping: Callable[[], bool]) -> None:
        """Wait until there is a notice after `seen`, or `seconds` have passed (None: however long)."""
        with self._changed:
            self._resting[worker] = seen
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._notices != seen or stopping(), timeout=seconds)
            self._resting[worker] = -1

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing is runnable; False if that took longer."""
        with self._changed:
            return self._changed.wait_for(self._idle, timeout=timeout_s)

    def _idle(self) -> bool:
        return self._busy == 0 and all(seen == self._notices for seen in self._resting.values())
