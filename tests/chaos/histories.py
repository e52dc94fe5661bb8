"""What must follow from the histories of executions, and what must not be there any more when all is done."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import Any

from contract import buckets, queues, tables
from functions.telemetry.fold import Fold, Folder
from functions.telemetry.projection import from_history
from functions.telemetry.source_map import SourceMap, read_source_map
from local.platform import Platform

Passed = tuple[str, str, str, str]
"""(element, state, started at, ended at)."""


def passages(platform: Platform, process: str, instance: str) -> Counter[Passed]:
    """The elements that an instance has passed, folded anew from the whole histories of its executions."""
    found: Counter[Passed] = Counter()
    simulator = platform.step_functions.simulator
    for execution in simulator.executions():
        if execution.name.startswith(f"{instance}_"):
            folder = Folder(Fold(), _source_map(platform, process))
            for event in map(from_history, simulator.history(execution.arn)):
                folder.apply(event)
            for passage in folder.findings.passages.values():
                times = moment(passage.started_at), moment(passage.ended_at)
                found[passage.element, passage.state, *times] += 1
    return found


def moment(text: str | None) -> str:
    """A time to the millisecond, as logs have it; empty if there is none."""
    return datetime.fromisoformat(text).isoformat(timespec="milliseconds") if text else ""


def _source_map(platform: Platform, process: str) -> SourceMap:
    found = platform.data.object(buckets.ARTIFACTS, f"processes/{process}/1/source_map.json")
    assert found is not None
    return read_source_map(json.loads(found[1]))


def open_rest(platform: Platform) -> list[Any]:
    """Waits, subscriptions, timers and dead letters that are still there."""
    data = platform.data
    with data.lock:
        waits = [item["sk"] for item in data.items(tables.WAITS)]
        subscriptions = [item["sk"] for item in data.items(tables.MESSAGES) if item["sk"]["S"].startswith("SUB#")]
        dead = [message.body for queue in queues.ALL for message in data.messages(queue.dead)]
        failed = [message.body for message in data.messages(queues.STREAM_FAILURES.name)]
        return [*waits, *subscriptions, *dead, *failed, *data.timers()]
