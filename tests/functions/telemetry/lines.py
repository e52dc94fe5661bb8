"""Histories as lines of Step Functions' log, without execution data, and their delivery to the function."""

import base64
import gzip
import json
from collections.abc import Iterable, Sequence
from typing import Any

from functions.telemetry.handler import handle
from tests.functions.fakes import World
from tests.functions.invoking import Context


def lines_of(events: Iterable[Any], execution: str) -> list[dict[str, Any]]:
    """The log of an execution, by its ARN."""
    return [
        {
            "id": str(event["id"]),
            "type": event["type"],
            "details": {"name": name} if (name := _name(event)) else {},
            "previous_event_id": str(event["previousEventId"]),
            "event_timestamp": str(round(event["timestamp"].timestamp() * 1000)),
            "execution_arn": execution,
            "redrive_count": "0",
        }
        for event in events
    ]


def _name(event: dict[str, Any]) -> str:
    details = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails") or {}
    return str(details.get("name", ""))


def deliver(world: World, batch: Sequence[dict[str, Any]]) -> None:
    """One invocation by the log subscription."""
    data = {
        "messageType": "DATA_MESSAGE",
        "logEvents": [{"id": line["id"], "timestamp": 0, "message": json.dumps(line)} for line in batch],
    }
    packed = base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()
    handle.with_ports(world.ports)({"awslogs": {"data": packed}}, Context())
