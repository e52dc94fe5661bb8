"""Lambda entry of telemetry: a log subscription's lines, and the sweep that closes gaps."""

from datetime import UTC, datetime
from typing import Any

from functions.runtime.batches import LogEvent as Line
from functions.runtime.handler import Handler
from functions.runtime.ports import Ports
from functions.telemetry.fold import LogEvent
from functions.telemetry.projection import project
from functions.telemetry.rebuilding import rebuild, rebuild_all
from functions.telemetry.spec import SPEC
from functions.telemetry.sweeping import sweep


def read_line(message: dict[str, Any]) -> LogEvent:
    """One line of Step Functions' log: ids and times are text there."""
    at = datetime.fromtimestamp(int(message["event_timestamp"]) / 1000, UTC).isoformat(timespec="milliseconds")
    details = message.get("details") or {}
    previous = int(message.get("previous_event_id") or 0)
    return LogEvent(int(message["id"]), previous, message["type"], details.get("name", ""), at)


def on_logs(ports: Ports, lines: list[Line]) -> None:
    """Project each execution's lines."""
    by_execution: dict[str, list[LogEvent]] = {}
    for line in lines:
        by_execution.setdefault(line.message["execution_arn"], []).append(read_line(line.message))
    for execution, events in by_execution.items():
        project(ports, execution, events)


def on_event(ports: Ports, event: dict[str, Any]) -> dict[str, Any] | None:
    """The sweep, by schedule. By hand, `{"rebuild": <ARN of an instance's main execution>}`, or `{"rebuild": "*"}`:
    all of them; as long as the answer has `after`, ask again with it."""
    match event.get("rebuild"):
        case None:
            sweep(ports)
        case "*":
            return rebuild_all(ports, event.get("after", ""))
        case execution:
            rebuild(ports, execution)
    return None


handle = Handler(SPEC, logs=on_logs, direct=on_event)
