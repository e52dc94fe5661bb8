"""A thread that does whatever is to be done, piece by piece, and rests when there is nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from local.dispatch.activity import Activity

logger = logging.getLogger(__name__)
_PAUSE_AFTER_ERROR_S = 0.2
_REST_AT_MOST_S = 60.0
"""Then a worker looks again, for what is swept now and then."""


class Work(Protocol):
    """Something that can be done piece by piece."""

    def run_once(self) -> bool:
        """Do one piece of what is due; False: nothing is. Looking must not call AWS."""
        ...

    def next_due(self) -> datetime | None:
        """When something will be due that is not yet; None: nothing."""
        ...


class Worker:
    """Runs several kinds of work, in order, in one thread."""

    def __init__(self, name: str, work: tuple[Work, ...], activity: Activity, now: Callable[[], datetime]) -> None:
        self.name, self._work, self._activity, self._now = name, work, activity, now
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        activity.enlist(name)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present piece of work."""
        self._stopping.set()
        self._activity.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=25)
        self._activity.retire(self.name)

    def next_due(self) -> datetime | None:
        """The earliest of what the work waits for."""
        return min((due for work in self._work if (due := work.next_due()) is not None), default=None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            seen = self._activity.notices
            if not self._look():
                self._activity.rest(self.name, seen, self._seconds(), self._stopping.is_set)

    def _look(self) -> bool:
        with self._activity.looking():
            try:
                worked = any(work.run_once() for work in self._work)
                if worked:  # what was done may be work for others, as the lines that a step has logged
                    self._activity.notify()
                return worked
            except Exception:
                # What was not done is still to be done: there is no rest before it is.
                logger.exception("%s failed", self.name)
                self._stopping.wait(_PAUSE_AFTER_ERROR_S)
                return True

    def _seconds(self) -> float:
        due = self.next_due()
        seconds = _REST_AT_MOST_S if due is None else (due - self._now()).total_seconds()
        return min(max(0.001, seconds), _REST_AT_MOST_S)
