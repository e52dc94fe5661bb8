"""Short ways to write machines and to run them in tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from state_machines.simulator import FunctionTasks, Simulator, Started, TaskOutcome, TaskPort, TaskRequest, VirtualClock

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
PREFIX = "arn:aws:states:eu-central-1:111111111111:stateMachine:"
ARN = PREFIX + "m"
FUNCTION = "arn:aws:lambda:eu-central-1:111111111111:function:"
PUT_AND_WAIT = "arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken"


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    """A machine of these states; each goes on to the next one unless it says where."""
    return {"QueryLanguage": "JSONata", **scope(**states)}


def scope(**states: dict[str, Any]) -> dict[str, Any]:
    """A branch or item processor of these states."""
    names = [*states, None]
    for name, following in pairwise(names):
        state = states[name or ""]
        if state["Type"] not in ("Choice", "Fail", "Succeed") and not {"Next", "End"} & state.keys():
            state.update({"Next": following} if following else {"End": True})
    return {"StartAt": names[0], "States": states}


def function_task(name: str, **fields: Any) -> dict[str, Any]:
    """A Task that calls a function by its ARN."""
    return {"Type": "Task", "Resource": FUNCTION + name, **fields}


def wait_for_token(**fields: Any) -> dict[str, Any]:
    """A wait point: the token is written to a table, the state waits for the answer."""
    arguments = {"TableName": "Waits", "Item": {"token": {"S": "{% $states.context.Task.Token %}"}}}
    return {"Type": "Task", "Resource": PUT_AND_WAIT, "Arguments": arguments, **fields}


class Recorder:
    """A port that keeps the tokens of wait points and hands everything else to functions."""

    def __init__(self, functions: dict[str, Callable[[Any], Any]] | None = None) -> None:
        self.tokens: list[str] = []
        self.requests: list[TaskRequest] = []
        self._functions = FunctionTasks(functions or {})

    def call(self, request: TaskRequest) -> TaskOutcome:
        """Keep the token, or call the function."""
        self.requests.append(request)
        if request.token is not None:
            self.tokens.append(request.token)
            return Started()
        return self._functions.call(request)


def simulate(definition: dict[str, Any], tasks: TaskPort | None = None, **options: Any) -> Simulator:
    """A simulator with one machine, at START on a virtual clock."""
    return Simulator({ARN: definition}, tasks or Recorder(), VirtualClock(START), **options)


def types(simulator: Simulator, execution: str) -> list[str]:
    """The types of an execution's events."""
    return [event["type"] for event in simulator.history(execution)]
