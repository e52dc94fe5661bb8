"""What waits: what ending a wait takes of AWS, messages and moves by the second, and what a wait of a year costs."""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from benchmarks.figures import Goal, Table, Value
from contract import routes
from state_machines import compile_bpmn
from state_machines.flow.costs import LAMBDA_CALL, READ_UNIT, WRITE_UNIT
from tests.platform import RunningPlatform, running_platform
from tests.state_machines.flow.sketch import Sketch

SAMPLES = 20
CLIENTS = 8
MESSAGES = 160
MOVED = 100

MESSAGE = "start S; receive R message M; end E; S -> R -> E"
TASK = "start S; user A; end E; S -> A -> E"
TWO_TASKS = "start S; user A; user B; end E; S -> A -> B -> E"
JOB = "start S; service J; end E; S -> J -> E"
_BESIDE = ("relay", "telemetry", "analytics", "access", "machines")
"""Who tells others of it, or looks who asks; and the machine itself."""


def deploy(platform: RunningPlatform, name: str, sketch: str) -> None:
    """A process of a sketch, under a name of its own; its messages have the business key."""
    source = Sketch(sketch, "camunda7").bytes().replace(b'id="process"', f'id="{name}"'.encode())
    xml = {"Content-Type": "application/xml"}
    platform.client().post(routes.DEPLOY.path, content=source, headers=xml).raise_for_status()
    platform.idle()


def start(platform: RunningPlatform, name: str, key: str = "") -> str:
    """An instance; its id."""
    body = {"variables": {"key": key}, **({"businessKey": key} if key else {})}
    answer = platform.client().post(routes.START_INSTANCE.path.format(id=name), json=body, timeout=120)
    return str(answer.raise_for_status().json()["id"])


# What ending a wait takes


def measure_ends() -> Table:
    """One row a kind of wait: what its end takes, on average of some."""
    with running_platform() as platform:
        deploy(platform, "message", MESSAGE)
        deploy(platform, "task", TASK)
        deploy(platform, "job", JOB)
        rows = [
            _ended(platform, "message", _publish),
            _ended(platform, "task", _complete_task),
            _ended(platform, "job", _complete_job),
        ]
    goals = (
        Goal("at most 2 functions end a wait", lambda row: float(row["functions"]) <= 2),
        Goal("at most 1 transaction ends a wait", lambda row: float(row["transactions"]) <= 1),
    )
    return Table(
        "Ending a wait", rows, goals, "of those who end it and clean up behind it; beside: outbox, read model, figures"
    )


