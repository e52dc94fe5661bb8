"""moto's data seen from inside: what streams, queues, expiry and snapshots need and no API call gives cheaply."""

from __future__ import annotations

import threading
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cognitoidp.models import cognitoidp_backends as pools
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.kms.models import KmsBackend, kms_backends
from moto.s3.models import S3Backend, s3_backends
from moto.scheduler.models import scheduler_backends
from moto.sqs.models import SQSBackend, sqs_backends

from contract import names
from contract.buckets import Bucket
from contract.rights import CASE_LINK_KEY
from contract.tables import Table
from local.cloud import queueing
from local.cloud.queueing import Message
from local.cloud.where import Where

Image = dict[str, Any]
"""An item in DynamoDB's JSON."""


@dataclass(frozen=True)
class TimerSet:
    """A schedule that sends once. `target` as EventBridge Scheduler has it."""

    name: str
    due: datetime
    target: Mapping[str, Any]


def _at(expression: str) -> datetime:
    return datetime.fromisoformat(expression.removeprefix("at(").removesuffix(")")).replace(tzinfo=UTC)


def forget_buckets(account: str) -> None:
    """Drop an account's buckets. moto's own reset closes the objects of all accounts."""
    backend = s3_backends[account]["aws"]
    for bucket in backend.buckets.values():
        for key in bucket.keys.values():
            key.dispose()
        s3_backends.bucket_accounts.pop(bucket.name, None)
    backend.buckets.clear()


class Data:
    """Reads and writes the backends directly, under the gateway's lock."""

    def __init__(self, where: Where, lock: threading.RLock) -> None:
        self._where = where
        self.lock: Any = lock

    @property
    def dynamodb(self) -> DynamoDBBackend:
        """The tables."""
        return dynamodb_backends[self._where.account][self._where.region]

    @property
    def sqs(self) -> SQSBackend:
        """The queues."""
        return sqs_backends[self._where.account][self._where.region]

    @property
    def s3(self) -> S3Backend:
        """The buckets."""
        return s3_backends[self._where.account]["aws"]

    @property
    def kms(self) -> KmsBackend:
        """The keys."""
        return kms_backends[self._where.account][self._where.region]

    def forget(self) -> None:
        """Drop everything of this account: another platform in the same process must not find it."""
        with self.lock:
            for backends in (dynamodb_backends, sqs_backends, kms_backends, pools, scheduler_backends):
                backends[self._where.account].reset()
            forget_buckets(self._where.account)

    def take_changes(self, table: Table) -> list[dict[str, Any]]:
        """The stream's records since the last time, which are then gone."""
        with self.lock:
            shard = self._table(table).stream_shard
            if shard is None or not shard.items:
                return []
            taken, shard.items = shard.items, []
        return [record.record for record in taken]

    def items(self, table: Table) -> Iterator[Image]:
        """All items of a table; only under the lock."""
        for item in self._table(table).all_items():
            yield item.to_json()["Attributes"]

    def expired(self, table: Table, epoch_s: float) -> list[Image]:
        """The keys of items whose time to live is over."""
        with self.lock:
            return [
                {"pk": item.attrs["pk"].to_json(), "sk": item.attrs["sk"].to_json()}
                for item in self._table(table).all_items()
                if table.ttl in item.attrs and float(item.attrs[table.ttl].value) <= epoch_s
            ]

    def receive(self, queue: str, most: int, hidden: Container[str]) -> list[Message]:
        """The first messages of a queue but the hidden ones (ids); they stay there, one receive older."""
        with self.lock:
            return queueing.receive(self._queue(queue), most, hidden)

    def remove(self, queue: str, message: Message) -> None:
        """Take a message out of its queue."""
        with self.lock:
            queueing.remove(self._queue(queue), message)

    def send(self, queue: str, body: str) -> None:
        """Put a message into a queue."""
        with self.lock:
            queueing.send(self._queue(queue), body)

    def timers(self) -> list[TimerSet]:
        """All timers that are set."""
        with self.lock:
            return [TimerSet(s.name, _at(s.schedule_expression), s.target) for s in list(self._timers.values())]

    def take_timer(self, name: str) -> None:
        """Take away a timer that has sent."""
        with self.lock:
            self._timers.pop(name, None)

    # For snapshots

    def load_items(self, table: Table, items: Iterable[Image]) -> None:
        """Put items in as they were; the stream stays silent."""
        stored = self._table(table)
        for item in items:
            stored.put_item(item)
        if stored.stream_shard is not None:
            stored.stream_shard.items = []

    def objects(self, bucket: Bucket) -> Iterator[dict[str, Any]]:
        """Name, body and metadata of all objects."""
        for key in self.s3.buckets[self._where.bucket(bucket.name)].keys.values():
            yield {"name": key.name, "body": key.value, "metadata": dict(key.metadata)}

    def load_object(self, bucket: Bucket, item: Mapping[str, Any]) -> None:
        """Put an object in as it was; nobody is notified."""
        key = self.s3.put_object(self._where.bucket(bucket.name), item["name"], item["body"], disable_notification=True)
        key.set_metadata(dict(item["metadata"]), replace=True)

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """All messages of a queue, hidden ones too."""
        return [{"id": m.id, "body": m.body, "receives": m.receives} for m in queueing.messages(self._queue(queue))]

    def load_messages(self, queue: str, messages: Iterable[Mapping[str, Any]]) -> None:
        """Exactly these messages, all visible."""
        stored = self._queue(queue)
        stored._messages.clear()
        for message in messages:
            queueing.send(stored, message["body"], message["id"], message["receives"])

    def load_timer(self, timer: TimerSet) -> None:
        """Set a timer as it was."""
        group = names.timers(self._where.tenant)
        backend = scheduler_backends[self._where.account][self._where.region]
        off: Any = {"Mode": "OFF"}
        at, target = f"at({timer.due.replace(tzinfo=None).isoformat()})", dict(timer.target)
        backend.create_schedule(
            "", "", off, group, "", timer.name, at, "UTC", "", "ENABLED", target, action_after_completion="DELETE"
        )

    def key_material(self) -> bytes:
        """The secret of the case-link key."""
        return bytes(self._key().key_material)

    def set_key_material(self, secret: bytes) -> None:
        """Make the case-link key sign as it did."""
        self._key().key_material = secret

    def _key(self) -> Any:
        return self.kms.keys[self.kms.any_id_to_key_id(f"alias/{self._where.physical(CASE_LINK_KEY)}")]

    @property
    def _timers(self) -> dict[str, Any]:
        backend = scheduler_backends[self._where.account][self._where.region]
        return backend.schedule_groups[names.timers(self._where.tenant)].schedules

    def _table(self, table: Table) -> Any:
        return self.dynamodb.tables[self._where.physical(table.name)]

    def _queue(self, queue: str) -> Any:
        return self.sqs.queues[self._where.physical(queue)]
