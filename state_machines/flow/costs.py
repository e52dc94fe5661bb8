"""What a state costs: transitions, history events, calls, reads, writes, dollars. Prices of us-east-1, 2026.

The dollars are an estimate: they leave out the free tier, take one unit for each written kilobyte and each item that is
read, and leave out what a called process costs.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

TRANSITION: Final = 0.025 / 1_000
WRITE_UNIT: Final = 0.625 / 1_000_000
READ_UNIT: Final = 0.125 / 1_000_000
LAMBDA_CALL: Final = 0.20 / 1_000_000 + 0.0000166667 * 0.25 * 0.2
"""One request, and 0.2 seconds at 256 MB."""
LOG_EVENT: Final = 0.50 / 1_000_000_000 * 700
"""A log entry without execution data has about 700 bytes."""

_EVENTS: Final[Mapping[str, int]] = {
    "Pass": 2,
    "Choice": 2,
    "Wait": 2,
    "Succeed": 2,
    "Fail": 1,
    "Task": 5,
    "Parallel": 4,
    "Map": 6,
}
_SUBMITTED: Final = (".waitForTaskToken", ".sync", ".sync:2")
"""Integrations that write one more event: that the work was handed over."""


class Cost(NamedTuple):
    """What a path, or a state on it, costs. `write_units` count a transaction's writes double, as they are billed."""

    transitions: int = 0
    events: int = 0
    lambda_calls: int = 0
    reads: int = 0
    writes: int = 0
    write_units: int = 0

    @property
    def dollars_per_thousand(self) -> float:
        """Dollars for 1,000 instances; each history event is also one log entry."""
        each = self.transitions * TRANSITION + self.lambda_calls * LAMBDA_CALL
        each += self.reads * READ_UNIT + self.write_units * WRITE_UNIT + self.events * LOG_EVENT
        return round(each * 1_000, 6)


START_AND_END: Final = Cost(events=2)
"""ExecutionStarted, and ExecutionSucceeded or ExecutionFailed."""


def total(costs: Iterable[Cost]) -> Cost:
    """The sum of costs, of at least one."""
    return Cost(*map(sum, zip(*costs, strict=True)))


def cost_of(state: Mapping[str, Any]) -> Cost:
    """The cost of entering a state once, branches not included. A wait pays for its answer and removal too."""
    resource = str(state.get("Resource", ""))
    events = _EVENTS.get(str(state.get("Type")), 2) + resource.endswith(_SUBMITTED)
    writes = _writes(state)
    units = writes * (2 if "transactWriteItems" in resource else 1)
    if resource.endswith(".waitForTaskToken"):
        writes, units = writes * 2 + 1, units + writes + 1
    return Cost(1, events, int("lambda:invoke" in resource), int(resource.endswith("dynamodb:getItem")), writes, units)


def _writes(state: Mapping[str, Any]) -> int:
    resource = str(state.get("Resource", ""))
    if "dynamodb" not in resource or resource.endswith(":getItem"):
        return 0
    return max(1, json.dumps(state.get("Arguments")).count('"TableName"'))
