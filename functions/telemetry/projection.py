"""The read model of one execution, in step with its events: each counts once, however often and late it comes.

Events are applied in the order of their ids, without gaps. The fold's state, what it showed and the element events go
in one transaction on condition that nobody else moved the fold. What came early waits in the fold's item.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC
from typing import Any, Literal

from contract import events, tables
from functions.runtime import asides, starting, waits
from functions.runtime.ports import Ports
from functions.runtime.records import (
    ABSENT,
    Condition,
    ConditionFailedError,
    ContentionError,
    Delete,
    Item,
    Put,
    Update,
    Write,
)
from functions.runtime.unit import Unit
from functions.runtime.variables import dump, without_reserved
from functions.telemetry import counts
from functions.telemetry.fold import TERMINAL, Fold, Folder, LogEvent, Passage
from functions.telemetry.going_on import GoingOn
from functions.telemetry.watching import FIRST, watch_write

GAPS = "GAPS"
"""Partition of the instances table that names the executions whose log has a gap."""
_ENOUGH = 30
"""Passages after which a transaction is written; with their events they stay below 100 writes."""
_TRIES = 10
_CUT_SHORT = ("cancelled", "failed")
"""Ends of executions that may leave waits open."""


def project(
    ports: Ports, execution: str, arrived: Iterable[LogEvent], *, complete: bool = False, told: bool = True
) -> None:
    """Bring the read model up to what has arrived. `complete`: the events are all that follow the fold in the history,
    so there is no gap. `told`: what is new is told as events; not so by a rebuilding, which alone may write to a fold
    that is held for it."""
    pending = {event.id: event for event in arrived}
    tries = 0
    while True:
        try:
            step = _advance(ports, execution, pending, complete, told)
        except (ConditionFailedError, ContentionError):  # another invocation moved the fold: read it again
            if (tries := tries + 1) >= _TRIES:
                raise ContentionError(f"{execution} is projected by too many at once") from None
            continue
        if step == "done":
            return
        if step == "gap":  # it has ended, so what is missing will hardly come any more
            missing, complete = ports.machines.history(execution, after=stored_fold(ports, execution).cursor), True
            pending.update({e.id: e for e in map(from_history, missing)})


def catch_up(ports: Ports, execution: str) -> bool:
    """Project what the history has beyond the fold. Answers whether that was anything. Raises `ExecutionGoneError`."""
    missing = ports.machines.history(execution, after=stored_fold(ports, execution).cursor)
    project(ports, execution, map(from_history, missing), complete=True)
    return bool(missing)


def stored_fold(ports: Ports, execution: str) -> Fold:
    """How far the execution, by its ARN, has been projected; an empty fold if it never was."""
    item = ports.store.get(tables.INSTANCES, *fold_key(execution))
    return Fold.load(json.loads(item["fold"])) if item else Fold()


def is_held(item: Item | None) -> bool:
    """Whether a fold's item waits for a rebuilding to be finished, which reads what comes meanwhile by itself."""
    return item is not None and "held" in item


def fold_key(execution: str) -> tuple[str, str]:
    """The key of an execution's fold.

    >>> fold_key("arn:aws:states:eu-central-1:1:execution:m:i1_1")
    ('i1', 'FOLD#i1_1')
    """
    name = execution.rsplit(":", 1)[-1]
    return name.split("_")[0], f"FOLD#{name}"


def from_history(event: Any) -> LogEvent:
    """A history event of the API as the log has it."""
    details = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails") or {}
    at = event["timestamp"].astimezone(UTC).isoformat(timespec="milliseconds")
    return LogEvent(event["id"], event.get("previousEventId", 0), event["type"], details.get("name", ""), at)


def _advance(
    ports: Ports, execution: str, pending: dict[int, LogEvent], complete: bool, told: bool
) -> Literal["more", "gap", "done"]:
    """One transaction's worth. `gap`: nothing was written, since the end has come and something before it has not."""
    work = _Work(ports, execution, told)
    if told and is_held(work.item):
        return "done"
    known = {e.id: e for e in work.early} | pending
    todo = sorted((e for e in known.values() if e.id > work.fold.cursor), key=lambda e: e.id)
    if not todo:
        return "done"
    rest = work.apply(todo)
    gap = bool(rest) and rest[0].id != work.fold.cursor + 1
    if gap and not complete and any(e.type in TERMINAL for e in rest):
        return "gap"
    work.write(rest)
    return "more" if rest and not gap else "done"


