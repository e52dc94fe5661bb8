"""What decisions were asked over the API and by machines that could not answer themselves (table `evaluations`).

Inputs alone are kept, and of those what the decision read: what came of them follows from them, the version and the
time. Decisions made inside a machine are not written: the history of its execution holds them (histories.py).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from contract import tables
from functions.runtime.machine_calls import CallContext
from functions.runtime.ports import Ports
from functions.runtime.records import Item, Put
from state_machines.dmn import DecisionResult
from state_machines.feel.lexer import normalize

KEPT = timedelta(days=90)
"""As long as Step Functions keeps the histories of executions that have ended."""
MAX_BYTES = 300_000
"""Of the inputs in one item; DynamoDB takes 400 KB."""
PAGE = 100


@dataclass(frozen=True)
class Asked:
    """A decision's inputs, and when, by which version and for which process they were decided on. `variables` is None
    where they can no longer be told; `written` are those that may have been overwritten since."""

    at: datetime
    decision_id: str
    version: int
    variables: Mapping[str, Any] | None
    instance_id: str | None = None
    element_id: str | None = None
    written: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """What was asked together: in one request, or by one instance, whose `histories` were read for it. `at` is the
    moment by which it is found in a period."""

    at: datetime
    asked: tuple[Asked, ...]
    histories: int = 0


def read_of(variables: Mapping[str, Any], result: DecisionResult) -> Mapping[str, Any]:
    """Those of the given variables that the decision read."""
    return {name: value for name, value in variables.items() if normalize(name) in result.read}


def record(
    ports: Ports,
    decision_id: str,
    version: int,
    inputs: Sequence[Mapping[str, Any]],
    context: CallContext | None = None,
) -> None:
    """Keep what a version was asked just now: one write, unless there is much of it."""
    now = ports.clock.now().astimezone(UTC)
    item: Item = {"pk": _partition(decision_id, now), "version": version, "expiresAt": int((now + KEPT).timestamp())}
    if context is not None:
        about = {"instanceId": context.instance_id, "elementId": context.element_id}
        item |= about | {"execution": context.execution.rpartition(":")[2]}
    for texts in _chunks([json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in inputs]):
        key = f"{now.isoformat(timespec='milliseconds')}#{ports.ids.new()}"
        ports.store.write(Put(tables.EVALUATIONS, {**item, "sk": key, "inputs": f"[{','.join(texts)}]"}))


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    """Inputs that fit into one item together. One that is too big by itself is not kept."""
    chunk: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode())
        if length > MAX_BYTES:
            continue
        if size + length > MAX_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(text)
        size += length + 1
    if chunk:
        yield chunk


def recorded(ports: Ports, decision_id: str, start: datetime, end: datetime) -> Iterator[Found]:
    """What was recorded from `start` (inclusive) to `end` (exclusive), newest first."""
    day = end
    while day.date() >= start.date():
        for item in _of_day(ports, _partition(decision_id, day)):
            asked = _asked(item)
            if start <= asked[0].at < end:
                yield Found(asked[0].at, asked)
        day -= timedelta(days=1)


def recorded_of(ports: Ports, execution: str) -> list[Asked]:
    """What a machine asked in an execution (its name), oldest first."""
    rows = ports.store.query(tables.EVALUATIONS, execution, index="byExecution").items
    return [asked for item in rows for asked in _asked(item)]


def _asked(item: Item) -> tuple[Asked, ...]:
    at = datetime.fromisoformat(item["sk"].split("#")[0])
    decision, about = item["pk"].rpartition("#")[0], (item.get("instanceId"), item.get("elementId"))
    return tuple(Asked(at, decision, int(item["version"]), each, *about) for each in json.loads(item["inputs"]))


def _of_day(ports: Ports, partition: str) -> Iterator[Item]:
    cursor = ""
    while True:
        rows = ports.store.query(tables.EVALUATIONS, partition, limit=PAGE, cursor=cursor, newest_first=True)
        yield from rows.items
        cursor = rows.cursor
        if not cursor:
            return


def _partition(decision_id: str, day: datetime) -> str:
    return f"{decision_id}#{day.date().isoformat()}"
