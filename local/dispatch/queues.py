"""SQS queues to functions: batches, partial failures, visibility, dead-letter queues after the last try."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from contract.functions import FunctionSpec
from contract.queues import Queue
from local.cloud.data import Data
from local.cloud.queueing import Message
from local.cloud.where import Where
from local.functions.invoking import FunctionFailedError
from local.functions.registry import Invokes

logger = logging.getLogger(__name__)


class Queues:
    """All event source mappings of queues. A message stays in its queue until it is handled."""

    def __init__(
        self,
        specs: Iterable[FunctionSpec],
        data: Data,
        functions: Invokes,
        where: Where,
        now: Callable[[], datetime],
    ) -> None:
        self._mappings = [(spec, queue) for spec in specs for queue in spec.queues]
        self._data, self._functions, self._where, self._now = data, functions, where, now
        self._hidden: dict[str, datetime] = {}
        """When messages that failed (by their ids) may be tried again."""

    def run_once(self) -> bool:
        """Hand one batch over. Who has been served comes last: a long job does not keep other queues waiting."""
        self._hidden = {id_: due for id_, due in self._hidden.items() if due > self._now()}
        for at, (spec, queue) in enumerate(self._mappings):
            if messages := self._receive(queue):
                self._mappings = [*self._mappings[:at], *self._mappings[at + 1 :], (spec, queue)]
                self._deliver(spec, queue, messages)
                return True
        return False

    def next_due(self) -> datetime | None:
        """When the next failed message may be tried again."""
        return min(self._hidden.values(), default=None)

    def _receive(self, queue: Queue) -> list[Message]:
        """The next batch; what has been tried too often goes to the dead ones."""
        found = self._data.receive(queue.name, queue.batch_size, self._hidden)
        for message in found:
            if message.receives > queue.max_receives:
                self._data.send(queue.dead, message.body)
                self._data.remove(queue.name, message)
        return [message for message in found if message.receives <= queue.max_receives]

    def _deliver(self, spec: FunctionSpec, queue: Queue, messages: list[Message]) -> None:
        try:
            answer = self._functions.invoke(spec.name, {"Records": [self._record(queue, m) for m in messages]}) or {}
            failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures") or ()}
        except FunctionFailedError as error:
            logger.warning("%s failed on its queue: %s", spec.name, error)
            failed = {message.id for message in messages}
        for message in messages:
            if message.id in failed:
                logger.warning("message %s of %s will be tried again", message.id, queue.name)
                self._hidden[message.id] = self._now() + timedelta(seconds=visibility_s(spec))
            else:
                self._data.remove(queue.name, message)

    def _record(self, queue: Queue, message: Message) -> dict[str, Any]:
        return {
            "messageId": message.id,
            "receiptHandle": message.id,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.receives),
                "SentTimestamp": str(message.sent_ms),
                "SenderId": self._where.account,
                "ApproximateFirstReceiveTimestamp": str(message.sent_ms),
            },
            "messageAttributes": {},
            "md5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
            "eventSource": "aws:sqs",
            "eventSourceARN": self._where.queue_arn(queue.name),
            "awsRegion": self._where.region,
        }


def visibility_s(spec: FunctionSpec) -> int:
    """How long a message is hidden while a function works on it: six times its time limit, as AWS recommends."""
    return 6 * spec.timeout_s
