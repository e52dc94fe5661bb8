"""What machines decided themselves: their inputs, from the histories of the executions.

Nothing is written when a machine evaluates a decision, and nothing has to be: the token that evaluated it knew what it
read. Only what was overwritten with it, and computed inputs that no expression here gives, are lost.
"""

import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from contract import tables
from contract.buckets import ARTIFACTS
from functions.decisions.recording import Asked, Found
from functions.runtime import asides, held, registry, starting
from functions.runtime.ports import ExecutionGoneError, Ports
from functions.runtime.records import Item
from functions.runtime.variables import without_reserved
from functions.telemetry.source_map import SourceMap, read_source_map
from state_machines import history
from state_machines.bindings import Bound
from state_machines.bpmn.model import Expression, IoMapping, Task, Text
from state_machines.bpmn.reader import read_bpmn
from state_machines.bpmn.rules.walk import places
from state_machines.expressions import parsed
from state_machines.feel import evaluate as feel
from state_machines.feel import to_json
from state_machines.flow.expressions import reads

PAGE = 50


@dataclass(frozen=True)
class _Asker:
    """A business rule task: its decision, what it maps into it, and what it writes afterwards."""

    bound: Bound
    inputs: tuple[IoMapping, ...]
    written: frozenset[str]


@dataclass(frozen=True)
class _Process:
    """A process version: its tasks that ask decisions inside the machine, by id, and the decisions' versions."""

    askers: Mapping[str, _Asker]
    source_map: SourceMap
    versions: Mapping[str, int]


def decided(ports: Ports, decision_id: str, start: datetime, end: datetime) -> Iterator[Found]:
    """What instances that began from `start` (inclusive) to `end` (exclusive) decided, newest instance first."""
    ids = [item["sortKey"] for item in ports.store.query(tables.REGISTRY, "process", index="byKind").items]
    of_each = (_of_process(ports, decision_id, id_, start, end) for id_ in ids)
    return heapq.merge(*of_each, key=lambda found: found.at, reverse=True)


def decided_in(ports: Ports, instance: Item, names: Sequence[str]) -> list[Asked]:
    """What executions of an instance, by their names, decided inside their machine."""
    process = _process(ports, instance["processId"], int(instance["version"]))
    if process is None:
        return []
    histories = _histories(ports, instance, names)
    return [each for events in histories for each in _asked(ports, process, instance["pk"], events)]


def executions(ports: Ports, instance: Item) -> list[str]:
    """The names of the executions of an instance, its main one first."""
    rows = ports.store.query(tables.INSTANCES, instance["pk"], prefix="FOLD#").items
    return sorted((row["sk"].removeprefix("FOLD#") for row in rows), key=lambda name: (asides.is_aside(name), name))


def _of_process(ports: Ports, decision_id: str, process_id: str, start: datetime, end: datetime) -> Iterator[Found]:
    known: dict[int, _Process | None] = {}
    for item in _instances(ports, process_id, start, end):
        version = int(item["version"])
        if version not in known:
            known[version] = _process(ports, process_id, version, decision_id)
        process = known[version]
        began = datetime.fromisoformat(item["startedAt"])
        if process is not None and start <= began < end:
            histories = list(_histories(ports, item, executions(ports, item)))
            asked = [each for events in histories for each in _asked(ports, process, item["pk"], events)]
            yield Found(began, tuple(asked), len(histories))


def _instances(ports: Ports, process_id: str, start: datetime, end: datetime) -> Iterator[Item]:
    between, cursor = (start.isoformat(), end.isoformat()), ""
    while True:
        rows = ports.store.query(
            tables.INSTANCES,
            process_id,
            index="byProcess",
            between=between,
            limit=PAGE,
            cursor=cursor,
            newest_first=True,
        )
        yield from (item for item in rows.items if item["sk"] == starting.INSTANCE)
        cursor = rows.cursor
        if not cursor:
            return


