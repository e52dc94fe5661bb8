"""moto's data seen from inside: what streams, queues, expiry and the state on disk need and no call gives cheaply."""

from __future__ import annotations

import threading
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cognitoidp.models import cognitoidp_backends as pools
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.kms.models import KmsBackend, kms_backends
from moto.s3.models import S3Backend, s3_backends
from moto.scheduler.models import EventBridgeSchedulerBackend, scheduler_backends
from moto.sqs.models import SQSBackend, sqs_backends

from contract import buckets, names
from contract.buckets import Bucket
from contract.rights import CASE_LINK_KEY
from contract.tables import Table
from local.cloud import queueing
from local.cloud.marking import MarkedTimers, mark_items, mark_objects
from local.cloud.queueing import Message
from local.cloud.where import Where
from local.state.rows import Marks

Image = dict[str, Any]
"""An item in DynamoDB's JSON."""


@dataclass(frozen=True)
class TimerSet:
    """A schedule that sends once. `target` as EventBridge Scheduler has it."""

    name: str
    due: datetime
    target: Mapping[str, Any]


def _timer(schedule: Any) -> TimerSet:
    due = schedule.schedule_expression.removeprefix("at(").removesuffix(")")
    return TimerSet(schedule.name, datetime.fromisoformat(due).replace(tzinfo=UTC), schedule.target)


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
        self._where, self._marks = where, Marks()
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
            found = queueing.receive(self._queue(queue), most, hidden)
            for message in found:
                self._marks.note(f"queue/{queue}", message.id)
            return found

    def remove(self, queue: str, message: Message) -> None:
        """Take a message out of its queue."""
        with self.lock:
            queueing.remove(self._queue(queue), message)
            self._marks.note(f"queue/{queue}", message.id)

    def send(self, queue: str, body: str) -> None:
        """Put a message into a queue."""
        with self.lock:
            self._marks.note(f"queue/{queue}", queueing.send(self._queue(queue), body).id)

    def timers(self) -> list[TimerSet]:
        """All timers that are set."""
        with self.lock:
            return [_timer(schedule) for schedule in self._group.schedules.values()]

    def timer(self, name: str) -> TimerSet | None:
        """A timer, if it is set."""
        with self.lock:
            schedule = self._group.schedules.get(name)
            return _timer(schedule) if schedule else None

    def take_timer(self, name: str) -> None:
        """Take away a timer that has sent."""
        with self.lock:
            self._group.schedules.pop(name, None)

    # What is kept over a restart

    def mark(self, marks: Marks) -> None:
        """Note in `marks` from now on what changes: `(kind, key)` as `local/state/cloud.py` writes rows."""
        self._marks = marks
        mark_items(self.dynamodb, lambda table, key: marks.note(f"table/{self._where.logical(table)}", key))
        buckets_by_name = {self._where.bucket(bucket.name): bucket.name for bucket in buckets.ALL}
        mark_objects(self.s3, lambda bucket, name: marks.note(f"bucket/{buckets_by_name[bucket]}", name))
        queueing.install(self.sqs, lambda queue, id_: marks.note(f"queue/{self._where.logical(queue)}", id_))
        self._group.schedules = MarkedTimers(lambda name: marks.note("timer", name))

    def item(self, table: Table, partition: str, sort: str) -> Image | None:
        """One item."""
        found = self._table(table).items.get(DynamoType({"S": partition}), {}).get(DynamoType({"S": sort}))
        return found.to_json()["Attributes"] if found else None

    def load_items(self, table: Table, items: Iterable[Image]) -> None:
        """Put items in as they were; the stream stays silent."""
        stored = self._table(table)
        for item in items:
            stored.put_item(item)
        if stored.stream_shard is not None:
            stored.stream_shard.items = []

    def objects(self, bucket: Bucket) -> list[str]:
        """The names of all objects."""
        return list(self._keys(bucket))

    def object(self, bucket: Bucket, name: str) -> tuple[dict[str, str], bytes] | None:
        """Metadata and body of an object."""
        key = self._keys(bucket).get(name)
        return (dict(key.metadata), key.value) if key else None

    def load_object(self, bucket: Bucket, name: str, metadata: Mapping[str, str], body: bytes) -> None:
        """Put an object in as it was; nobody is notified."""
        key = self.s3.put_object(self._where.bucket(bucket.name), name, body, disable_notification=True)
        key.set_metadata(dict(metadata), replace=True)

    def messages(self, queue: str) -> list[Message]:
        """All messages of a queue, hidden ones too."""
        return queueing.messages(self._queue(queue))

    def load_messages(self, queue: str, messages: Iterable[Mapping[str, Any]]) -> None:
        """Put messages in, all visible."""
        for message in messages:
            queueing.send(self._queue(queue), message["body"], message["id"], message["receives"])

    def load_timer(self, timer: TimerSet) -> None:
        """Set a timer as it was."""
        group = names.timers(self._where.tenant)
        off: Any = {"Mode": "OFF"}
        at, target = f"at({timer.due.replace(tzinfo=None).isoformat()})", dict(timer.target)
        self._scheduler.create_schedule(
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
    def _scheduler(self) -> EventBridgeSchedulerBackend:
        return scheduler_backends[self._where.account][self._where.region]

    @property
    def _group(self) -> Any:
        return self._scheduler.schedule_groups[names.timers(self._where.tenant)]

    def _keys(self, bucket: Bucket) -> Any:
        return self.s3.buckets[self._where.bucket(bucket.name)].keys

    def _table(self, table: Table) -> Any:
        return self.dynamodb.tables[self._where.physical(table.name)]

    def _queue(self, queue: str) -> Any:
        return self.sqs.queues[self._where.physical(queue)]
