"""What task states reach: functions in this process, and AWS services through boto3."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from typing import Any

from local.cloud.step_functions.sdk import SdkCalls
from local.cloud.step_functions.within import task
from local.functions.invoking import FunctionFailedError
from state_machines.simulator import Completed, Failed, Started, TaskOutcome, TaskRequest
from state_machines.simulator.ports import function_name
from state_machines.simulator.resources import Resource, parse_resource

Invoke = Callable[[str, Any], Any]
"""Runs a function by its physical name; raises `FunctionFailedError`, or KeyError if there is none."""

logger = logging.getLogger(__name__)


class Tasks:
    """The simulator's task port.

    The simulator's lock is let go while a task runs: a function may itself call Step Functions, and others go on
    meanwhile. The simulator allows that: what they call inside a step is only enqueued.
    """

    def __init__(self, lock: threading.RLock, invoke: Invoke, sdk: SdkCalls, observe: Callable[[str], None]) -> None:
        """`observe` hears of each function that is invoked."""
        self._lock: Any = lock
        self._invoke, self._sdk, self._observe = invoke, sdk, observe

    def call(self, request: TaskRequest) -> TaskOutcome:
        """Perform one attempt."""
        resource = parse_resource(request.resource)
        self._lock.release()
        try:
            with task():
                outcome = self._perform(resource, request.arguments)
        except Exception as error:
            logger.exception("task %s of %s failed", request.state, request.execution_arn)
            outcome = Failed("States.TaskFailed", repr(error)[:32_000])
        finally:
            self._lock.acquire()
        if resource.waits_for_token and isinstance(outcome, Completed):
            return Started(outcome.output)
        return outcome

    def _perform(self, resource: Resource, arguments: Any) -> TaskOutcome:
        if resource.is_function:
            return self._run(resource.arn, arguments, wrapped=False)
        if (resource.type, resource.action) == ("lambda", "invoke"):
            payload = arguments.get("Payload", {})
            payload = json.loads(payload) if isinstance(payload, str) else payload
            return self._run(str(arguments.get("FunctionName", "")), payload, wrapped=True)
        return self._sdk.call(resource, arguments)

    def _run(self, name: str, payload: Any, *, wrapped: bool) -> TaskOutcome:
        self._observe(function_name(name))
        try:
            result = self._invoke(function_name(name), payload)
        except KeyError:
            return Failed("Lambda.ResourceNotFoundException", f"Function not found: {name}")
        except FunctionFailedError as failed:
            return Failed(failed.error_type, json.dumps(failed.payload, ensure_ascii=False)[:32_000])
        return Completed({"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200} if wrapped else result)
