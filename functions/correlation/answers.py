"""Answers of tasks whose output failed: they stand in the execution's history, exactly as the task gave them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.runtime.machine_calls import ConnectorRejected, MachineCall
from functions.runtime.ports import Ports
from state_machines.history import place_of
from state_machines.resume.token import is_copy

Event = Mapping[str, Any]


def find_answer(ports: Ports, call: MachineCall) -> Any:
    """`dpc:find-answer` (docs/records.md). Raises `ConnectorRejected` where the state was left without an answer."""
    history = ports.machines.history(call.input.get("execution") or call.context.execution)
    events = {event["id"]: event for event in history}
    state, since = call.input["state"], datetime.fromisoformat(call.input["since"])
    # What went on in this execution was entered in another, at the moment that is told.
    wanted = (state, None if is_copy(state) else since, call.input["place"])
    for event in reversed(history):
        if event["type"] == "TaskSucceeded" and _entered(events, event) == wanted:
            return json.loads(event["taskSucceededEventDetails"]["output"])
    raise ConnectorRejected(f"The task {state} gave no answer.")


def _entered(events: Mapping[int, Event], event: Event) -> tuple[str, datetime | None, str] | None:
    """The state that a task's event belongs to: its name, when it was entered, and its place in a multi-instance."""
    at: Event | None = event
    while at is not None and at["type"] != "TaskStateEntered":
        at = events.get(at["previousEventId"])
    if at is None:
        return None
    details = at["stateEnteredEventDetails"]
    name = details["name"]
    return name, None if is_copy(name) else at["timestamp"], place_of(json.loads(details.get("input") or "{}"))
