"""Structured logs, traces and metrics through Powertools. All that is logged carries tenant and correlation id."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.logging import correlation_paths

logger = Logger(service="dpc", log_uncaught_exceptions=False)
CORRELATION_PATH = correlation_paths.API_GATEWAY_HTTP


def note(**keys: str) -> None:
    """Add keys to every log line until the invocation ends; empty ones are left out."""
    logger.thread_safe_append_keys(**{name: value for name, value in keys.items() if value})


def begin(function: str, tenant: str, context: Any) -> None:
    """Start an invocation: forget the keys of the one before."""
    logger.thread_safe_clear_keys()
    note(function=function, tenant=tenant, request_id=str(getattr(context, "aws_request_id", "")))


def tracer(function: str) -> Tracer:
    """A tracer that also traces AWS calls; off wherever X-Ray is not there."""
    return Tracer(service=function, auto_patch=False)


def metrics(function: str) -> Metrics:
    """Metrics of the namespace `dpc`, by function."""
    return Metrics(namespace="dpc", service=function)
