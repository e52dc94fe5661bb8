"""The platform's clocks: the real one, which never goes back, and the virtual one, which the host moves."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from state_machines.simulator import VirtualClock


class RealClock:
    """The machine's time. A clock that is set back stands still until it is reached again."""

    def __init__(self, not_before: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._last = not_before or datetime.fromtimestamp(0, UTC)

    def now(self) -> datetime:
        """Aware, UTC."""
        with self._lock:
            self._last = max(self._last, datetime.now(UTC))
            return self._last


Clock = RealClock | VirtualClock


def make_clock(*, virtual: bool, start: datetime | None = None) -> Clock:
    """A clock; a virtual one begins at `start`, or now."""
    if virtual:
        return VirtualClock(start or datetime.now(UTC).replace(microsecond=0))
    return RealClock(start)
