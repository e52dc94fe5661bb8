"""What it costs that the local platform outlives a kill: starting instances in memory, on disk, on disk with many."""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

import httpx

from benchmarks.figures import Table, Value
from contract import routes
from tests.platform import RunningPlatform, running_platform

SAMPLES = 50
CLIENTS = 8
STANDING = 400
"""Instances that wait already, in the last row."""
_TIMEOUT_S = 120

_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <process id="waits" isExecutable="true">
    <startEvent id="Begin"/><sequenceFlow id="f1" sourceRef="Begin" targetRef="Work"/>
    <userTask id="Work"/><sequenceFlow id="f2" sourceRef="Work" targetRef="End"/><endEvent id="End"/>
  </process>
</definitions>"""


def measure_durability() -> Table:
    """Under the real clock."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [_row("in memory", None), _row("on disk", Path(folder))]
    with tempfile.TemporaryDirectory() as folder:
        rows.append(_row(f"on disk, {STANDING:,} instances waiting", Path(folder), STANDING))
    return Table("Starts that outlive a kill", rows, note="ms: of one POST after the other, from one client")


def _row(name: str, data: Path | None, standing: int = 0) -> dict[str, Value]:
    with running_platform(data, virtual=False) as platform:
        xml = {"Content-Type": "application/xml"}
        platform.client().post(routes.DEPLOY.path, content=_MODEL, headers=xml).raise_for_status()
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda _: _start(platform), range(standing)))
            _rest(platform)
            taken = sorted(_start(platform) for _ in range(SAMPLES))
            _rest(platform)
            begun = time.perf_counter()
            list(clients.map(lambda _: _start(platform), range(3 * SAMPLES)))
            answered = time.perf_counter() - begun
            _rest(platform)
            done = time.perf_counter() - begun
    percent = quantiles(taken, n=100)
    return {
        "state": name,
        "p50 ms": percent[49],
        "p95 ms": percent[94],
        f"starts/s, {CLIENTS} clients": 3 * SAMPLES / answered,
        "done/s": 3 * SAMPLES / done,
    }


def _rest(platform: RunningPlatform) -> None:
    while not platform.platform.timing.wait_idle(timeout_s=60):
        pass


def _start(platform: RunningPlatform) -> float:
    """Milliseconds until the answer."""
    client: httpx.Client = platform.client()
    begun = time.perf_counter()
    path = routes.START_INSTANCE.path.format(id="waits")
    client.post(path, json={"variables": {"channel": "web"}}, timeout=_TIMEOUT_S).raise_for_status()
    return (time.perf_counter() - begun) * 1000
