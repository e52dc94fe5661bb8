"""EventBridge's part: who hears what, and what is not taken."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from contract import events
from local.cloud.bus import Bus
from local.cloud.where import Where

ENTRY = {"EventBusName": "dpc-demo-platform", "Source": "dpc", "DetailType": "ElementPassed", "Detail": '{"data": "ż"}'}


def put(*entries: dict[str, Any]) -> tuple[int, dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    sent: list[tuple[str, dict[str, Any]]] = []
    now = datetime(2026, 1, 5, 8, tzinfo=UTC)
    bus = Bus(Where("demo", "eu-central-1"), lambda queue, body: sent.append((queue, json.loads(body))), lambda: now)
    status, answer = bus("PutEvents", {"Entries": list(entries)})
    return status, answer, sent


def test_an_event_goes_to_the_queues_that_hear_it_as_eventbridge_writes_it() -> None:
    status, answer, sent = put({**ENTRY, "Time": 1767600000.0})
    assert (status, answer["FailedEntryCount"]) == (200, 0)
    assert [queue for queue, _ in sent] == [queue.name for queue in events.ELEMENT_PASSED.queues]
    told = sent[0][1]
    assert told["id"] == answer["Entries"][0]["EventId"]
    assert (told["detail-type"], told["detail"], told["time"]) == (
        "ElementPassed",
        {"data": "ż"},
        "2026-01-05T08:00:00Z",
    )


@pytest.mark.parametrize("change", [{"EventBusName": "default"}, {"Source": "other"}, {"DetailType": "Unheard"}])
def test_what_no_rule_matches_is_taken_and_heard_by_nobody(change: dict[str, str]) -> None:
    _, answer, sent = put(ENTRY | change)
    assert (answer["FailedEntryCount"], sent) == (0, [])


@pytest.mark.parametrize(
    ("change", "code"),
    [({"Detail": "{"}, "MalformedDetail"), ({"Detail": ""}, "InvalidArgument"), ({"Source": ""}, "InvalidArgument")],
)
def test_a_wrong_entry_alone_is_refused(change: dict[str, str], code: str) -> None:
    _, answer, sent = put(ENTRY | change, ENTRY)
    assert [entry.get("ErrorCode") for entry in answer["Entries"]] == [code, None]
    assert (answer["FailedEntryCount"], len(sent)) == (1, 1)


@pytest.mark.parametrize("entries", [[ENTRY] * 11, [{**ENTRY, "Detail": json.dumps("x" * 262_144)}]])
def test_more_than_eventbridge_takes_is_refused_as_a_whole(entries: list[dict[str, Any]]) -> None:
    status, answer, sent = put(*entries)
    assert (status, answer["__type"], sent) == (400, "ValidationException", [])
