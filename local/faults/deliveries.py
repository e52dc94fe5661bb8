"""Deliveries to functions that come twice, late and past each other, as streams, queues and logs may."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from contract.queues import Queue
from local.cloud.queueing import Message
from local.dispatch.logs import Logs
from local.dispatch.queues import Queues
from local.dispatch.sources import Around, Sources
from local.dispatch.streams import EventSource, Streams
from local.faults.rates import Chance
from local.functions.invoking import FunctionFailedError
from local.functions.registry import Invokes

SHARDS = 4
"""Of each stream: what lies in different ones has no order."""


def unreliable_sources(around: Around, chance: Chance) -> Sources:
    """Those that `sources` makes, by chance."""
    specs, data, where, now = around.specs, around.data, around.where, around.now
    functions = Doubling(around.functions, chance)
    return (
        UnreliableStreams(chance, specs, data, functions, where, now),
        UnreliableQueues(chance, specs, data, functions, where, now),
        UnreliableLogs(chance, specs, functions, where, around.logging),
    )


class Doubling:
    """Invokes functions, now and then twice."""

    def __init__(self, functions: Invokes, chance: Chance) -> None:
        self._functions, self._chance = functions, chance

    def invoke(self, name: str, event: Any, *, limit_s: float = 0) -> Any:
        """The answer to the last time."""
        if self._chance.hits(self._chance.faults.doubled):
            with suppress(FunctionFailedError):
                self._functions.invoke(name, event, limit_s=limit_s)
        return self._functions.invoke(name, event, limit_s=limit_s)


class UnreliableStreams(Streams):
    """Streams of several shards, each of which may be late."""

    def __init__(self, chance: Chance, *arguments: Any) -> None:
        super().__init__(*arguments, shards=SHARDS)
        self._chance = chance
        self._late: dict[int, datetime] = {}

    def _next(self) -> EventSource | None:
        for mapping in self._mappings:
            if mapping.waiting and id(mapping) not in self._late:
                self._late[id(mapping)] = self._now() + self._chance.delay()
        found = [mapping for mapping in self._mappings if mapping.waiting and self._late[id(mapping)] <= self._now()]
        for mapping in found[:1]:
            del self._late[id(mapping)]
        return next(iter(found), None)

    def next_due(self) -> datetime | None:
        """When the next late one is there."""
        return min(self._late.values(), default=None)


class UnreliableQueues(Queues):
    """Queues whose messages may be late, each for itself."""

    def __init__(self, chance: Chance, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._chance, self._seen = chance, set[str]()

    def _receive(self, queue: Queue) -> list[Message]:
        for message in self._data.messages(queue.name):
            if message.id not in self._seen:
                self._seen.add(message.id)
                self._hidden[message.id] = self._now() + self._chance.delay()
        self._hidden = {id_: due for id_, due in self._hidden.items() if due > self._now()}
        return super()._receive(queue)


class UnreliableLogs(Logs):
    """Logs whose lines come in any order, if they come."""

    def __init__(self, chance: Chance, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._chance = chance

    def _deliver(self, reader: str, batch: list[dict[str, Any]]) -> None:
        there = [line for line in batch if not self._chance.hits(self._chance.faults.lost)]
        self._chance.shuffle(there)
        if there:
            super()._deliver(reader, there)
