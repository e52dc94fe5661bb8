"""What moto holds of the tenant, as rows: items, objects, messages, timers, the case-link key; no class of moto's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from contract import buckets, queues, tables
from local.cloud.data import Data, TimerSet
from local.cloud.marking import item_key, parts_of
from local.cloud.queueing import Message
from local.state.rows import Kept, Marks, Row

QUEUES = (*(name for queue in queues.ALL for name in (queue.name, queue.dead)), queues.STREAM_FAILURES.name)
_TABLES = {table.name: table for table in tables.ALL}
_BUCKETS = {bucket.name: bucket for bucket in buckets.ALL}


class CloudState:
    """The embedded cloud but for Step Functions. A `Source`, under the gateway's lock."""

    def __init__(self, data: Data) -> None:
        self._data, self._marks = data, Marks()
        data.mark(self._marks)

    def changes(self) -> Iterator[Row]:
        """See `Source`."""
        marked = self._marks.take()
        if marked is None:
            yield Row("key", "case-link", self._data.key_material())
            marked = set(self._all())
        messages: dict[str, dict[str, Message]] = {}
        for kind, key in sorted(marked):
            group, _, name = kind.partition("/")
            if group == "table":
                yield Row(kind, key, _text(self._data.item(_TABLES[name], *parts_of(key))))
            elif group == "bucket":
                yield from self._object(kind, name, key)
            elif group == "queue":
                if name not in messages:
                    messages[name] = {message.id: message for message in self._data.messages(name)}
                yield Row(kind, key, _message(messages[name].get(key)))
            else:
                yield Row(kind, key, _timer(self._data.timer(key)))

    def _all(self) -> Iterator[tuple[str, str]]:
        for table in tables.ALL:
            for item in self._data.items(table):
                yield f"table/{table.name}", item_key(item["pk"]["S"], item["sk"]["S"])
        for bucket in buckets.ALL:
            yield from ((f"bucket/{bucket.name}", name) for name in self._data.objects(bucket))
        for queue in QUEUES:
            yield from ((f"queue/{queue}", message.id) for message in self._data.messages(queue))
        yield from (("timer", timer.name) for timer in self._data.timers())

    def _object(self, kind: str, bucket: str, name: str) -> Iterator[Row]:
        found = self._data.object(_BUCKETS[bucket], name)
        yield Row(kind, name, None if found is None else _text(found[0]))
        if found is not None:
            yield Row(kind, name, found[1], part=1)

    def restore(self, kept: Kept) -> None:
        """Fill the empty tables, buckets and queues. No stream or notification tells of it."""
        for name, table in _TABLES.items():
            found = kept.get(f"table/{name}", {})
            self._data.load_items(table, [json.loads(parts[0]) for parts in found.values()])
        for name, bucket in _BUCKETS.items():
            for key, parts in kept.get(f"bucket/{name}", {}).items():
                self._data.load_object(bucket, key, json.loads(parts[0]), bytes(parts[1]))  # type: ignore[arg-type]
        for queue in QUEUES:
            found = kept.get(f"queue/{queue}", {})
            messages = [{"id": key, **json.loads(parts[0])} for key, parts in found.items()]
            self._data.load_messages(queue, sorted(messages, key=lambda message: message["place"]))
        for name, parts in kept.get("timer", {}).items():
            timer = json.loads(parts[0])
            self._data.load_timer(TimerSet(name, datetime.fromisoformat(timer["due"]), timer["target"]))
        self._data.set_key_material(kept["key"]["case-link"][0])  # type: ignore[arg-type]
        self._marks.begin()


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _message(message: Message | None) -> str | None:
    return (
        None if message is None else _text({"body": message.body, "receives": message.receives, "place": message.place})
    )


def _timer(timer: TimerSet | None) -> str | None:
    return None if timer is None else _text({"due": timer.due.isoformat(), "target": timer.target})