def _ended(platform: RunningPlatform, name: str, end: Callable[[RunningPlatform, str], None]) -> dict[str, Value]:
    keys = [f"{name}-{number}" for number in range(SAMPLES)]
    for key in keys:
        start(platform, name, key)
    platform.idle()
    end(platform, keys.pop())
    platform.idle()
    calls: Counter[tuple[str, str]] = Counter()
    for key in keys:
        before = Counter(platform.platform.observations.calls)
        end(platform, key)
        platform.idle()
        calls += Counter(platform.platform.observations.calls) - before
    ours = Counter({call: number for call, number in calls.items() if call[0] not in _BESIDE})

    def each(*operations: str) -> float:
        return sum(n for (_, operation), n in ours.items() if operation in operations) / len(keys)

    return {
        "wait": name,
        "functions": len({function for function, _ in ours}),
        "transactions": each("dynamodb:TransactWriteItems"),
        "items read": each("dynamodb:GetItem"),
        "queries": each("dynamodb:Query"),
        "items written alone": each("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
        "token answers": each("stepfunctions:SendTaskSuccess"),
        "names": ", ".join(sorted({function for function, _ in ours})),
        "calls beside": (calls.total() - ours.total()) / len(keys),
    }


def _publish(platform: RunningPlatform, key: str) -> None:
    body = {"name": "M", "correlationKey": key}
    answer = platform.client().post(routes.PUBLISH_MESSAGE.path, json=body).raise_for_status().json()
    assert answer["result"] == "correlated", answer


def _complete_task(platform: RunningPlatform, key: str) -> None:
    found = platform.client().get(routes.LIST_TASKS.path, params={"limit": 1}).raise_for_status().json()["items"]
    path = routes.COMPLETE_TASK.path.format(id=found[0]["id"])
    platform.client().post(path, json={"variables": {"done": key}}).raise_for_status()


def _complete_job(platform: RunningPlatform, key: str) -> None:
    asked = {"type": "work", "worker": "w", "maxJobs": 1, "lockDuration": "PT1M"}
    (job,) = platform.client().post(routes.ACTIVATE_JOBS.path, json=asked).raise_for_status().json()["jobs"]
    path = routes.COMPLETE_JOB.path.format(id=job["id"])
    platform.client().post(path, json={"variables": {"done": key}}).raise_for_status()


# By the second


def measure_messages() -> Table:
    """Messages to instances that wait, under the real clock: in memory, and where all of it outlives a kill."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [_messages("in memory", None), _messages("on disk", Path(folder))]
    for row in rows:
        row["ratio"] = float(row["messages/s"]) / float(rows[0]["messages/s"])
    return Table("Messages", rows, note=f"ms: from POST /messages to its answer, {CLIENTS} clients at once")


def _messages(name: str, data: Path | None) -> dict[str, Value]:
    with running_platform(data, virtual=False) as platform:
        deploy(platform, "message", MESSAGE)
        keys = [f"k-{number}" for number in range(MESSAGES)]
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda key: start(platform, "message", key), keys))
            _rest(platform)
            begun = time.perf_counter()
            taken = list(clients.map(lambda key: _timed(lambda: _publish(platform, key)), keys))
            answered = time.perf_counter() - begun
            _rest(platform)
            ended = time.perf_counter() - begun
            started = [_timed(lambda: _start_until_it_waits(platform)) for _ in range(SAMPLES)]
    answers, waits = quantiles(taken, n=100), quantiles(started, n=100)
    return {
        "state": name,
        "messages/s": MESSAGES / answered,
        "instances ended/s": MESSAGES / ended,
        "p50 ms": answers[49],
        "p95 ms": answers[94],
        "start to wait p50 ms": waits[49],
        "start to wait p95 ms": waits[94],
    }


def _start_until_it_waits(platform: RunningPlatform) -> None:
    path = routes.GET_INSTANCE.path.format(id=start(platform, "message"))
    while not platform.client().get(path).raise_for_status().json()["waiting"]:
        pass


def _timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _rest(platform: RunningPlatform) -> None:
    while not platform.platform.timing.wait_idle(timeout_s=60):
        pass


def measure_migration() -> Table:
    """Instances that wait at a task go on in a new version."""
    with running_platform() as platform:
        deploy(platform, "moved", TASK)
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda _: start(platform, "moved"), range(MOVED)))
        platform.idle()
        deploy(platform, "moved", TWO_TASKS)
        about = {"processId": "moved", "fromVersion": 1, "toVersion": 2}
        rows = [_migrated(platform, "looked at (dry run)", {**about, "dryRun": True})]
        rows.append(_migrated(platform, "moved", about))
    return Table("Migration", rows, note=f"{MOVED} instances, each with an open task")


def _migrated(platform: RunningPlatform, name: str, about: Mapping[str, Any]) -> dict[str, Value]:
    begun = time.perf_counter()
    job = platform.client().post(routes.NEW_MIGRATION.path, json=about, timeout=120).raise_for_status().json()["id"]
    platform.idle()
    seconds = time.perf_counter() - begun
    answer: httpx.Response = platform.client().get(routes.GET_MIGRATION.path.format(id=job))
    found = answer.raise_for_status().json()
    assert (found["status"], found["moved"] + found["refused"]) == ("completed", MOVED), found
    return {"instances": name, "per second": MOVED / seconds, "refused": found["refused"]}


# A wait of a year


def measure_year() -> Table:
    """Processes that are the same but for how long they wait: by the compile report, and as they were played."""
    with running_platform() as platform:
        rows = [_waited(platform, "second", "PT1S"), _waited(platform, "year", "P310D", "P55D")]
    first = rows[0]
    goal = Goal("the wait itself costs nothing", lambda row: row["by the report"] == first["by the report"])
    return Table(
        "A wait of a year",
        rows,
        (goal,),
        "dollars: for 1,000 instances. Beyond 300 days an instance goes on in a fresh execution, with what this reads "
        "and writes: that is what a year costs more",
    )


def _waited(platform: RunningPlatform, name: str, *parts: str) -> dict[str, Value]:
    whole = parts[0] if len(parts) == 1 else f"P{sum(int(part[1:-1]) for part in parts)}D"
    sketch = f"start S; catch T timer {whole}; end E; S -> T -> E"
    (process,) = compile_bpmn(Sketch(sketch, "camunda8").bytes()).processes
    (path,) = json.loads(json.dumps(process.report["paths"]))
    deploy(platform, f"wait-{name}", sketch)
    before = Counter(platform.platform.observations.calls)
    instance = start(platform, f"wait-{name}")
    for part in (*parts, "PT1M"):
        platform.advance(part)
    shown = platform.client().get(routes.GET_INSTANCE.path.format(id=instance)).raise_for_status().json()
    assert shown["status"] == "completed", shown
    used = Counter(platform.platform.observations.calls) - before
    renewing = Counter({call: n for call, n in used.items() if call[0] == "deployments"})
    executions = [e for e in platform.platform.step_functions.simulator.executions() if e.name.startswith(instance)]
    return {
        "waits a": name,
        "by the report": f"{path['dollarsPerThousand']:.4f}",
        "executions": len(executions),
        "calls of deployments": renewing.total(),
        "with renewals": f"{path['dollarsPerThousand'] * len(executions) + 1000 * _price(renewing):.4f}",
    }


def _price(calls: Counter[tuple[str, str]]) -> float:
    reads = sum(n for (_, operation), n in calls.items() if operation in ("dynamodb:GetItem", "dynamodb:Query"))
    writes = sum(n for (_, o), n in calls.items() if o.startswith("dynamodb:") and "Item" in o and "Get" not in o)
    return reads * READ_UNIT + writes * WRITE_UNIT + (LAMBDA_CALL if calls else 0)
