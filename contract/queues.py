"""The SQS queues. Each has a dead-letter queue `<name>-dead` after `max_receives` tries."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Queue:
    """A queue that one function reads in batches, reporting failed items one by one."""

    name: str
    max_receives: int = 5
    batch_size: int = 10
    batch_window_s: int = 0

    @property
    def dead(self) -> str:
        """The logical name of its dead-letter queue."""
        return f"{self.name}-dead"


BUNDLE_UPLOADS: Final = Queue("bundle-uploads", batch_size=1)
INSTANCE_REQUESTS: Final = Queue("instance-requests")
ELEMENT_EVENTS: Final = Queue("element-events", batch_size=100, batch_window_s=1)
INSTANCE_MOVES: Final = Queue("instance-moves", batch_size=1)
"""Instances that go on elsewhere: modified, migrated, renewed."""
TIMER_STARTS: Final = Queue("timer-starts")
"""What start timers send when they are due: see docs/records.md."""
CATALOGUE_TURNS: Final = Queue("catalogue-turns", batch_size=1)
"""What of the catalogue is done when its time has come: see docs/records.md."""
CATALOGUE_SNAPSHOTS: Final = Queue("catalogue-snapshots", batch_size=100, batch_window_s=30)
"""Hears of releases; the market keeps a snapshot of what is published then."""
STREAM_FAILURES: Final = Queue("stream-failures")
"""Where streams put the batches that a function could not handle. Nobody reads it but people and alarms."""

TIMED: Final = (TIMER_STARTS, CATALOGUE_TURNS)
"""What timers send to."""
ALL: Final = (
    BUNDLE_UPLOADS,
    INSTANCE_REQUESTS,
    INSTANCE_MOVES,
    ELEMENT_EVENTS,
    TIMER_STARTS,
    CATALOGUE_TURNS,
    CATALOGUE_SNAPSHOTS,
)
