"""One invocation: the event goes in as JSON, the answer comes out as JSON, time and size are limited as on Lambda."""

from __future__ import annotations

import json
import traceback
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from contract.functions import FunctionSpec
from local.cloud.invocation import Invocation, InvocationOverError, running

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
Callee = Callable[[Any, Any], Any]


class FunctionFailedError(Exception):
    """The function raised, ran out of time or answered too much; `payload` is what Lambda answers then."""

    def __init__(self, error_type: str, message: str, request_id: str, stack: list[str] | None = None) -> None:
        super().__init__(f"{error_type}: {message}")
        self.error_type = error_type
        self.payload = {"errorMessage": message, "errorType": error_type, "requestId": request_id}
        if stack is not None:
            self.payload["stackTrace"] = stack  # type: ignore[assignment]


@dataclass(frozen=True)
class LambdaContext:
    """What Lambda hands to a handler beside the event."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    aws_request_id: str
    deadline: datetime
    log_group_name: str
    log_stream_name: str = "local"
    function_version: str = "$LATEST"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the time is over."""
        return max(0, int((self.deadline - datetime.now(UTC)).total_seconds() * 1000))


class Invoker:
    """Runs handlers, each invocation in a thread of its own so that it can be given up."""

    def __init__(self, workers: int = 64) -> None:
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="function")

    def invoke(self, spec: FunctionSpec, arn: str, handler: Callee, event: Any, *, limit_s: float = 0) -> Any:
        """The handler's answer. `limit_s` shortens the spec's time limit. Raises `FunctionFailedError`."""
        seconds = min(spec.timeout_s, limit_s) if limit_s else spec.timeout_s
        name, request_id = arn.rsplit(":", 1)[-1], str(uuid.uuid4())
        deadline = datetime.now(UTC) + timedelta(seconds=seconds)
        context = LambdaContext(name, arn, spec.memory_mb, request_id, deadline, f"/aws/lambda/{name}")
        invocation = Invocation(spec.name, request_id)
        sent = json.loads(json.dumps(event))
        future: Future[Any] = self._threads.submit(copy_context().run, _run, invocation, handler, sent, context)
        try:
            return _answer(future.result(timeout=seconds), request_id)
        except FutureTimeoutError as error:
            invocation.over = True
            words = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
            raise FunctionFailedError("Sandbox.Timedout", words, request_id) from error

    def close(self) -> None:
        """Take no more; what still runs is left behind."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _run(invocation: Invocation, handler: Callee, event: Any, context: LambdaContext) -> Any:
    with running(invocation):
        try:
            return handler(event, context)
        except InvocationOverError as error:
            raise FunctionFailedError("Runtime.ExitError", str(error), invocation.request_id) from error
        except Exception as error:
            stack = traceback.format_tb(error.__traceback__)
            raise FunctionFailedError(type(error).__name__, str(error), invocation.request_id, stack) from error


def _answer(value: Any, request_id: str) -> Any:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        words = f"Unable to marshal response: {error}"
        raise FunctionFailedError("Runtime.MarshalError", words, request_id) from error
    if len(text) * 4 > MAX_PAYLOAD_BYTES and len(text.encode()) > MAX_PAYLOAD_BYTES:
        words = f"Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD_BYTES} bytes)."
        raise FunctionFailedError("Function.ResponseSizeTooLarge", words, request_id)
    return json.loads(text)
