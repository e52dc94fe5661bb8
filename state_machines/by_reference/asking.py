"""What a machine asks that has met a reference (docs/records.md, "Values by reference"), and which answer it takes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from state_machines.by_reference.evaluating import Asked, NotEvaluatedError, answered, decided, prepared
from state_machines.by_reference.values import Json, Storage
from state_machines.history import place_of
from state_machines.resume.token import original
from state_machines.simulator.values import UNDEFINED

Event = Mapping[str, Any]


class UnseenError(Exception):
    """The history does not tell yet what led to the question: asking again is of use."""


def evaluate(
    payload: Mapping[str, Any], definition: Mapping[str, Any], history: Sequence[Event], storage: Storage, now_ms: int
) -> dict[str, Json]:
    """The answer to the payload of `dpc:evaluate`. Raises `UnseenError` and `NotEvaluatedError`."""
    given, context = payload["input"], payload["context"]
    name = given["state"]
    named = (_named(each, definition) for each in dict.fromkeys([name, original(name)]))
    state = next(chain.from_iterable(named), None)
    if state is None:
        raise NotEvaluatedError(f"The machine has no state {name!r}.")
    since = given.get("since") or context["enteredAt"]
    execution = {"Id": context["execution"], "Name": context["execution"].rpartition(":")[2]}
    seen = {
        "Execution": {**execution, "Input": {"_dpc": given["own"]}},
        "State": {"Name": name, "EnteredTime": since},
    }
    asked = Asked(state, context["state"], given["variables"], seen, given["machine"], now_ms=now_ms)
    if state["Type"] == "Choice":
        return decided(asked, storage)
    if state["Type"] == "Wait":
        return prepared(asked, storage)
    return _of_task(asked, payload, history, storage)


def _of_task(asked: Asked, payload: Mapping[str, Any], history: Sequence[Event], storage: Storage) -> dict[str, Json]:
    given = payload["input"]
    left, result = _answer(history, payload["context"], given["state"])
    if not left:
        raise NotEvaluatedError(f"The history does not show that {given['state']} has led here.")
    if result is UNDEFINED and not given["begun"]:
        return prepared(asked, storage)
    if result is UNDEFINED:
        raise NotEvaluatedError(f"The task {given['state']} gave no answer.")
    return answered(replace(asked, result=result), storage)


def _answer(history: Sequence[Event], context: Mapping[str, Any], state: str) -> tuple[bool, Json]:
    """Whether the token that asks comes from a task, and what that gave; UNDEFINED if it gave nothing.

    With the question the history shows what came before. Raises `UnseenError` if it does not show it yet.
    """
    events = {event["id"]: event for event in history}
    asks = (context["state"], datetime.fromisoformat(context["enteredAt"]), context.get("place", ""))
    at: Event | None = next((event for event in reversed(history) if _entry(event) == asks), None)
    if at is None:
        raise UnseenError(f"The history does not show yet that {context['state']} has begun.")
    result, left = UNDEFINED, False
    while (at := events.get(at["previousEventId"])) is not None:
        exits = at["type"].endswith("StateExited")
        if left and (exits or at["type"].endswith("StateEntered")):
            break
        left = left or (exits and at["stateExitedEventDetails"]["name"] == state)
        if left and at["type"] == "TaskSucceeded":
            result = json.loads(at["taskSucceededEventDetails"]["output"])
    return left, result


def _name(event: Event) -> str:
    return str(event["stateEnteredEventDetails"]["name"])


def _entry(event: Event) -> tuple[str, datetime, str] | None:
    if event["type"] != "TaskStateEntered":
        return None
    given = event["stateEnteredEventDetails"].get("input") or "{}"
    return _name(event), event["timestamp"], place_of(json.loads(given))


def _named(name: str, definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key, state in definition["States"].items():
        if name in (key, original(key)):
            yield state
        inner = [*state.get("Branches", ()), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]
        for each in inner:
            yield from _named(name, each)
