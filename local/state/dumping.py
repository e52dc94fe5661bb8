"""Tables, objects, queues, timers and keys as JSON and back, by the names of the contract: no class of moto's."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contract import buckets, queues, tables
from contract.buckets import Bucket
from local.cloud.data import Data, TimerSet

QUEUES = (*(name for queue in queues.ALL for name in (queue.name, queue.dead)), queues.STREAM_FAILURES.name)


def dump_data(data: Data) -> dict[str, Any]:
    """Everything that moto holds of the tenant."""
    with data.lock:
        return {
            "tables": {table.name: list(data.items(table)) for table in tables.ALL},
            "buckets": {bucket.name: _objects(data, bucket) for bucket in buckets.ALL},
            "queues": {name: data.messages(name) for name in QUEUES},
            "timers": [{"name": t.name, "due": t.due.isoformat(), "target": t.target} for t in data.timers()],
            "key": base64.b64encode(data.key_material()).decode(),
        }


def restore_data(data: Data, dump: Mapping[str, Any]) -> None:
    """Fill the empty tables, buckets and queues. No stream or notification tells of it."""
    with data.lock:
        for table in tables.ALL:
            data.load_items(table, dump["tables"].get(table.name, ()))
        for bucket in buckets.ALL:
            for item in dump["buckets"].get(bucket.name, ()):
                data.load_object(bucket, {**item, "body": base64.b64decode(item["body"])})
        for name in QUEUES:
            data.load_messages(name, dump["queues"].get(name, ()))
        for timer in dump.get("timers", ()):
            data.load_timer(TimerSet(timer["name"], datetime.fromisoformat(timer["due"]), timer["target"]))
        data.set_key_material(base64.b64decode(dump["key"]))


def _objects(data: Data, bucket: Bucket) -> list[dict[str, Any]]:
    return [{**item, "body": base64.b64encode(item["body"]).decode()} for item in data.objects(bucket)]
