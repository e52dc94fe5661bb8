"""SQS queues to functions: batches, partial failures, visibility, dead-letter queues after the last try."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from contract.functions import FunctionSpec
from contract.queues import Queue
from local.cloud.clients import Clients
from local.cloud.data import Data
from local.cloud.where import Where
from local.functions.invoking import FunctionFailedError
from local.functions.registry import Functions

_HIDDEN_S = 43_200
"""moto counts visibility by the real clock: messages stay hidden, and our clock shows them again."""
_AT_MOST = 10

logger = logging.getLogger(__name__)


class Queues:
    """All event source mappings of queues."""

    def __init__(
        self,
        specs: Iterable[FunctionSpec],
        data: Data,
        clients: Clients,
        functions: Functions,
        where: Where,
        now: Callable[[], datetime],
    ) -> None:
        self._mappings = [(spec, queue) for spec in specs for queue in spec.queues]
        self._data, self._clients, self._functions, self._where, self._now = data, clients, functions, where, now
        self._hidden: list[tuple[datetime, str, str]] = []

    def run_once(self) -> bool:
        """Hand one batch over."""
        self._show_again()
        for spec, queue in self._mappings:
            if self._data.has_messages(queue.name) and (messages := self._receive(queue)):
                self._deliver(spec, queue, messages)
                return True
        return False

    def next_due(self) -> datetime | None:
        """When the next failed message may be tried again."""
        return min((due for due, _, _ in self._hidden), default=None)

    def _show_again(self) -> None:
        due = [entry for entry in self._hidden if entry[0] <= self._now()]
        self._hidden = [entry for entry in self._hidden if entry not in due]
        for _, queue, handle in due:
            self._clients("sqs").change_message_visibility(
                QueueUrl=self._url(queue), ReceiptHandle=handle, VisibilityTimeout=0
            )

    def _receive(self, queue: Queue) -> list[dict[str, Any]]:
        answer = self._clients("sqs").receive_message(
            QueueUrl=self._url(queue.name),
            MaxNumberOfMessages=min(queue.batch_size, _AT_MOST),
            VisibilityTimeout=_HIDDEN_S,
            WaitTimeSeconds=0,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _deliver(self, spec: FunctionSpec, queue: Queue, messages: list[dict[str, Any]]) -> None:
        try:
            answer = self._functions.invoke(spec.name, {"Records": [self._record(queue, m) for m in messages]}) or {}
            failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures") or ()}
        except FunctionFailedError as error:
            logger.warning("%s failed on its queue: %s", spec.name, error)
            failed = {message["MessageId"] for message in messages}
        for message in messages:
            self._settle(spec, queue, message, failed=message["MessageId"] in failed)

    def _settle(self, spec: FunctionSpec, queue: Queue, message: dict[str, Any], *, failed: bool) -> None:
        if not failed:
            self._clients("sqs").delete_message(QueueUrl=self._url(queue.name), ReceiptHandle=message["ReceiptHandle"])
            return
        logger.warning("message %s of %s will be tried again", message["MessageId"], queue.name)
        visible_again = self._now() + timedelta(seconds=visibility_s(spec))
        self._hidden.append((visible_again, queue.name, message["ReceiptHandle"]))

    def _record(self, queue: Queue, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": message.get("MessageAttributes", {}),
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._where.queue_arn(queue.name),
            "awsRegion": self._where.region,
        }

    def _url(self, queue: str) -> str:
        return f"https://sqs.{self._where.region}.amazonaws.com/{self._where.account}/{self._where.physical(queue)}"


def visibility_s(spec: FunctionSpec) -> int:
    """How long a message is hidden while a function works on it: six times its time limit, as AWS recommends."""
    return 6 * spec.timeout_s
