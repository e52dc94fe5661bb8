"""How often what goes wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Faults:
    """Shares from 0 to 1.

    Of AWS calls: `throttled` are refused, `unanswered` are done and then answered with an error, `killed` are the last
    thing that a function does. Of deliveries to functions: `doubled`, `delayed` (up to `latest`; others pass by), and
    of lines of logs `lost`. At the commit of the number `commits` the process dies.
    """

    seed: int
    throttled: float = 0
    unanswered: float = 0
    killed: float = 0
    doubled: float = 0
    delayed: float = 0
    latest: timedelta = timedelta(minutes=2)
    lost: float = 0
    commits: int | None = None


class Chance:
    """Draws for a platform's faults. Several threads may draw."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._random = random.Random(faults.seed)  # noqa: S311 - chance that can be repeated

    def hits(self, share: float) -> bool:
        """Whether a share hits this time."""
        return self._random.random() < share

    def delay(self) -> timedelta:
        """How long a delivery is delayed; mostly not at all."""
        return self.faults.latest * self._random.random() if self.hits(self.faults.delayed) else timedelta(0)

    def shuffle(self, things: list[dict[str, str]]) -> None:
        """Put things into another order."""
        self._random.shuffle(things)
