"""The ports in memory, under the same rules as the adapters. `World.kill_at` stops the world at one of its steps."""

import hashlib
import hmac
import itertools
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, BinaryIO, TypeVar

from contract.buckets import Bucket
from contract.functions import FunctionSpec
from contract.queues import Queue
from contract.tables import Index, Table
from functions.runtime.aws import cursors
from functions.runtime.aws.values import from_attributes, to_attributes
from functions.runtime.ports import (
    Connection,
    Ports,
    PresignedRequest,
    PublishedEvent,
    Settings,
    WebAnswer,
)
from functions.runtime.records import Check, Condition, ConditionFailedError, Delete, Item, Put, Rows, Update, Write
from tests.functions.fake_machines import FakeMachines
from tests.functions.steps import Steps

KEY = Index("", "pk", "sk")
T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """One change of an item, as a stream tells it."""

    table: Table
    old: Item | None
    new: Item | None


class FakeStore:
    """`Store` in a dictionary of attribute values, so that numbers come back as DynamoDB gives them."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.tables: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
        self.changes: list[Change] = []

    def items(self, table: Table) -> list[Item]:
        """All items, by key."""
        return [from_attributes(item) for _, item in sorted(self._rows(table).items())]

    def get(self, table: Table, pk: str, sk: str = "-") -> Item | None:
        return self.steps.around(f"get {table.name}", lambda: self._get(table, pk, sk))

    def get_many(self, table: Table, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        def act() -> dict[tuple[str, str], Item]:
            found = {(pk, sk): self._get(table, pk, sk) for pk, sk in keys}
            return {key: item for key, item in found.items() if item is not None}

        return self.steps.around(f"get many {table.name}", act)

    def query(
        self,
        table: Table,
        pk: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        index: str = "",
        limit: int = 0,
        cursor: str = "",
        after: Item | None = None,
        newest_first: bool = False,
        attributes: tuple[str, ...] = (),
    ) -> Rows:
        keys = table.index(index) if index else KEY
        names = frozenset({"pk", "sk", keys.partition, keys.sort})
        start = cursors.decode(cursor, names, (keys.partition, pk)) if cursor else after

        def order(item: Mapping[str, Any]) -> tuple[str, str, str]:
            return item[keys.sort], item["pk"], item["sk"]

        rows = [i for i in self.items(table) if i.get(keys.partition) == pk and isinstance(i.get(keys.sort), str)]
        rows = [i for i in rows if i[keys.sort].startswith(prefix)]
        rows = [i for i in rows if between is None or between[0] <= i[keys.sort] <= between[1]]
        rows.sort(key=order, reverse=newest_first)
        if start is not None:
            rows = [i for i in rows if (order(i) < order(start) if newest_first else order(i) > order(start))]
        page = rows[:limit] if limit else rows
        if attributes:
            page = [{name: item[name] for name in {*names, *attributes} if name in item} for item in page]
        more = {name: page[-1][name] for name in names} if limit and len(rows) > limit else None
        return self.steps.around(f"query {table.name}", lambda: Rows(tuple(page), cursors.encode(more) if more else ""))

    def scan(self, table: Table, *, part: int = 0, of: int = 1) -> Iterator[Item]:
        rows = [item for item in self.items(table) if zlib.crc32(item["pk"].encode()) % of == part]
        yield from self.steps.around(f"scan {table.name}", lambda: rows)

    def write(self, *writes: Write) -> None:
        names = "+".join(f"{type(w).__name__} {w.table.name}" for w in writes)
        self.steps.around(f"write {names}", lambda: self._write(writes))

    def _write(self, writes: Sequence[Write]) -> None:
        keys = [(w.table.name, *_key(w)) for w in writes]
        if len(keys) > 100 or len(set(keys)) < len(keys):
            raise ValueError("a transaction has at most 100 writes, each to another item")
        olds = [self._get(w.table, *_key(w)) for w in writes]
        if failed := tuple(i for i, w in enumerate(writes) if not _holds(w.when, olds[i])):
            raise ConditionFailedError(failed)
        news = [_after(w, old) for w, old in zip(writes, olds, strict=True)]
        for write, new in zip(writes, news, strict=True):
            _check_keys(write.table, new)
        for write, old, new in zip(writes, olds, news, strict=True):
            self._apply(write, old, new)

    def _apply(self, write: Write, old: Item | None, new: Item | None) -> None:
        rows, key = self._rows(write.table), _key(write)
        rows.pop(key, None)
        if new is not None:
            rows[key] = to_attributes(new)
        stored = self._get(write.table, *key)
        if old != stored:
            self.changes.append(Change(write.table, old, stored))

    def _rows(self, table: Table) -> dict[tuple[str, str], dict[str, Any]]:
        return self.tables.setdefault(table.name, {})

    def _get(self, table: Table, pk: str, sk: str) -> Item | None:
        stored = self._rows(table).get((pk, sk))
        return from_attributes(stored) if stored is not None else None


def _key(write: Write) -> tuple[str, str]:
    return (write.item["pk"], write.item["sk"]) if isinstance(write, Put) else (write.pk, write.sk)


def _holds(when: Condition, old: Item | None) -> bool:
    known = old or {}
    return (
        not (when.absent and old is not None)
        and not (when.present and old is None)
        and all(name in known and known[name] == value for name, value in when.equals.items())
        and not any(name in known for name in when.missing)
        and all(known.get(name, number - 1) < number for name, number in when.below.items())
    )


def _after(write: Write, old: Item | None) -> Item | None:
    match write:
        case Put():
            return dict(write.item)
        case Update():
            item = {**(old or {"pk": write.pk, "sk": write.sk}), **write.set}
            for name, number in write.add.items():
                item[name] = item.get(name, 0) + number
            return {name: value for name, value in item.items() if name not in write.remove}
        case Delete():
            return None
        case Check():
            return old


def _check_keys(table: Table, item: Item | None) -> None:
    for index in (KEY, *table.indexes):
        for name in (index.partition, index.sort):
            if item is not None and name in item and not (isinstance(item[name], str) and item[name]):
                raise ValueError(f"{table.name}.{name} is a key: text, and not empty")
    if item is not None and len(repr(to_attributes(item))) > 600_000:
        raise ValueError("an item has at most 400 KB")


class FakeObjects:
    """`Objects` in a dictionary."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.stored: dict[tuple[str, str], bytes] = {}

    def get(self, bucket: Bucket, key: str) -> bytes | None:
        return self.steps.around(f"get object {bucket.name}", lambda: self.stored.get((bucket.name, key)))

    def open(self, bucket: Bucket, key: str) -> BinaryIO:
        return BytesIO(self.get(bucket, key) or b"")

    def put(self, bucket: Bucket, key: str, body: bytes | BinaryIO, content_type: str, *, caching: str = "") -> None:
        def act() -> None:
            self.stored[bucket.name, key] = body if isinstance(body, bytes) else body.read()

        self.steps.around(f"put object {bucket.name}", act)

    def delete(self, bucket: Bucket, key: str) -> None:
        self.steps.around(f"delete object {bucket.name}", lambda: self.stored.pop((bucket.name, key), None))

    def presign_get(self, bucket: Bucket, key: str, *, filename: str, content_type: str, expires: timedelta) -> str:
        return f"https://{bucket.name}.test/{key}?name={filename}&type={content_type}&expires={expires}"

    def presign_put(self, bucket: Bucket, key: str, *, content_type: str, expires: timedelta) -> PresignedRequest:
        return PresignedRequest("PUT", f"https://{bucket.name}.test/{key}", {"Content-Type": content_type})


