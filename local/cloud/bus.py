"""EventBridge's part: events that are put on the tenant's bus go into the queues that hear them, as its rules would."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from contract import events
from local.cloud.where import Where

Body = Mapping[str, Any]
Send = Callable[[str, str], None]
"""Puts a text into a queue, by the queue's logical name."""

_MAX_ENTRIES = 10
_MAX_BYTES = 262_144
_REQUIRED = ("Source", "DetailType", "Detail")


class Bus:
    """Answers EventBridge's JSON protocol: `PutEvents`, the one call that functions and machines make."""

    def __init__(self, where: Where, send: Send, now: Callable[[], datetime]) -> None:
        self._where, self._send, self._now = where, send, now
        self._name = where.physical(events.BUS)
        self._queues = {event.name: [queue.name for queue in event.queues] for event in events.ALL}

    def __call__(self, operation: str, body: Body) -> tuple[int, dict[str, Any]]:
        """Answer one call: status and body."""
        if operation != "PutEvents":
            return 400, {"__type": "UnknownOperationException", "message": f"{operation} is not served here"}
        entries = body["Entries"]
        if len(entries) > _MAX_ENTRIES:
            return 400, {"__type": "ValidationException", "message": f"at most {_MAX_ENTRIES} entries are taken"}
        if sum(map(_size, entries)) > _MAX_BYTES:
            return 400, {
                "__type": "ValidationException",
                "message": "Total size of the entries in the request is over the limit.",
            }
        answers = [self._put(entry) for entry in entries]
        return 200, {"FailedEntryCount": sum("ErrorCode" in answer for answer in answers), "Entries": answers}

    def _put(self, entry: Body) -> dict[str, str]:
        missing = next((name for name in _REQUIRED if not entry.get(name)), None)
        if missing:
            words = f"Parameter {missing} is not valid. Reason: {missing} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": words}
        try:
            detail = json.loads(entry["Detail"])
        except ValueError:
            return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
        id_ = str(uuid4())
        for queue in self._hearing(entry):
            self._send(queue, json.dumps(self._event(id_, entry, detail), ensure_ascii=False))
        return {"EventId": id_}

    def _hearing(self, entry: Body) -> list[str]:
        if str(entry.get("EventBusName", "")).rsplit("/", 1)[-1] != self._name or entry["Source"] != events.SOURCE:
            return []
        return self._queues.get(entry["DetailType"], [])

    def _event(self, id_: str, entry: Body, detail: Any) -> dict[str, Any]:
        at = datetime.fromtimestamp(entry["Time"], UTC) if "Time" in entry else self._now()
        return {
            "version": "0",
            "id": id_,
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "account": self._where.account,
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self._where.region,
            "resources": entry.get("Resources", []),
            "detail": detail,
        }


def _size(entry: Body) -> int:
    """What an entry counts: the time as 14 bytes, the texts as UTF-8."""
    return 14 + sum(len(str(entry.get(name, "")).encode()) for name in _REQUIRED)
