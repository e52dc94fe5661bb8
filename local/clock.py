"""The platform's clocks: the real one, which never goes back, and the virtual one, which the host moves."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from state_machines.simulator import VirtualClock


class RealClock:
    """The machine's time, or as far ahead of it as the platform was (after a virtual clock). It never goes back."""

    def __init__(self, not_before: datetime | None = None) -> None:
        self._lock = threading.Lock()
        now = datetime.now(UTC)
        self._last = not_before or now
        self._ahead = max(timedelta(0), self._last - now)

    def now(self) -> datetime:
        """Aware, UTC."""
        with self._lock:
            self._last = max(self._last, datetime.now(UTC) + self._ahead)
            return self._last


Clock = RealClock | VirtualClock


def make_clock(*, virtual: bool, start: datetime | None = None) -> Clock:
    """A clock; a virtual one begins at `start`, or now."""
    if virtual:
        return VirtualClock(start or datetime.now(UTC).replace(microsecond=0))
    return RealClock(start)
