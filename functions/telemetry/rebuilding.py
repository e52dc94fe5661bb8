"""The read model of an instance, or of all, made anew from the histories of their executions. Nothing is told again.

What was asked for stays (the start's variables, initiator, business key); what the logs told is dropped and read anew.
Only instances whose executions Step Functions still has can be rebuilt: it forgets them 90 days after their end.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from contract import tables
from functions.runtime import starting
from functions.runtime.ports import ExecutionGoneError, Ports
from functions.runtime.records import Delete, Item, Put, Update, Write
from functions.telemetry.fold import Fold
from functions.telemetry.projection import from_history, project
from functions.telemetry.watching import FIRST, watch_write

_ANNOUNCED = (
    *("pk", "sk", "entity", "processId", "version", "startedAt", "execution", "machine"),
    *("initiator", "startVariables", "start", "businessKey", "parentId", "tokens", "move", "moved", "moving"),
)
_BATCH = 90
_WITHIN = timedelta(seconds=200)


def rebuild_all(ports: Ports, after: str = "") -> dict[str, Any]:
    """Rebuild every instance that has executions, by id, behind the id `after`. Answers how many were rebuilt, and the
    `after` to go on with where the time was up."""
    began = ports.clock.now()
    mains = dict(sorted(_mains(ports)))
    done = 0
    for id_ in [id_ for id_ in mains if id_ > after]:
        if ports.clock.now() >= began + _WITHIN:
            return {"rebuilt": done, "after": after}
        rebuild(ports, mains[id_])
        done, after = done + 1, id_
    return {"rebuilt": done, "after": ""}


def _mains(ports: Ports) -> Iterator[tuple[str, str]]:
    for machine in ports.machines.list_machines():
        for arn, _ in ports.machines.list_started(machine, datetime.fromtimestamp(0, UTC)):
            id_, _, number = arn.rsplit(":", 1)[-1].partition("_")
            if number == "1":
                yield id_, arn


def main_of(execution: str) -> str:
    """The ARN of the main execution of the same instance.

    >>> main_of("arn:aws:states:eu-central-1:1:execution:m:i1_0af3")
    'arn:aws:states:eu-central-1:1:execution:m:i1_1'
    """
    id_ = execution.rsplit(":", 1)[-1].partition("_")[0]
    return starting.sibling_arn(execution, starting.execution_name(id_))


def rebuild(ports: Ports, main: str) -> None:
    """Rebuild the instance of that main execution, by its ARN. Raises `ExecutionGoneError`, and then nothing was done,
    if one of its executions is forgotten."""
    id_ = main.rsplit(":", 1)[-1].partition("_")[0]
    rows = ports.store.query(tables.INSTANCES, id_).items
    folds = {row["sk"].removeprefix("FOLD#"): row for row in rows if row["sk"].startswith("FOLD#")}
    for name in {starting.execution_name(id_), *folds}:
        ports.machines.describe(starting.sibling_arn(main, name))
    _forget(ports, rows, main)
    waiting, seen = [starting.execution_name(id_)], set[str]()
    while waiting:
        name = waiting.pop(0)
        seen.add(name)
        execution = starting.sibling_arn(main, name)
        try:
            history = ports.machines.history(execution)
        except ExecutionGoneError:  # a name that was given to none
            continue
        project(ports, execution, map(from_history, history), complete=True, told=False)
        waiting += sorted((_run_by(history, id_) | folds.keys()) - seen - {*waiting})
    for name in folds:
        ports.store.write(Update(tables.INSTANCES, id_, f"FOLD#{name}", remove=("held",)))


def _forget(ports: Ports, rows: Sequence[Item], main: str) -> None:
    """Back to the beginning: first the folds, which are held meanwhile. The sweep finishes what is cut off, and reads
    what came in between."""
    first: list[Write] = []
    for row in rows:
        if row["sk"].startswith("FOLD#"):
            execution = starting.sibling_arn(main, row["sk"].removeprefix("FOLD#"))
            first.append(watch_write(execution, ports.clock.now(), FIRST))
            empty = Fold(counted=json.loads(row["fold"])["counted"])  # where it stands in the counts, it stands
            again = {"revision": int(row["revision"]) + 1, "fold": json.dumps(empty.dump()), "early": "[]", "held": 1}
            first.append(Put(tables.INSTANCES, row | again))
        elif row["sk"] == starting.INSTANCE:
            kept = {name: value for name, value in row.items() if name in _ANNOUNCED}
            first.append(Put(tables.INSTANCES, kept | {"status": "active"}))
    told = [row for row in rows if row["sk"].startswith(("EL#", "FLOW#"))]
    writes = [*first, *(Delete(tables.INSTANCES, row["pk"], row["sk"]) for row in told)]
    for start in range(0, len(writes), _BATCH):
        ports.store.write(*writes[start : start + _BATCH])


def _run_by(history: Sequence[Mapping[str, Any]], instance_id: str) -> set[str]:
    """The names of the instance's other executions that this one began."""
    return set(re.findall(rf":({re.escape(instance_id)}_[0-9A-Za-z-]+)\b", json.dumps(history, default=str)))
