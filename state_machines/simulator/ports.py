"""The port through which task states reach the world, its requests and outcomes, and a small port for functions.

Nested executions (`states:startExecution`) do not come here: the simulator runs them itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from state_machines.simulator.values import Json

_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """One attempt of one Task state. `resource` is the full ARN, `arguments` the evaluated Arguments (or the input).

    `call` tells the attempts of one execution apart; `Simulator.settle` takes it.
    """

    resource: str
    arguments: Json
    token: str | None
    execution_arn: str
    execution_name: str
    state_machine_arn: str
    state: str
    attempt: int
    call: str = ""


@dataclass(frozen=True, slots=True)
class Completed:
    """The call is done; `output` is what the state machine sees as `$states.result`, `after` the virtual time it took.

    For a `.waitForTaskToken` state this means the same as Started: only the token ends the wait.
    """

    output: Json
    after: timedelta = _ZERO


@dataclass(frozen=True, slots=True)
class Failed:
    """The call failed, `after` some virtual time."""

    error: str
    cause: str | None = None
    after: timedelta = _ZERO


@dataclass(frozen=True, slots=True)
class Started:
    """The call's effect is done and the state waits for its token; `output` is the call's own answer.

    For a state without `.waitForTaskToken` this means the same as Completed.
    """

    output: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """The call is under way: `Simulator.settle` will tell its outcome. Meanwhile other things happen."""


Outcome = Completed | Failed | Started
TaskOutcome = Outcome | Pending


class TaskPort(Protocol):
    """Performs what Task states ask for.

    `call` runs inside a step. It may call `start`, `stop` and `send_task_*` of the same simulator: those only enqueue.
    It answers failures with Failed; what it raises leaves the simulator through `step`, and the step is lost.
    """

    def call(self, request: TaskRequest) -> TaskOutcome:
        """Perform one attempt."""
        ...


class TaskError(Exception):
    """Raised by a function of FunctionTasks to fail its task."""

    def __init__(self, error: str, cause: str | None = None) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


Function = Callable[[Json], Json]


class FunctionTasks:
    """A TaskPort for Lambda: functions by name, called by ARN or by `lambda:invoke`.

    A function may raise TaskError, or return an outcome itself.
    """

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self.functions = dict(functions)

    def call(self, request: TaskRequest) -> TaskOutcome:
        """Call the function that the request names; other resources fail with States.Runtime."""
        if ":lambda:invoke" in request.resource and request.resource.startswith("arn:aws:states:"):
            name, payload, wrapped = *_invocation(request.arguments), True
        elif request.resource.startswith("arn:aws:lambda:"):
            name, payload, wrapped = request.resource, request.arguments, False
        else:
            return Failed("States.Runtime", f"no function stands for the resource {request.resource}")
        return self._invoke(function_name(name), payload, wrapped)

    def _invoke(self, name: str, payload: Json, wrapped: bool) -> TaskOutcome:
        function = self.functions.get(name)
        if function is None:
            return Failed("Lambda.ResourceNotFoundException", f"Function not found: {name}")
        try:
            result = function(payload)
        except TaskError as error:
            return Failed(error.error, error.cause)
        return _wrap(result) if wrapped else result if isinstance(result, TaskOutcome) else Completed(result)


def function_name(name_or_arn: str) -> str:
    """The bare name of a function: of `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`, or of itself."""
    parts = name_or_arn.split(":")
    return parts[6] if len(parts) > 6 else parts[0]


def _invocation(arguments: Json) -> tuple[str, Json]:
    payload = arguments.get("Payload")
    if isinstance(payload, str):
        payload = json.loads(payload)
    return arguments["FunctionName"], {} if payload is None else payload


def _wrap(result: Json) -> TaskOutcome:
    if isinstance(result, Failed | Started | Pending):
        return result
    done = result if isinstance(result, Completed) else Completed(result)
    return Completed({"ExecutedVersion": "$LATEST", "Payload": done.output, "StatusCode": 200}, done.after)
