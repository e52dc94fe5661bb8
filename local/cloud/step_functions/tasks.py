"""What task states reach: functions in this process, and AWS services through boto3."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any

from local.cloud.step_functions.sdk import SdkCalls
from local.cloud.step_functions.service import StepFunctions
from local.cloud.step_functions.within import task
from local.functions.invoking import FunctionFailedError
from state_machines.simulator import Completed, Failed, Outcome, Pending, Started, TaskOutcome, TaskRequest
from state_machines.simulator.ports import function_name
from state_machines.simulator.resources import Resource, parse_resource

Invoke = Callable[[str, Any], Any]
"""Runs a function by its physical name; raises `FunctionFailedError`, or KeyError if there is none."""

MOST_AT_ONCE = 32
"""Functions that machines run at the same time."""

logger = logging.getLogger(__name__)


class Tasks:
    """The simulator's task port.

    The simulator's lock is let go while a function runs: it may itself call Step Functions, and others go on
    meanwhile. The simulator allows that: what they call inside a step is only enqueued. A call of another service and
    its step are one: what it changes is never saved without what the machine makes of it.
    """

    def __init__(
        self,
        service: StepFunctions,
        invoke: Invoke,
        sdk: SdkCalls,
        observe: Callable[[str], None],
        settle: Callable[[], None],
        under_way: Callable[[], AbstractContextManager[None]] | None = None,
    ) -> None:
        """`observe` hears of each function that is invoked; `settle` comes before: a function may tell others, so that
        it was called must be on disk. Then it is called again after a restart, for the same effect.

        With `under_way`, functions run beside the steps, each in a thread and inside such a context, which begins
        within the step. Without it, they run within the step: one after the other, always in the same order.
        """
        self._service, self._invoke, self._sdk, self._observe = service, invoke, sdk, observe
        self._settle_state, self._under_way = settle, under_way
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="task") if under_way else None

    def call(self, request: TaskRequest) -> TaskOutcome:
        """Perform one attempt, or begin to."""
        resource = parse_resource(request.resource)
        if self._threads is not None and self._under_way is not None and _is_function(resource):
            context = ExitStack()
            context.enter_context(self._under_way())
            self._threads.submit(self._settle, request, resource, context)
            return Pending()
        with task(), self._let_go() if _is_function(resource) else nullcontext():
            return self._outcome(request, resource)

    @contextmanager
    def _let_go(self) -> Iterator[None]:
        lock: Any = self._service.lock
        lock.release()
        try:
            yield
        finally:
            lock.acquire()

    def close(self) -> None:
        """Begin no more."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _settle(self, request: TaskRequest, resource: Resource, context: ExitStack) -> None:
        with context:
            outcome = self._outcome(request, resource)
            with self._service.lock:
                self._service.simulator.settle(request, outcome)

    def _outcome(self, request: TaskRequest, resource: Resource) -> Outcome:
        try:
            outcome = self._perform(resource, request.arguments)
        except Exception as error:
            logger.exception("task %s of %s failed", request.state, request.execution_arn)
            return Failed("States.TaskFailed", repr(error)[:32_000])
        if resource.waits_for_token and isinstance(outcome, Completed):
            return Started(outcome.output)
        return outcome

    def _perform(self, resource: Resource, arguments: Any) -> Outcome:
        if resource.is_function:
            return self._run(resource.arn, arguments, wrapped=False)
        if _is_function(resource):
            payload = arguments.get("Payload", {})
            payload = json.loads(payload) if isinstance(payload, str) else payload
            return self._run(str(arguments.get("FunctionName", "")), payload, wrapped=True)
        return self._sdk.call(resource, arguments)

    def _run(self, name: str, payload: Any, *, wrapped: bool) -> Outcome:
        self._observe(function_name(name))
        self._settle_state()
        try:
            result = self._invoke(function_name(name), payload)
        except KeyError:
            return Failed("Lambda.ResourceNotFoundException", f"Function not found: {name}")
        except FunctionFailedError as failed:
            return Failed(failed.error_type, json.dumps(failed.payload, ensure_ascii=False)[:32_000])
        return Completed({"ExecutedVersion": "$LATEST", "Payload": result, "StatusCode": 200} if wrapped else result)


def _is_function(resource: Resource) -> bool:
    return resource.is_function or (resource.type, resource.action) == ("lambda", "invoke")
