"""Time as the host moves it: forward from one due thing to the next, each done before the clock goes on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from local.clock import Clock
from local.dispatch.activity import Activity
from local.dispatch.worker import Worker
from state_machines.simulator import VirtualClock

_STEP_WITHIN_S = 60.0


class Timing:
    """Rest and the clock."""

    def __init__(self, clock: Clock, activity: Activity, workers: Sequence[Worker]) -> None:
        self._clock, self._activity, self._workers = clock, activity, workers
        self._moving = threading.Lock()

    def now_text(self) -> str:
        """The platform's time, ISO 8601."""
        return self._clock.now().isoformat()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing is runnable, timers aside."""
        return self._activity.wait_idle(timeout_s)

    def advance(self, duration: timedelta) -> None:
        """Let time pass; returns at rest. Raises ValueError under a real clock, TimeoutError if there is no rest."""
        if not isinstance(self._clock, VirtualClock):
            raise ValueError("The clock is real; start with --clock virtual to move it.")
        with self._moving:
            end = self._clock.now() + duration
            self._rest()
            while (due := self._next_due()) is not None and due <= end:
                self._move(max(due, self._clock.now()))
            self._move(end)

    def _move(self, moment: datetime) -> None:
        assert isinstance(self._clock, VirtualClock)
        self._clock.set(moment)
        self._activity.notify()
        self._rest()

    def _rest(self) -> None:
        if not self._activity.wait_idle(_STEP_WITHIN_S):
            raise TimeoutError(f"Something still runs after {_STEP_WITHIN_S:.0f} seconds.")

    def _next_due(self) -> datetime | None:
        return min((due for worker in self._workers if (due := worker.next_due()) is not None), default=None)
