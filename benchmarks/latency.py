"""From the request that starts an instance to the answer that lists its first task, over HTTP on the local platform."""

import time
from statistics import quantiles

from benchmarks.figures import Table, Value
from contract import routes
from tests.journeys.bundles import publish
from tests.platform import RunningPlatform, running_platform

SAMPLES = 60
PROCESS = "car-insurance"
_PATIENCE_S = 30


def measure_latency() -> Table:
    """Under the real clock, one instance after the other."""
    with running_platform(virtual=False) as platform:
        publish(platform.client(), PROCESS)
        platform.idle()
        _first_task(platform)  # the first one imports what is imported late
        taken = [_first_task(platform) for _ in range(SAMPLES)]
    percent = quantiles(taken, n=100)
    row: dict[str, Value] = {"start to first task": "ms", "p50": percent[49], "p95": percent[94], "samples": SAMPLES}
    return Table("Latency", [row])


def _first_task(platform: RunningPlatform) -> float:
    """Milliseconds. Asks again at once until the task is there."""
    client = platform.client()
    begun = time.perf_counter()
    started = client.post(routes.START_INSTANCE.path.format(id=PROCESS), json={"variables": {"channel": "web"}})
    instance = started.raise_for_status().json()["id"]
    while time.perf_counter() < begun + _PATIENCE_S:
        found = client.get(routes.LIST_TASKS.path, params={"instanceId": instance}).raise_for_status().json()["items"]
        if found:
            return (time.perf_counter() - begun) * 1000
    raise TimeoutError(f"no task after {_PATIENCE_S} s")
