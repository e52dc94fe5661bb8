"""What the clock sets off: timers, functions that run every few minutes, expiry of items, the end of old executions.

Nothing is due for a sweep's sake: it is made when a worker looks, which it does at every move of the clock.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from contract import queues, tables
from contract.functions import FunctionSpec
from contract.tables import Table
from local.cloud.clients import Clients
from local.cloud.data import Data
from local.cloud.step_functions.service import StepFunctions
from local.cloud.where import Where
from local.functions.invoking import FunctionFailedError
from local.functions.registry import Functions

EXPIRY_EVERY = timedelta(minutes=1)
KEPT_FOR = timedelta(days=90)
"""How long Step Functions keeps an ended execution."""
KEPT_AT_MOST = 2_000
"""How many ended executions are kept, if the older ones have been over for an hour: telemetry has seen them by then."""
_SEEN_AFTER = timedelta(hours=1)
logger = logging.getLogger(__name__)


class Schedules:
    """Functions with `every_minutes`. Where time jumps, one run stands for all that were jumped over."""

    def __init__(
        self, specs: Iterable[FunctionSpec], functions: Functions, where: Where, now: Callable[[], datetime]
    ) -> None:
        self._functions, self._where, self._now = functions, where, now
        self._every = {spec.name: timedelta(minutes=spec.every_minutes) for spec in specs if spec.every_minutes}
        self._due = {name: now() + every for name, every in self._every.items()}

    def run_once(self) -> bool:
        """Run one function that is due."""
        name = next((name for name, due in self._due.items() if due <= self._now()), None)
        if name is None:
            return False
        self._due[name] = self._now() + self._every[name]
        try:
            self._functions.invoke(name, self._event(name))
        except FunctionFailedError as error:
            logger.warning("%s failed on its schedule: %s", name, error)
        return True

    def next_due(self) -> datetime | None:
        """Nobody waits for a sweep."""
        return None

    def _event(self, name: str) -> dict[str, Any]:
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": self._where.account,
            "time": self._now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self._where.region,
            "resources": [self._where.arn("events", f"rule/{self._where.physical(name)}")],
            "detail": {},
        }


class TimersDue:
    """Timers that are set for a time: what EventBridge Scheduler does. Time jumps from one to the next."""

    def __init__(self, data: Data, where: Where, now: Callable[[], datetime]) -> None:
        self._data, self._now = data, now
        self._queues = {where.queue_arn(queue.name): queue.name for queue in queues.ALL}

    def run_once(self) -> bool:
        """Send what the earliest timer that is due has to say."""
        timer = min(self._data.timers(), key=lambda timer: timer.due, default=None)
        if timer is None or timer.due > self._now():
            return False
        self._data.send(self._queues[timer.target["Arn"]], timer.target["Input"])
        self._data.take_timer(timer.name)
        return True

    def next_due(self) -> datetime | None:
        """The time of the earliest timer."""
        return min((timer.due for timer in self._data.timers()), default=None)


class Expiry:
    """Deletes items after their time to live, as DynamoDB does by itself; the deletions go through the streams."""

    def __init__(self, data: Data, clients: Clients, where: Where, now: Callable[[], datetime]) -> None:
        self._data, self._clients, self._where, self._now = data, clients, where, now
        self._due = now() + EXPIRY_EVERY

    def run_once(self) -> bool:
        """Sweep, once a minute."""
        if self._due > self._now():
            return False
        self._due = self._now() + EXPIRY_EVERY
        return sum(self._sweep(table) for table in tables.ALL if table.ttl) > 0

    def next_due(self) -> datetime | None:
        """Nobody waits for a sweep."""
        return None

    def _sweep(self, table: Table) -> int:
        expired = self._data.expired(table, self._now().timestamp())
        for key in expired:
            self._clients("dynamodb").delete_item(TableName=self._where.physical(table.name), Key=key)
        return len(expired)


class Retention:
    """Forgets ended executions; what people read of them is the read model."""

    def __init__(self, service: StepFunctions, now: Callable[[], datetime], kept_at_most: int = KEPT_AT_MOST) -> None:
        self._service, self._now, self._kept_at_most = service, now, kept_at_most
        self._due = now() + EXPIRY_EVERY

    def run_once(self) -> bool:
        """Sweep, once a minute."""
        if self._due > self._now():
            return False
        self._due = self._now() + EXPIRY_EVERY
        with self._service.lock:
            for arn in self._old():
                self._service.simulator.forget(arn)
        return False

    def next_due(self) -> datetime | None:
        """Nobody waits for a sweep."""
        return None

    def _old(self) -> list[str]:
        ended = [(found.stop, found.arn) for found in self._service.simulator.executions() if found.stop is not None]
        newest_first = sorted(ended, reverse=True)
        return [
            arn
            for place, (stop, arn) in enumerate(newest_first)
            if stop <= self._now() - (_SEEN_AFTER if place >= self._kept_at_most else KEPT_FOR)
        ]