def _process(ports: Ports, process_id: str, version: int, decision_id: str = "") -> _Process | None:
    """None where this version asks no decision (or not the one named) inside its machine."""
    item = registry.find(ports, "process", process_id, version)
    pinned = {name: int(each) for name, each in (item or {}).get("decisions", {}).items() if each}
    if not pinned or decision_id not in {"", *(name.partition("#")[0] for name in pinned)}:
        return None
    read = {name: _artifact(ports, process_id, version, name) for name in ("process.bpmn", "report.json")}
    native = {
        (each["elementId"], each["text"])
        for each in json.loads(read["report.json"])["expressions"]
        if each["verdict"] == "native"
    }
    askers = {
        id_: asker
        for id_, asker in _askers(read["process.bpmn"]).items()
        if (id_, asker.bound.id) in native and asker.bound.name in pinned and decision_id in ("", asker.bound.id)
    }
    if not askers:
        return None
    source_map = read_source_map(json.loads(_artifact(ports, process_id, version, "source_map.json")))
    return _Process(askers, source_map, pinned)


def _artifact(ports: Ports, process_id: str, version: int, name: str) -> bytes:
    source = ports.objects.get(ARTIFACTS, registry.artifact("process", process_id, version, name))
    if source is None:
        raise LookupError(f"the artifact {name} of process {process_id} version {version} is missing")
    return source


@lru_cache(maxsize=64)
def _askers(bpmn: bytes) -> Mapping[str, _Asker]:
    model, _ = read_bpmn(bpmn)
    nodes = [node for place in places(model) for node in place.scope.nodes] if model is not None else []
    found = {}
    for node in nodes:
        if isinstance(node, Task) and node.decision is not None and (bound := node.decision.bound) is not None:
            outputs = {mapping.target.split(".")[0].strip() for mapping in node.outputs}
            written = frozenset(outputs | {node.decision.result_variable})
            found[node.id] = _Asker(bound, node.inputs, written)
    return found


def _histories(ports: Ports, instance: Item, names: Sequence[str]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Of these executions of the instance; those that Step Functions has forgotten are left out."""
    for name in names:
        try:
            yield ports.machines.history(starting.sibling_arn(instance["execution"], name))
        except ExecutionGoneError:
            continue


def _asked(ports: Ports, process: _Process, instance_id: str, events: Sequence[Mapping[str, Any]]) -> Iterator[Asked]:
    entered = {
        e["previousEventId"]: e["stateEnteredEventDetails"]["name"] for e in events if "stateEnteredEventDetails" in e
    }
    for event, known in history.part(events).exits:
        for element in _passed(process, event["stateExitedEventDetails"]["name"], entered.get(event["id"])):
            asker = process.askers[element]
            variables = _variables(asker, held.whole(ports, without_reserved(known)))
            version = process.versions[asker.bound.name]
            at = event["timestamp"]
            yield Asked(at, asker.bound.id, version, variables, instance_id, element, asker.written)


def _passed(process: _Process, state: str, following: str | None) -> Iterator[str]:
    """The tasks that a state's end leaves behind: its own, and those that were folded into it."""
    source_map = process.source_map
    way = source_map.way(state, following) if following is not None else source_map.ends.get(state)
    own = source_map.meaning(state)
    elements = [own.element] if own.role == "element" and (way is None or way.outcome == "completed") else []
    elements += [each.id for each in (way.path if way is not None else ()) if each.kind == "element"]
    yield from (element for element in elements if element in process.askers)


def _variables(asker: _Asker, variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the decision was given: the variables, and over them what the task maps in. None where that is lost."""
    if reads(asker.inputs) & asker.written:
        return None
    mapped: dict[str, Any] = {}
    for mapping in asker.inputs:
        if "." in mapping.target or not isinstance(mapping.value, Expression | Text):
            return None
        mapped[mapping.target.strip()] = _value(mapping.value, {**variables, **mapped})
    return {**variables, **mapped}


def _value(value: Expression | Text, variables: Mapping[str, Any]) -> Any:
    if isinstance(value, Text):
        return value.text
    return to_json(feel(parsed(value.language, value.text), variables))
