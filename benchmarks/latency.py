"""From the request that starts an instance to the answer that lists its first task, over HTTP on the local platform."""

import time
from collections.abc import Callable
from statistics import quantiles

from benchmarks.figures import Table, Value
from contract import routes
from tests.journeys.bundles import publish
from tests.platform import RunningPlatform, running_platform

SAMPLES = 60
PROCESS = "car-insurance"
PATIENCE_S = 30


def measure_latency() -> Table:
    """Until a started instance shows its first task."""
    return sampled("Latency", "start to first task", _first_task)


def sampled(title: str, what: str, sample: Callable[[RunningPlatform], float]) -> Table:
    """Under the real clock, one instance after the other: the milliseconds that `sample` takes of each."""
    with running_platform(virtual=False) as platform:
        publish(platform.client(), PROCESS)
        platform.idle()
        sample(platform)  # the first one imports what is imported late
        taken = [sample(platform) for _ in range(SAMPLES)]
    percent = quantiles(taken, n=100)
    row: dict[str, Value] = {what: "ms", "p50": percent[49], "p95": percent[94], "samples": SAMPLES}
    return Table(title, [row])


def _first_task(platform: RunningPlatform) -> float:
    """Milliseconds. Asks again at once until the task is there."""
    client = platform.client()
    begun = time.perf_counter()
    started = client.post(routes.START_INSTANCE.path.format(id=PROCESS), json={"variables": {"channel": "web"}})
    instance = started.raise_for_status().json()["id"]
    while time.perf_counter() < begun + PATIENCE_S:
        found = client.get(routes.LIST_TASKS.path, params={"instanceId": instance}).raise_for_status().json()["items"]
        if found:
            return (time.perf_counter() - begun) * 1000
    raise TimeoutError(f"no task after {PATIENCE_S} s")
