"""Where logs go: the functions' and the host's own, as JSON lines, to one file; nothing of them to the terminal."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

_POWERTOOLS = {
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "dpc",
}
_KEPT_BYTES = 20 * 1024 * 1024


def send_logs(file: Path | None) -> None:
    """Send all logs to a file (a large one is put aside first), or nowhere. Comes before handlers are loaded."""
    for name, value in _POWERTOOLS.items():
        os.environ.setdefault(name, value)
    from functions.runtime.observability import logger

    handler = logging.NullHandler() if file is None else _file_handler(file)
    if logger.handlers and isinstance(handler, logging.FileHandler):
        handler.setFormatter(logger.handlers[0].formatter)
    _replace(logger, handler)
    own = logging.getLogger("local")
    _replace(own, _own_handler(file))
    own.propagate = False


def _replace(logger: Any, handler: logging.Handler) -> None:
    before = list(logger.handlers)
    logger.handlers[:] = [handler]
    for old in before:
        if isinstance(old, logging.FileHandler):
            old.close()


def _file_handler(file: Path) -> logging.FileHandler:
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.stat().st_size > _KEPT_BYTES:
        file.replace(file.with_suffix(".old"))
    return logging.FileHandler(file, encoding="utf-8")


def _own_handler(file: Path | None) -> logging.Handler:
    if file is None:
        return logging.NullHandler()
    handler = _file_handler(file)
    handler.setFormatter(LambdaPowertoolsFormatter(service="local"))
    return handler
