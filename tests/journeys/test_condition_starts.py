"""Conditions that start processes, told over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.processes import line, process
from tests.platform import RunningPlatform, running_platform


@pytest.fixture(scope="module")
def told() -> Iterator[RunningPlatform]:
    with running_platform(account="888899990022") as running:
        for name, condition in (("too-hot", "=celsius &gt; 30"), ("too-cold", "=celsius &lt; 5")):
            definition = (
                "<bpmn:conditionalEventDefinition>"
                f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{condition}</bpmn:condition>'
                "</bpmn:conditionalEventDefinition>"
            )
            source = process(name, line(f"startEvent#Start{{{definition}}}", "userTask#Look", "endEvent#Done"))
            xml = {"Content-Type": "application/xml"}
            answer = running.client().post("/processes", content=source, headers=xml)
            assert answer.status_code == 201, answer.text
        running.idle()
        yield running


def tell(platform: RunningPlatform, key: str, **body: Any) -> Any:
    answer = platform.client().post("/conditions", json=body, headers={"Idempotency-Key": key})
    platform.idle()
    return answer


def test_what_holds_starts_once_and_runs_with_what_was_told(told: RunningPlatform) -> None:
    answer = tell(told, "first", variables={"celsius": 35}, businessKey="hall-1")
    assert answer.status_code == 202, answer.text
    (id_,) = answer.json()["instances"]
    assert tell(told, "first", variables={"celsius": 35}, businessKey="hall-1").json() == answer.json()
    shown = told.client().get(f"/instances/{id_}").raise_for_status().json()
    assert (shown["processId"], shown["businessKey"], shown["variables"]) == ("too-hot", "hall-1", {"celsius": 35})
    assert [wait["elementId"] for wait in shown["waiting"]] == ["Look"]
    listed = told.client().get("/instances", params={"businessKey": "hall-1"}).raise_for_status().json()["items"]
    assert [item["id"] for item in listed] == [id_]


def test_what_does_not_hold_starts_nothing_and_what_is_wrong_is_said(told: RunningPlatform) -> None:
    assert tell(told, "mild", variables={"celsius": 20}).json() == {"instances": []}
    assert tell(told, "other", variables={"celsius": 35}, processId="too-cold").json() == {"instances": []}
    assert tell(told, "unknown", variables={"celsius": 35}, processId="nobody").status_code == 404
    assert tell(told, "reserved", variables={"_dpc": {}}).status_code == 422
    assert told.anybody.post("/conditions", json={"variables": {}}).status_code == 401
