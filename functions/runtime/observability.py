"""Structured logs, traces and metrics through Powertools: whatever a function tells carries tenant and correlation id.

Logs and metrics are lines on the standard output, segments go to X-Ray: no call, no right and no wait for them but
what Lambda itself needs. Off Lambda nothing is traced; `POWERTOOLS_METRICS_DISABLED` turns the metrics off.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

if TYPE_CHECKING:
    from aws_lambda_powertools import Tracer

NAMESPACE = "dpc"
"""The namespace of the metrics in CloudWatch. Each has the dimensions `service` (the function) and `tenant`."""

FAULTS = "Faults"
"""Invocations that failed and requests that were answered with a 5xx problem."""
PROBLEMS = "Problems"
"""Requests that were answered with a 4xx problem, also by its `code`."""
FAILED_RECORDS = "FailedRecords"
"""Records of queues and streams whose action failed: they come again."""
EVENTS = "Events"
"""Business events that reached the bus, also by `type`: instances started and completed, incidents, tasks, ..."""

logger = Logger(service="dpc", log_uncaught_exceptions=False)


@contextmanager
def invocation(function: str, tenant: str, context: Any) -> Iterator[None]:
    """One invocation: its log keys and its segment of the trace are its own. What it raises is logged and counted."""
    logger.thread_safe_clear_keys()
    with _segment(function):
        note(function=function, tenant=tenant, request_id=str(getattr(context, "aws_request_id", "")))
        try:
            yield
        except Exception:
            logger.exception("invocation failed")
            count(FAULTS)
            raise


def note(**keys: str) -> None:
    """Add keys to every log line until the invocation ends, and to its trace, where one can search for them."""
    told = {name: value for name, value in keys.items() if value}
    logger.thread_safe_append_keys(**told)
    if (tracer := _tracer()) is not None:
        for name, value in told.items():
            tracer.put_annotation(name, value)


def count(name: str, by: int = 1, **dimensions: str) -> None:
    """Add to a metric of the function that runs. Each value of a dimension is a metric that is paid for: no ids."""
    keys = logger.thread_safe_get_current_keys()
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=str(keys.get("function", "dpc")))
    for dimension, value in {"tenant": str(keys.get("tenant", "none")), **dimensions}.items():
        metrics.add_dimension(dimension, value)
    metrics.add_metric(name, MetricUnit.Count, by)
    metrics.flush_metrics()


@cache
def _tracer() -> "Tracer | None":
    """None off Lambda: there is no X-Ray daemon, and its SDK is slow to import. Calls of AWS are traced too."""
    if not os.environ.get("LAMBDA_TASK_ROOT"):
        return None
    from aws_lambda_powertools import Tracer

    return Tracer(service="dpc", auto_patch=True, patch_modules=("botocore",))


def _segment(name: str) -> AbstractContextManager[object]:
    tracer = _tracer()
    if tracer is None:
        return nullcontext()
    segment: AbstractContextManager[object] = tracer.provider.in_subsegment(name=f"## {name}")
    return segment
