"""The machines' log to the functions that subscribe to it, as CloudWatch Logs delivers: batches, base64 of gzip."""

from __future__ import annotations

import base64
import gzip
import json
import logging
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from contract import names
from contract.functions import FunctionSpec
from local.cloud.where import Where
from local.functions.invoking import FunctionFailedError
from local.functions.registry import Functions

BATCH = 500
TRIES = 3
logger = logging.getLogger(__name__)


class Logs:
    """What the machines have logged and the functions have not seen."""

    def __init__(self, specs: Iterable[FunctionSpec], functions: Functions, where: Where) -> None:
        self._readers = [spec.name for spec in specs if spec.logs]
        self._functions, self._where = functions, where
        self._lines: deque[dict[str, Any]] = deque()
        self._number = 0

    def append(self, record: Mapping[str, Any]) -> None:
        """The simulator has logged a record."""
        if self._readers:
            self._number += 1
            line = {"id": f"{self._number:056d}", "timestamp": int(record["event_timestamp"])}
            self._lines.append({**line, "message": json.dumps(record, ensure_ascii=False)})

    def run_once(self) -> bool:
        """Hand one batch over."""
        batch = [self._lines.popleft() for _ in range(min(BATCH, len(self._lines)))]
        for reader in self._readers if batch else ():
            self._deliver(reader, batch)
        return bool(batch)

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

    def dump(self) -> dict[str, Any]:
        """What was not handed over yet, as JSON."""
        return {"number": self._number, "lines": list(self._lines)}

    def restore(self, dump: Mapping[str, Any]) -> None:
        """Go on from a dump."""
        self._number, self._lines = dump["number"], deque(dump["lines"])