class _Work:
    """One reading of the stored state, what the events change in it, and one transaction that says so."""

    def __init__(self, ports: Ports, execution: str, told: bool) -> None:
        self.ports, self.execution, self.told = ports, execution, told
        self.name = execution.rsplit(":", 1)[-1]
        self.instance_id = self.name.split("_")[0]
        self.aside = asides.is_aside(self.name)
        self.instance = ports.store.get(tables.INSTANCES, self.instance_id, "INSTANCE") or self._discover()
        self.going_on = GoingOn(ports, self.instance, execution, catch_up)
        self.map = self.going_on.source_map()
        self.item = ports.store.get(tables.INSTANCES, self.instance_id, f"FOLD#{self.name}")
        self.fold = Fold.load(json.loads(self.item["fold"])) if self.item else Fold()
        self.first = not self.fold.cursor
        """Whether nothing of the execution is in the read model yet."""
        if self.first:
            self.going_on.begin(self.fold)
        self.early = [LogEvent(**e) for e in json.loads(self.item["early"])] if self.item else []
        self.folder = Folder(self.fold, self.map)

    def apply(self, todo: Sequence[LogEvent]) -> list[LogEvent]:
        """Apply what follows without a gap, up to a transaction's worth; answers the rest."""
        for index, event in enumerate(todo):
            if event.id != self.fold.cursor + 1 or len(self.folder.findings.passages) >= _ENOUGH:
                return list(todo[index:])
            self.folder.apply(event)
        return []

    def write(self, rest: Sequence[LogEvent]) -> None:
        """Write what the run showed. Passages and events repeat harmlessly; the rest goes last, under the cursor."""
        if self.fold.ended in _CUT_SHORT and self.going_on.leaves():
            self.going_on.keep_open(self.fold, self.folder.findings)
        elif self.fold.ended in _CUT_SHORT:
            self._close_handlers()
            self._close_waits()
        repeatable, exact = self._repeatable(), self._exact(rest)
        while len(repeatable) + len(exact) > 100:
            self.ports.store.write(*repeatable[:90])
            repeatable = repeatable[90:]
        self.ports.store.write(*repeatable, *exact)

    def _close_waits(self) -> None:
        """What an execution that was stopped, by its caller too, has left open waits for nobody any more."""
        found = self.ports.store.query(tables.WAITS, self.instance_id, prefix="wait#").items
        mine = [wait for wait in found if not self.aside or wait.get("execution") == self.execution]
        waits.remove_all(self.ports, mine)

    def _close_handlers(self) -> None:
        """No handler outlives its instance."""
        if not self.aside:
            asides.stop(self.ports, self.instance_id, self.execution, lambda row: True)

    def _repeatable(self) -> list[Write]:
        unit = _Collector(self.ports, self.instance_id)
        if self.first:
            unit.add(*self.going_on.taken_over())
        for passage in self.folder.findings.passages.values():
            unit.add(Put(tables.INSTANCES, self._passage_item(passage)))
            if self.told:
                about = self._event(passage)
                unit.emit(events.ELEMENT_PASSED, about, id_=f"{self.name}-{passage.number}-{passage.state}")
        if self.told and self.fold.ended and not self.aside and not self.fold.moved:
            about = {"instanceId": self.instance_id, "processId": self.instance["processId"]}
            about |= {"version": int(self.instance["version"]), "status": self.fold.ended}
            unit.emit(events.INSTANCE_ENDED, about, id_=f"{self.name}-ended")
        return unit.collected

    def _exact(self, rest: Sequence[LogEvent]) -> list[Write]:
        writes: list[Write] = [
            Update(tables.INSTANCES, self.instance_id, f"FLOW#{flow}", set={"flowId": flow}, add={"count": count})
            for flow, count in self.folder.findings.flows.items()
        ]
        writes += self._count_writes()
        writes.append(self._fold_write(rest))
        if self.item is None and not self.fold.ended:
            writes.append(watch_write(self.execution, self.ports.clock.now(), FIRST))
        if rest or self.early:
            writes.append(self._gap_write(bool(rest)))
        if (status := self._status_write()) is not None:
            writes.append(status)
            writes += starting.told_end(self.instance) if "endedAt" in status.set else []
        return writes

    def _fold_write(self, rest: Sequence[LogEvent]) -> Write:
        revision = int(self.item["revision"]) if self.item else 0
        item = {
            "pk": self.instance_id,
            "sk": f"FOLD#{self.name}",
            "revision": revision + 1,
            "fold": json.dumps(self.fold.dump()),
            "early": json.dumps([asdict(e) for e in rest]),
            **({"held": 1} if is_held(self.item) else {}),
        }
        return Put(tables.INSTANCES, item, when=Condition(equals={"revision": revision}) if self.item else ABSENT)

    def _count_writes(self) -> list[Write]:
        """Moves the instance from one of its process's counts to another; exact, since the cursor guards it."""
        before, now = self.fold.counted, self.folder.status
        if before == now or self.aside or self.fold.moved:
            return []
        self.fold.counted = now
        return [counts.move(self.instance["processId"], self.instance_id, before, now)]

    def _gap_write(self, gap: bool) -> Write:
        if not gap:
            return Delete(tables.INSTANCES, GAPS, self.name)
        return Put(tables.INSTANCES, {"pk": GAPS, "sk": self.name, "execution": self.execution})

    def _status_write(self) -> Update | None:
        if self.instance.get("endedAt") or self.fold.moved:
            return None
        changed = self._standing()
        if self.fold.ended and not self.aside:
            ended = self.ports.machines.describe(self.execution)
            changed = {
                "status": self.fold.ended,
                "endedAt": (ended.stopped or self.ports.clock.now()).isoformat(),
                "variables": dump(without_reserved(ended.output or {})),
                "error": ended.error,
                "cause": ended.cause[:4000],
                **_outcome(ended.output or {}),
            }
        elif all(self.instance.get(name, False) == value for name, value in changed.items()):
            return None
        still_open = Condition(present=True, missing=("endedAt",))
        return Update(tables.INSTANCES, self.instance_id, "INSTANCE", set=changed, when=still_open)

    def _standing(self) -> dict[str, Any]:
        """The status of the instance: an incident, if a token of any of its executions is parked."""
        parked = {f"parked#{self.name}": self.folder.status == "incident"} if self.aside else {}
        others = {name: value for name, value in self.instance.items() if name.startswith("parked#")} | parked
        mine = "active" if self.aside else self.folder.status
        if self.aside and not any(others.values()):
            mine = self._main_status()
        return {**parked, "status": "incident" if any(others.values()) else mine}

    def _main_status(self) -> str:
        main = self.instance["execution"].rpartition(":")[2]
        item = self.ports.store.get(tables.INSTANCES, self.instance_id, f"FOLD#{main}")
        return Folder(Fold.load(json.loads(item["fold"])), self.map).status if item else "active"

    def _passage_item(self, passage: Passage) -> Item:
        element = self.map.elements.get(passage.element, {})
        return {
            "pk": self.instance_id,
            "sk": f"EL#{passage.started_at}#{self.name}#{passage.number:08}",
            "elementId": passage.element,
            "elementType": element.get("type", ""),
            "elementName": element.get("name", ""),
            "state": passage.state,
            "startedAt": passage.started_at,
            "iteration": passage.iteration,
            **({"endedAt": passage.ended_at} if passage.ended_at else {}),
        }

    def _event(self, passage: Passage) -> dict[str, Any]:
        element = self.map.elements.get(passage.element, {})
        return {
            "instanceId": self.instance_id,
            "processId": self.instance["processId"],
            "version": int(self.instance["version"]),
            "instanceStartedAt": self.instance["startedAt"],
            "elementId": passage.element,
            "elementType": element.get("type", ""),
            "state": passage.state,
            "startedAt": passage.started_at,
            "endedAt": passage.ended_at,
            "iteration": passage.iteration,
            "entered": passage.number in self.folder.findings.opened,
        }

    def _discover(self) -> Item:
        """The instance of an execution that nobody announced, as a trigger's or a call activity's."""
        main = f"{self.execution.rpartition(':')[0]}:{self.instance_id}_1"
        execution = self.ports.machines.describe(main)
        about = execution.input.get("_dpc", {})
        item = {
            "pk": self.instance_id,
            "sk": "INSTANCE",
            "entity": "instance",
            "processId": about["processId"],
            "version": int(about["version"]),
            "status": "active",
            "startedAt": execution.started.isoformat(),
            "startVariables": dump(without_reserved(execution.input)),
            "execution": main,
        }
        item |= {name: about[name] for name in ("initiator", "start") if about.get(name)}
        if parent := about.get("parent"):
            item["parentId"] = parent["instanceId"]
        if about.get("businessKey"):  # a key of an index cannot be empty
            item["businessKey"] = about["businessKey"]
        self.ports.store.write(Put(tables.INSTANCES, item, when=ABSENT))
        return item


def _outcome(output: Mapping[str, Any]) -> dict[str, str]:
    """The error that ended a called instance: its execution ends well, so that the caller learns of it."""
    outcome = output.get("_dpc", {}).get("outcome")
    if not outcome or outcome["kind"] != "error":
        return {}
    return {"error": f"error:{outcome['code']}", "cause": outcome["message"]}


class _Collector(Unit):
    """A unit whose writes are handed over instead of committed: the projection writes them with its own."""

    def __init__(self, ports: Ports, correlation_id: str) -> None:
        super().__init__(
            ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=correlation_id
        )

    @property
    def collected(self) -> list[Write]:
        """What was added and emitted."""
        return list(self._writes)
