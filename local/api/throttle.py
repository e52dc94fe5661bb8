"""Rate limits of public routes: one bucket of tokens per route, for everybody together, as at API Gateway."""

from __future__ import annotations

import threading
from collections.abc import Callable

from contract.auth import Public


class Throttle:
    """Buckets by route key."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def admits(self, route_key: str, limit: Public) -> bool:
        """Take one token; False if there is none."""
        with self._lock:
            now = self._monotonic()
            tokens, since = self._buckets.get(route_key, (float(limit.burst), now))
            tokens = min(float(limit.burst), tokens + (now - since) * limit.per_second)
            admitted = tokens >= 1
            self._buckets[route_key] = (tokens - 1 if admitted else tokens, now)
            return admitted
