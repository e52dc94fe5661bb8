"""Timers that start a process: what their text says at the moment of publishing, and the items that publishing puts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contract import tables
from functions.correlation.keys import timer_starts_partition
from functions.runtime.records import PRESENT, Delete, Put, Update, Write
from state_machines.bpmn.model import Expression, Timer, Value
from state_machines.compilation import CompiledProcess, Trigger
from state_machines.expressions import parsed
from state_machines.feel import evaluate, to_json
from state_machines.timetable import Timetable, timetable


@dataclass(frozen=True)
class TimerStart:
    """A start timer as it stands at a moment. `times` may be words for what is wrong with it."""

    trigger: Trigger
    timer: Timer
    text: str
    times: Timetable | str


def timer_starts(process: CompiledProcess, now: datetime) -> Iterator[TimerStart]:
    """The timers that start a process."""
    for trigger in process.triggers:
        if trigger.timer is not None:
            text = _text(trigger.timer.value, now)
            yield TimerStart(trigger, trigger.timer, text, timetable(trigger.timer.type, text, now))


def sources(process: CompiledProcess) -> dict[str, str]:
    """What the registry keeps of the timers of a version, by trigger."""
    return {t.key: _source(t.timer) for t in process.triggers if t.timer is not None}


def timer_writes(process: CompiledProcess, version: int, before: Mapping[str, str], now: datetime) -> Iterator[Write]:
    """Registers the timers of a version, and takes back those of the version before (its `sources`).

    A timer that is drawn as it was goes on: its next time and what is left of its turns stay.
    """
    pk, found = timer_starts_partition(process.id), {start.trigger.key: start for start in timer_starts(process, now)}
    for key, start in found.items():
        if before.get(key) == _source(start.timer):
            yield Update(tables.MESSAGES, pk, key, set={"version": version}, when=PRESENT)
        else:
            yield Put(tables.MESSAGES, {"pk": pk, "sk": key, "version": version, **_item(process.id, start, now)})
    for key in sorted(before.keys() - found.keys()):
        yield Delete(tables.MESSAGES, pk, key)


def _item(process_id: str, start: TimerStart, now: datetime) -> dict[str, Any]:
    turn = start.times.beginning() if isinstance(start.times, Timetable) else None
    return {
        "processId": process_id,
        "start": start.trigger.key,
        "timer": start.timer.type,
        "text": start.text,
        "since": now.isoformat(),
        **({"turn": turn.number, "due": turn.due.isoformat()} if turn else {}),
    }


def _source(timer: Timer) -> str:
    return f"{timer.type} {timer.value.text}"


def _text(value: Value, now: datetime) -> str:
    """The text of a timer; of an expression what it is worth now, before there are any variables."""
    if not isinstance(value, Expression):
        return value.text
    try:
        node = parsed(value.language, value.text)
    except ValueError:
        return value.text  # the compiler has said what is wrong
    found = to_json(evaluate(node, {}, clock=lambda: now))
    return found if isinstance(found, str) else ""
