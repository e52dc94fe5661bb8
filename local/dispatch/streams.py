"""DynamoDB streams to functions: batches in order, partial failures tried again, in the end to `stream-failures`."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from contract import queues, tables
from contract.functions import FunctionSpec
from contract.tables import Table
from local.cloud.data import Data
from local.cloud.where import Where
from local.functions.invoking import FunctionFailedError
from local.functions.registry import Invokes
from local.state.backlog import Backlog
from local.state.rows import Kept, Row

BATCH = 100
TRIES = 5
"""How often a record is handed over before it is given up."""

Record = dict[str, Any]
logger = logging.getLogger(__name__)


@dataclass
class EventSource:
    """One function that reads one shard of a table's stream, and what it has not handled yet."""

    function: str
    table: Table
    shard: int
    waiting: Backlog
    tries: int = 0
    size: int = BATCH


class Streams:
    """All event source mappings of streams. A `Source`, under the gateway's lock."""

    def __init__(
        self,
        specs: Iterable[FunctionSpec],
        data: Data,
        functions: Invokes,
        where: Where,
        now: Callable[[], datetime],
        *,
        shards: int = 1,
    ) -> None:
        self._data, self._functions, self._where, self._now, self._shards = data, functions, where, now, shards
        self._mappings = [
            EventSource(spec.name, table, shard, Backlog(f"stream/{spec.name}/{table.name}/{shard}"))
            for spec in specs
            for table in spec.streams
            for shard in range(shards)
        ]
        self._number = self._told = 0

    def run_once(self) -> bool:
        """Hand one batch over."""
        with self._data.lock:
            self._collect()
        mapping = self._next()
        if mapping is None:
            return False
        self._deliver(mapping)
        return True

    def _next(self) -> EventSource | None:
        return next((mapping for mapping in self._mappings if mapping.waiting), None)

    def next_due(self) -> datetime | None:
        """Streams wait for nothing."""
        return None

    def _collect(self) -> None:
        for table in tables.ALL:
            if not table.stream:
                continue
            for change in self._data.take_changes(table):
                self._number += 1
                record = self._record(table, change)
                shard = crc32(change["dynamodb"]["Keys"]["pk"]["S"].encode()) % self._shards
                for mapping in self._mappings:
                    if mapping.table is table and mapping.shard == shard:
                        mapping.waiting.append(record["dynamodb"]["SequenceNumber"], record)

    def _record(self, table: Table, change: Mapping[str, Any]) -> Record:
        content = {**change["dynamodb"], "SequenceNumber": f"{self._number:021d}"}
        content["ApproximateCreationDateTime"] = content["ApproximateCreationDateTime"].replace(tzinfo=UTC).timestamp()
        return {
            **change,
            "eventID": uuid.uuid4().hex,
            "awsRegion": self._where.region,
            "eventSourceARN": self._where.stream_arn(table.name),
            "dynamodb": content,
        }

    def _deliver(self, mapping: EventSource) -> None:
        batch = mapping.waiting.first(mapping.size)
        try:
            answer = self._functions.invoke(mapping.function, {"Records": batch}) or {}
            failed = _first_failed(batch, answer.get("batchItemFailures") or [])
        except FunctionFailedError as error:
            logger.warning("%s failed on its stream: %s", mapping.function, error)
            failed = 0
        with self._data.lock:
            mapping.waiting.drop(failed)
            self._after(mapping, len(batch), failed)

    def _after(self, mapping: EventSource, given: int, done: int) -> None:
        """Lambda bisects a failing batch until the record that fails stands alone; that one is given up in the end."""
        if done == given:
            mapping.tries, mapping.size = 0, BATCH
            return
        mapping.tries = 1 if done else mapping.tries + 1
        mapping.size = max(1, (given - done) // 2)
        if mapping.tries > TRIES and mapping.size == 1:
            self._give_up(mapping, mapping.waiting.first(1)[0])
            mapping.waiting.drop(1)
            mapping.tries = 0

    def _give_up(self, mapping: EventSource, record: Record) -> None:
        logger.error("%s gave up on a record of %s", mapping.function, mapping.table.name)
        body = {"requestContext": {"functionArn": self._where.function_arn(mapping.function)}, "record": record}
        self._data.send(queues.STREAM_FAILURES.name, json.dumps(body, default=str))

    def changes(self) -> Iterator[Row]:
        """See `Source`. What nobody has looked at yet counts."""
        self._collect()
        rows = [row for mapping in self._mappings for row in mapping.waiting.changes()]
        yield from rows
        if self._number != self._told:
            self._told = self._number
            yield Row("counter", "streams", str(self._number))

    def restore(self, kept: Kept) -> None:
        """See `Source`."""
        for mapping in self._mappings:
            mapping.waiting.restore(kept)
        self._number = self._told = int(kept.get("counter", {}).get("streams", {0: "0"})[0])


def _first_failed(batch: list[Record], failures: list[dict[str, str]]) -> int:
    """The position up to which the batch was handled: Lambda goes on from the lowest failed sequence number."""
    failed = {failure["itemIdentifier"] for failure in failures}
    return next((at for at, r in enumerate(batch) if r["dynamodb"]["SequenceNumber"] in failed), len(batch))
