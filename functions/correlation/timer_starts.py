"""Timers that start processes: the item is the truth, its schedule follows, and what is due starts once.

publishing puts the item  ->  the stream sets its schedule  ->  the schedule sends to the queue  ->  one transaction
starts the instance and moves the item to its next time  ->  the stream sets the next schedule
"""

import hashlib
from datetime import datetime
from typing import Any

from contract import queues, tables
from functions.runtime import registry, starting
from functions.runtime.batches import QueueRecord, StreamRecord
from functions.runtime.ports import Ports
from functions.runtime.records import Condition, ConditionFailedError, Item, Update
from functions.runtime.unit import Unit
from state_machines.timetable import Turn, timetable


def on_change(ports: Ports, record: StreamRecord) -> None:
    """A timer was registered, moved or taken back: its schedule follows. What is due already starts at once."""
    old, new = record.old or {}, record.new or {}
    if old.get("due") and old["due"] != new.get("due"):
        ports.timers.remove(_name(old))
    item = ports.store.get(tables.MESSAGES, new["pk"], new["sk"]) if new.get("due") else None
    if item is None or item.get("due") != new["due"]:
        return  # it has moved on; a later record tells
    due = datetime.fromisoformat(item["due"])
    if due <= ports.clock.now():
        _start(ports, item)
    else:
        body = {name: item[name] for name in ("pk", "sk", "due")}
        ports.timers.set(_name(item), due, queues.TIMER_STARTS, body)


def on_due(ports: Ports, record: QueueRecord) -> None:
    """The queue timer-starts. What was sent twice, or for a time that is no longer the timer's, starts nothing."""
    item = ports.store.get(tables.MESSAGES, record.body["pk"], record.body["sk"])
    if item is not None and item.get("due") == record.body["due"]:
        _start(ports, item)


def _start(ports: Ports, item: Item) -> None:
    process = registry.process(ports, item["processId"], int(item["version"]))
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant)
    instance = starting.request(ports, unit, process, variables={}, start=item["start"])
    unit.add(_move(ports, item))
    try:
        unit.commit()
    except ConditionFailedError:
        return  # started already, or published anew meanwhile: then the new item's own times count
    starting.launch(ports, instance)


def _move(ports: Ports, item: Item) -> Update:
    """To the next time; without one, the item only tells that the timer is over."""
    times = timetable(item["timer"], item["text"], datetime.fromisoformat(item["since"]))
    if isinstance(times, str):
        raise ValueError(times)  # publishing has read it
    turn = times.following(Turn(int(item["turn"]), datetime.fromisoformat(item["due"])), ports.clock.now())
    same = Condition(equals={"due": item["due"]})
    if turn is None:
        return Update(tables.MESSAGES, item["pk"], item["sk"], remove=("due",), when=same)
    moved: dict[str, Any] = {"due": turn.due.isoformat(), "turn": turn.number}
    return Update(tables.MESSAGES, item["pk"], item["sk"], set=moved, when=same)


def _name(item: Item) -> str:
    return hashlib.sha256(f"{item['pk']}#{item['sk']}#{item['due']}".encode()).hexdigest()
