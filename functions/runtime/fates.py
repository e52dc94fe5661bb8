"""What became of the answer of a wait, as executions' histories tell it.

Step Functions answers alike for "too late" and for "answered already".
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from functions.runtime import moves
from functions.runtime.ports import ExecutionGoneError, Ports
from functions.runtime.records import Item

Event = Mapping[str, Any]
_TASK_ENDS = frozenset({"TaskSucceeded", "TaskFailed", "TaskTimedOut", "TaskStateAborted"})
_EXECUTION_ENDS = frozenset({"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"})


class UnsettledError(Exception):
    """The token is gone and the history does not tell yet why. Try again; the table's stream does."""


class Fate(Enum):
    """`TAKEN`: the execution went on with this answer. `ENDED`: the wait has ended otherwise. `STOPPED`: the execution
    has ended while it waited. `UNKNOWN`: the history does not tell yet, as when somebody has answered a moment ago."""

    TAKEN = "taken"
    ENDED = "ended"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


def fate_of(ports: Ports, wait: Item, answer: Mapping[str, Any]) -> Fate:
    """What became of the answer of a claim whose token nobody waits on."""
    try:
        history = ports.machines.history(wait["execution"])
    except ExecutionGoneError:
        return Fate.ENDED
    if mine := list(_ends_of(history, wait["token"])):
        return Fate.TAKEN if any(_is_answer(event, answer) for event in mine) else Fate.ENDED
    if _is_over(history):
        return Fate.STOPPED
    return Fate.UNKNOWN if _is_scheduled(history, wait["token"]) else Fate.ENDED


def taken_later(ports: Ports, wait: Item, answer: Mapping[str, Any]) -> bool:
    """Whether one of the executions that go on for a wait's went on with the answer. Raises `UnsettledError`."""
    key = json.dumps(wait["sk"], ensure_ascii=False)[1:-1]
    for execution in moves.successors(wait["execution"]):
        try:
            history = ports.machines.history(execution)
        except ExecutionGoneError:
            return False
        if mine := list(_ends_of(history, key)):
            return any(_is_answer(event, answer) for event in mine)
        if not _is_over(history):
            if _is_scheduled(history, key):
                raise UnsettledError(wait["sk"])
            return False
    return False


def is_left(ports: Ports, wait: Item) -> bool:
    """Whether the history tells that the machine does not wait here any more."""
    try:
        history = ports.machines.history(wait["execution"])
    except ExecutionGoneError:
        return True
    return _is_over(history) or any(_ends_of(history, wait["token"]))


def _is_over(history: Sequence[Event]) -> bool:
    return any(event["type"] in _EXECUTION_ENDS for event in history)


def _is_scheduled(history: Sequence[Event], word: str) -> bool:
    return any(word in _arguments({}, event) for event in history if event["type"] == "TaskScheduled")


def _ends_of(history: Sequence[Event], word: str) -> Iterator[Event]:
    """The events in which the task has ended that was scheduled with a token, or with the key of a record."""
    events = {event["id"]: event for event in history}
    return (event for event in history if event["type"] in _TASK_ENDS and word in _arguments(events, event))


def _is_answer(event: Event, answer: Mapping[str, Any]) -> bool:
    """Whether this end of a task is the claim's own answer."""
    if failure := answer.get("failure"):
        details = event.get("taskFailedEventDetails", {})
        return (details.get("error"), details.get("cause")) == (failure["error"], failure["cause"])
    output = event.get("taskSucceededEventDetails", {}).get("output") or "{}"
    return bool(json.loads(output).get("claim") == answer["claim"])


def _arguments(events: Mapping[int, Event], event: Event | None) -> str:
    """What the task of an event was scheduled with: back along the branch to where it began."""
    while event is not None and event["type"] != "TaskScheduled":
        event = events.get(event.get("previousEventId", 0))
    return str(event["taskScheduledEventDetails"]["parameters"]) if event else ""
