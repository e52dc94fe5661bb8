"""What starts a process by itself: registered in the transaction that publishes a version, in place of what started the
version before. Each is one item of the messages table (docs/records.md); timers.py says what timers' items hold.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from contract import tables
from functions.correlation.keys import (
    CONDITION_STARTS,
    condition_start_key,
    signal_starts_partition,
    starts_partition,
)
from functions.deployments.timers import sources, timer_writes
from functions.runtime.records import Delete, Item, Put, Write
from state_machines.compilation import CompiledProcess, Trigger

Key = tuple[str, str]
"""Partition and sort key."""


def trigger_attributes(process: CompiledProcess) -> dict[str, Any]:
    """What the registry keeps of the triggers of a version, so that the next one can take them back."""
    return {
        "messageStarts": [t.message for t in process.triggers if t.kind == "message"],
        "signalStarts": [t.message for t in process.triggers if t.kind == "signal"],
        "conditionStarts": [t.key for t in process.triggers if t.kind == "conditional"],
        "timerStarts": sources(process),
    }


def trigger_writes(process: CompiledProcess, version: int, current: Mapping[str, Any], now: datetime) -> list[Write]:
    """Registers what starts this version, and takes back what started the one before; `current`: its registry item."""
    items = dict(item for trigger in process.triggers if (item := _item(process.id, trigger)) is not None)
    gone = _keys(process.id, current) - items.keys()
    return [
        *(Put(tables.MESSAGES, {**item, "pk": pk, "sk": sk, "version": version}) for (pk, sk), item in items.items()),
        *(Delete(tables.MESSAGES, pk, sk) for pk, sk in sorted(gone)),
        *timer_writes(process, version, current.get("timerStarts", {}), now),
    ]


def trigger_count(current: Mapping[str, Any]) -> int:
    """How many triggers a registry item tells of."""
    kinds = ("messageStarts", "signalStarts", "conditionStarts", "timerStarts")
    return sum(len(current.get(kind, ())) for kind in kinds)


def _item(process_id: str, trigger: Trigger) -> tuple[Key, Item] | None:
    """Of a message, signal or condition: its key, where its instances begin, whether others start them together with
    it, and of a message whether one at a time is active of a correlation key."""
    begin: Item = {"start": trigger.key, "together": trigger.together}
    match trigger.kind:
        case "message":
            return (starts_partition(trigger.message), process_id), {**begin, "single": trigger.single}
        case "signal":
            return (signal_starts_partition(trigger.message), process_id), begin
        case "conditional" if trigger.condition is not None:
            told = {"language": trigger.condition.language, "condition": trigger.condition.text}
            key = CONDITION_STARTS, condition_start_key(process_id, trigger.key)
            return key, {**begin, **told, "processId": process_id, "wokenBy": list(trigger.woken_by)}
        case _:
            return None


def _keys(process_id: str, current: Mapping[str, Any]) -> set[Key]:
    def found() -> Iterator[Key]:
        for name in current.get("messageStarts", ()):
            yield starts_partition(name), process_id
        for name in current.get("signalStarts", ()):
            yield signal_starts_partition(name), process_id
        for key in current.get("conditionStarts", ()):
            yield CONDITION_STARTS, condition_start_key(process_id, key)

    return set(found())
