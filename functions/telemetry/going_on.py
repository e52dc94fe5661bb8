"""Executions of which others go on (docs/records.md "Going on elsewhere"): what stays open, and what is taken over.

An execution that was stopped so that another one goes on has not ended for its instance: the elements that were open in
it stay so. The first reading of the other one takes them over, with the moments in which they were entered.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from contract import tables
from contract.buckets import ARTIFACTS
from functions.runtime import registry, starting
from functions.runtime.ports import Ports
from functions.runtime.records import Delete, Item, Put, Write
from functions.telemetry.fold import Findings, Fold
from functions.telemetry.source_map import SourceMap, read_source_map

CatchUp = Callable[[Ports, str], object]
"""Brings the read model of an execution up to its exact history."""


class GoingOn:
    """What one execution has to do with others of its instance. Instances that never moved cost no request."""

    def __init__(self, ports: Ports, instance: Item, execution: str, catch_up: CatchUp) -> None:
        self.catch_up = catch_up
        self.ports, self.instance, self.execution = ports, instance, execution
        self.name = execution.rpartition(":")[2]
        asked = any(instance.get(name) for name in ("moved", "move", "moving"))
        self.told = self._get(f"{starting.MOVED}{self.name}") if asked else None

    def _get(self, sort_key: str) -> Item | None:
        return self.ports.store.get(tables.INSTANCES, self.instance["pk"], sort_key)

    def source_map(self) -> SourceMap:
        """The map of the version that the execution runs. One that goes on may begin where nothing else leads."""
        version = int(self.told["version"]) if self.told else self._first_version()
        names = ("entries.json", "source_map.json") if self.told else ("source_map.json",)
        for name in names:
            key = registry.artifact("process", self.instance["processId"], version, name)
            if (data := self.ports.objects.get(ARTIFACTS, key)) is not None:
                found: dict[str, Any] = json.loads(data)
                return read_source_map(found.get("sourceMap", found), resumed=self.told is not None)
        raise LookupError(f"no source map of {self.instance['processId']} version {version}")

    def _first_version(self) -> int:
        """The version that an instance began with, which may have been moved to another since."""
        if not self.instance.get("moved"):
            return int(self.instance["version"])
        moves = self.ports.store.query(tables.INSTANCES, self.instance["pk"], prefix=starting.MOVED).items
        onward: Item = next((item for item in moves if item.get("from") == self.name), {})
        return int(onward["fromVersion"] if onward else self.instance["version"])

    def leaves(self) -> bool:
        """Whether the execution was stopped so that another goes on."""
        if self.instance.get("move") or self.instance.get("moving"):
            return True
        if self._parent_moves():
            return True
        moves = self.ports.store.query(tables.INSTANCES, self.instance["pk"], prefix=starting.MOVED).items
        return any(item.get("from") == self.name for item in moves)

    def _parent_moves(self) -> bool:
        parent = self.instance.get("parentId")
        found = self.ports.store.get(tables.INSTANCES, parent, starting.INSTANCE) if parent else None
        return bool(found and found.get("move"))

    def keep_open(self, fold: Fold, findings: Findings) -> None:
        """What the end has closed stays open, for the execution that goes on."""
        for number in findings.cut:
            closed = findings.passages[number]
            fold.open[number] = (closed.element, closed.started_at, closed.iteration)
            findings.passages[number] = replace(closed, state="active", ended_at="")
        fold.moved = True

    def begin(self, fold: Fold) -> None:
        """Gives the fold of an execution of which nothing is known yet what it takes over."""
        before = self.before
        if before is None or self.told is None:
            return
        fold.iterations, fold.counted = dict(before.iterations), fold.counted or before.counted
        mapping = self.told.get("mapping", {})
        left = self._left(before)
        fold.carried = [
            (mapping.get(element, element), at, iteration)
            for number, (element, at, iteration) in before.open.items()
            if number not in left
        ]

    def taken_over(self) -> Iterator[Write]:
        """The passages of the other execution that were open are written here now; or they were taken away."""
        before = self.before
        if before is None or self.told is None:
            return
        left = self._left(before)
        for number, (_, started, _) in before.open.items():
            key = f"EL#{started}#{self.told['from']}#{number:08}"
            item = self._get(key) if number in left else None
            if item is None:
                yield Delete(tables.INSTANCES, self.instance["pk"], key)
            else:
                yield Put(tables.INSTANCES, {**item, "state": "cancelled", "endedAt": self.told["at"]})

    @cached_property
    def before(self) -> Fold | None:
        """The fold of the execution for which this one goes on, which has ended: read to its end if need be."""
        name = str(self.told.get("from", "")) if self.told else ""
        if not name:
            return None
        item = self._get(f"FOLD#{name}")
        fold = Fold.load(json.loads(item["fold"])) if item else Fold()
        if not fold.ended:
            self.catch_up(self.ports, starting.sibling_arn(self.execution, name))
            item = self._get(f"FOLD#{name}")
            fold = Fold.load(json.loads(item["fold"])) if item else fold
        return fold

    def _left(self, before: Fold) -> set[int]:
        """The passages of tokens that were taken away: as many of an element as there were tokens, the oldest first."""
        wanted = Counter(json.loads(self.told["left"])) if self.told else Counter[str]()
        found = set[int]()
        for number, (element, _, _) in sorted(before.open.items()):
            if wanted[element] > 0:
                wanted[element] -= 1
                found.add(number)
        return found
