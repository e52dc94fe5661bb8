"""Whether anything is going on: requests in flight, workers at work, things to look at. Idle is exact, not a pause.

Whatever may have made work calls `notify`. A worker that found nothing to do rests on the count of notices it had seen
before it looked; when all workers rest on the present count and nothing is in flight, nothing can be runnable.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager


class Activity:
    """Shared by the HTTP host and the workers."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._notices = 0
        self._busy = 0
        self._paused = False
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
        """Something is in flight; begins only when no pause is on."""
        return self._in_flight()

    def under_way(self) -> AbstractContextManager[None]:
        """As `busy`, for what begins inside something that is in flight and goes on when that is done."""
        return self._in_flight(whenever=True)

    def looking(self) -> AbstractContextManager[None]:
        """A worker looks for work; as `busy`, but in itself no reason for others to look again."""
        return self._in_flight(notices=0)

    @contextmanager
    def _in_flight(self, *, whenever: bool = False, notices: int = 1) -> Iterator[None]:
        """`whenever`: even while a pause is on. `notices`: how many reasons to look again its end is."""
        with self._changed:
            self._changed.wait_for(lambda: whenever or not self._paused)
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
        """Within `busy`: nothing goes on for a while, as a long poll between two looks; goes on when no pause is on."""
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._changed.wait_for(lambda: not self._paused)
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

    @contextmanager
    def pause(self, timeout_s: float) -> Iterator[bool]:
        """Hold everything between two pieces of work; False (and nothing held) if that took too long."""
        held = self._pause(time.monotonic() + timeout_s)
        try:
            yield held
        finally:
            if held:
                self._resume()

    def _pause(self, until: float) -> bool:
        with self._changed:
            if self._paused:
                return False
            self._paused = True
            held = self._changed.wait_for(lambda: self._busy == 0, timeout=until - time.monotonic())
            if not held:
                self._paused = False
                self._changed.notify_all()
            return held

    def _resume(self) -> None:
        with self._changed:
            self._paused = False
            self._changed.notify_all()