class FakeSigner:
    """`Signer` with a fixed key."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps

    def sign(self, message: bytes) -> bytes:
        return self.steps.around("sign", lambda: hmac.digest(b"key", message, hashlib.sha256))

    def verify(self, message: bytes, mac: bytes) -> bool:
        return hmac.compare_digest(hmac.digest(b"key", message, hashlib.sha256), mac)


@dataclass
class FakeTimers:
    """`Timers` that keep what was set: when, and what is sent."""

    steps: Steps
    by_name: dict[str, tuple[datetime, Mapping[str, Any]]] = field(default_factory=dict)

    def set(self, name: str, due: datetime, queue: Queue, body: Mapping[str, Any]) -> None:
        self.steps.around("set timer", lambda: self.by_name.setdefault(name, (due, body)))

    def remove(self, name: str) -> None:
        self.steps.around("remove timer", lambda: self.by_name.pop(name, None))


@dataclass
class FakeWeb:
    """`Web` that answers from a list and remembers what was sent."""

    steps: Steps
    answers: list[WebAnswer | Exception] = field(default_factory=list)
    sent: list[tuple[str, str, Mapping[str, str], bytes | None]] = field(default_factory=list)

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: timedelta
    ) -> WebAnswer:
        answer = self.steps.around("send", lambda: self._send((method, url, headers, body)))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _send(self, request: tuple[str, str, Mapping[str, str], bytes | None]) -> WebAnswer | Exception:
        self.sent.append(request)
        return self.answers.pop(0)


@dataclass
class FakeBus:
    """`Bus` that keeps what it takes, and refuses the ids it is told to."""

    steps: Steps
    taken: list[PublishedEvent] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)

    def publish(self, events: Sequence[PublishedEvent]) -> tuple[str, ...]:
        self.steps.around("publish", lambda: self.taken.extend(e for e in events if e.id not in self.refuse))
        return tuple(event.id for event in events if event.id in self.refuse)


@dataclass
class FakeClock:
    """`Clock` that stands until it is moved."""

    at: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, **duration: float) -> None:
        self.at += timedelta(**duration)


class FakeIds:
    """`Ids` that count."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = itertools.count(1)

    def new(self) -> str:
        return f"{next(self._numbers):026}"


class World:
    """Everything that functions share, as it survives from one invocation to the next."""

    def __init__(self) -> None:
        self.steps = Steps()
        self.clock = FakeClock()
        self.ids = FakeIds()
        self.store = FakeStore(self.steps)
        self.objects = FakeObjects(self.steps)
        self.machines = FakeMachines(self.clock, self.steps)
        self.timers = FakeTimers(self.steps)
        self.signer = FakeSigner(self.steps)
        self.web = FakeWeb(self.steps)
        self.bus = FakeBus(self.steps)
        self.connections: tuple[Connection, ...] = ()
        self.languages: tuple[str, ...] = ("en", "pl")
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        """What happens in a pause: nothing, unless a test says so."""
        self.pauses.append(seconds)

    def ports(self, spec: FunctionSpec) -> Ports:
        """The ports of one function."""
        settings = Settings("demo", spec.name, "https://demo.test", self.connections, self.languages)
        return Ports(
            self.store, self.objects, self.machines, self.timers, self.signer, self.web, self.bus, self.clock, self.ids,
            settings, self.pause,
        )  # fmt: skip
