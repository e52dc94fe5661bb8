"""The read model: how long after the machine it shows an element, and what telemetry reads and writes for it."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.figures import Table, Value
from benchmarks.latency import PATIENCE_S, PROCESS, sampled
from benchmarks.plays import Play, Player
from contract import routes
from tests.platform import RunningPlatform

_READER = "telemetry"
_WORDS = {
    "dynamodb:PutItem": "items put",
    "dynamodb:UpdateItem": "items updated",
    "dynamodb:DeleteItem": "items deleted",
    "dynamodb:GetItem": "items read",
    "dynamodb:Query": "queries",
    "states:GetExecutionHistory": "histories read",
    "states:DescribeExecution": "executions described",
}


def measure_reading(player: Player, instances: Sequence[tuple[Play, str]]) -> Table:
    """What telemetry has done for the plays, one row an action. Items put are the passages, their events, the folds."""
    elements = sum(len(player.call(routes.GET_HISTORY, id=instance)["items"]) for _, instance in instances)
    counts = player.platform.platform.observations.counts.items()
    used = {word: sum(n for u, n in counts if (u.function, u.action) == (_READER, a)) for a, word in _WORDS.items()}
    rows: list[dict[str, Value]] = [
        {"telemetry": word, "times": times, "per element": times / elements} for word, times in used.items()
    ]
    return Table(
        "Read model: operations per element",
        rows,
        note=f"{elements} elements of {len(instances)} instances",
    )


def measure_lag() -> Table:
    """From the machine's entry of a task to its place in the history that the API shows. On AWS the delivery of the log
    comes on top."""
    return sampled("Read model: lag", "entry to history", _lag)


def _lag(platform: RunningPlatform) -> float:
    """Milliseconds. Asks again at once until the task is there."""
    client = platform.client()
    started = client.post(routes.START_INSTANCE.path.format(id=PROCESS), json={"variables": {"channel": "web"}})
    url = routes.GET_HISTORY.path.format(id=started.raise_for_status().json()["id"])
    until = time.perf_counter() + PATIENCE_S
    while time.perf_counter() < until:
        items = client.get(url).raise_for_status().json()["items"]
        now = datetime.now(UTC)
        for item in items:
            if item["state"] == "active":
                return (now - datetime.fromisoformat(item["startedAt"])).total_seconds() * 1000
    raise TimeoutError(f"nothing in the history after {PATIENCE_S} s")
