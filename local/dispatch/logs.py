"""The machines' log to the functions that subscribe to it, as CloudWatch Logs delivers: batches, base64 of gzip."""

from __future__ import annotations

import base64
import gzip
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from contract import names
from contract.functions import FunctionSpec
from local.cloud.where import Where
from local.functions.invoking import FunctionFailedError
from local.functions.registry import Invokes
from local.state.backlog import Backlog
from local.state.rows import Kept, Row

BATCH = 500
TRIES = 3
logger = logging.getLogger(__name__)


class Logs:
    """What the machines have logged and the functions have not seen. A `Source`."""

    def __init__(
        self, specs: Iterable[FunctionSpec], functions: Invokes, where: Where, lock: AbstractContextManager[object]
    ) -> None:
        """`lock`: the one under which machines log."""
        self._readers = [spec.name for spec in specs if spec.logs]
        self._functions, self._where, self._lock = functions, where, lock
        self._lines = Backlog("log")
        self._number = self._told = 0

    def append(self, record: Mapping[str, Any]) -> None:
        """The simulator has logged a record."""
        if self._readers:
            self._number += 1
            id_ = f"{self._number:056d}"
            line = {"id": id_, "timestamp": int(record["event_timestamp"])}
            self._lines.append(id_, {**line, "message": json.dumps(record, ensure_ascii=False)})

    def run_once(self) -> bool:
        """Hand one batch over."""
        with self._lock:
            batch = self._lines.first(BATCH)
        if not batch:
            return False
        for reader in self._readers:
            self._deliver(reader, batch)
        with self._lock:
            self._lines.drop(len(batch))
        return True

    def next_due(self) -> datetime | None:
        """Logs wait for nothing."""
        return None

    def _deliver(self, reader: str, batch: list[dict[str, Any]]) -> None:
        """Delivery is on best effort: after the last try the lines are lost, and reconciliation makes up for them."""
        data = {
            "messageType": "DATA_MESSAGE",
            "owner": self._where.account,
            "logGroup": names.machine_logs(self._where.tenant),
            "logStream": "local",
            "subscriptionFilters": [self._where.physical(reader)],
            "logEvents": batch,
        }
        packed = base64.b64encode(gzip.compress(json.dumps(data).encode(), compresslevel=1)).decode()
        for _ in range(TRIES):
            try:
                self._functions.invoke(reader, {"awslogs": {"data": packed}})
                return
            except FunctionFailedError as error:
                logger.warning("%s failed on its log: %s", reader, error)

    def changes(self) -> Iterator[Row]:
        """See `Source`."""
        yield from self._lines.changes()
        if self._number != self._told:
            self._told = self._number
            yield Row("counter", "logs", str(self._number))

    def restore(self, kept: Kept) -> None:
        """See `Source`."""
        self._lines.restore(kept)
        self._number = self._told = int(kept.get("counter", {}).get("logs", {0: "0"})[0])
