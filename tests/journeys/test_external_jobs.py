"""External workers over HTTP: a process that hands a task to a worker, and everything that may become of it."""

import json
import threading
from typing import Any

import pytest

from tests.journeys.drawn import deploy, drawn
from tests.platform import RunningPlatform

EXACT = 0.12345678901234568
"""JSONata, which writes the wait's record, keeps 15 digits; the worker gets all of them."""

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
    modeler:executionPlatform="Camunda Cloud" id="d" targetNamespace="t">
  <bpmn:process id="parcels" isExecutable="true">
    <bpmn:startEvent id="Start" />
    <bpmn:sequenceFlow id="f1" sourceRef="Start" targetRef="Ship" />
    <bpmn:serviceTask id="Ship">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="ship-parcel" retries="2" />
        <zeebe:taskHeaders><zeebe:header key="carrier" value="post" /></zeebe:taskHeaders>
      </bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:boundaryEvent id="OutOfStock" attachedToRef="Ship">
      <bpmn:errorEventDefinition id="e" errorRef="Error_1" />
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="Ship" targetRef="Shipped" />
    <bpmn:endEvent id="Shipped" />
    <bpmn:sequenceFlow id="f3" sourceRef="OutOfStock" targetRef="Refunded" />
    <bpmn:endEvent id="Refunded" />
  </bpmn:process>
  <bpmn:error id="Error_1" errorCode="OUT_OF_STOCK" />
</bpmn:definitions>"""


class Parcel:
    """A started instance, and a worker's calls."""

    def __init__(self, platform: RunningPlatform, key: str, **more: Any) -> None:
        self.platform, self.client = platform, platform.client()
        body = {"businessKey": key, "variables": {"parcel": key, "weight": EXACT, **more}}
        self.id = self.client.post("/processes/parcels/instances", json=body).raise_for_status().json()["id"]
        platform.idle()

    def get(self) -> dict[str, Any]:
        self.platform.idle()
        return dict(self.client.get(f"/instances/{self.id}").raise_for_status().json())

    def path(self) -> list[str]:
        self.platform.idle()
        items = self.client.get(f"/instances/{self.id}/history").raise_for_status().json()["items"]
        return [item["elementId"] for item in items]

    def fetch(self, **asked: Any) -> dict[str, Any]:
        (job,) = activate(self.platform, **asked)
        assert job["instanceId"] == self.id
        return job

    def end(self, job: dict[str, Any], how: str, **body: Any) -> int:
        headers = {"Idempotency-Key": f"{how}-{job['id']}-{job['lockedUntil']}-{body.get('worker', '')}"}
        return self.client.post(f"/jobs/{job['id']}/{how}", json=body, headers=headers).status_code


def activate(platform: RunningPlatform, **asked: Any) -> list[dict[str, Any]]:
    body = {"type": "ship-parcel", "worker": "w1", "maxJobs": 5, "lockDuration": "PT30S", **asked}
    answer = platform.client().post("/jobs/activate", json=body)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["jobs"])


@pytest.fixture(scope="module")
def deployed(platform: RunningPlatform) -> RunningPlatform:
    answer = platform.client().post("/processes", content=BPMN, headers={"Content-Type": "application/xml"})
    assert answer.status_code == 201, answer.text
    return platform


def test_a_worker_completes_its_job(deployed: RunningPlatform) -> None:
    parcel = Parcel(deployed, "p-1")
    job = parcel.fetch()
    assert (job["headers"], job["variables"], job["retries"]) == (
        {"carrier": "post"},
        {"parcel": "p-1", "weight": EXACT},
        2,
    )
    assert parcel.end(job, "complete", variables={"tracking": "T-1"}) == 200
    ended = parcel.get()
    assert (ended["status"], ended["variables"]) == ("completed", {**job["variables"], "tracking": "T-1"})
    assert parcel.end(job, "complete", variables={"tracking": "T-1"}) == 200, "the same call, told again"
    assert parcel.end(job, "complete", worker="w1") == 404
    assert parcel.path() == ["Start", "Ship", "Shipped"]


def test_a_bpmn_error_leaves_by_its_boundary_event(deployed: RunningPlatform) -> None:
    parcel = Parcel(deployed, "p-2")
    assert parcel.end(parcel.fetch(), "error", errorCode="OUT_OF_STOCK", variables={"left": 0}) == 200
    ended = parcel.get()
    assert (ended["status"], ended["variables"]["left"]) == ("completed", 0)
    assert parcel.path() == ["Start", "Ship", "OutOfStock", "Refunded"]


def test_failures_are_tried_again_and_then_an_incident_that_a_retry_heals(deployed: RunningPlatform) -> None:
    parcel = Parcel(deployed, "p-3")
    assert parcel.end(parcel.fetch(), "fail", retries=1, retryBackoff="PT10S", errorMessage="busy") == 200
    assert activate(deployed) == []
    deployed.advance("PT10S")
    assert parcel.end(parcel.fetch(), "fail", retries=0, errorMessage="the van broke down") == 200
    (incident,) = parcel.get()["incidents"]
    assert (incident["error"], incident["cause"]) == ("JobFailed", "the van broke down")
    assert activate(deployed) == []
    url = f"/instances/{parcel.id}/incidents/{incident['id']}/resolve"
    assert parcel.client.post(url, json={"action": "retry", "variables": {}}).status_code == 200
    deployed.idle()
    job = parcel.fetch()
    assert job["retries"] == 2 and parcel.end(job, "complete") == 200
    assert parcel.get()["status"] == "completed"


def test_an_unknown_error_code_is_an_incident(deployed: RunningPlatform) -> None:
    parcel = Parcel(deployed, "p-4")
    assert parcel.end(parcel.fetch(), "error", errorCode="ODD", errorMessage="?") == 200
    found = parcel.get()
    assert (found["status"], found["incidents"][0]["error"]) == ("incident", "BpmnError")
    assert parcel.client.post(f"/instances/{parcel.id}/cancel").status_code == 200


def test_boundary_events_come_to_a_job_that_its_worker_has_given_up(deployed: RunningPlatform) -> None:
    client, work = deployed.client(), {"type": "given-up", "worker": "w"}
    sketch = """start S; service A; boundary late on A timer PT1H; boundary stop on A message Stop; user R; end E
    S -> A -> E; late -> R -> E; stop -> E"""
    deploy(deployed, drawn("given-up", sketch).replace(b'type="work"', b'type="given-up"'))

    def begun() -> str:
        answer = client.post("/processes/given-up/instances", json={"businessKey": "1", "variables": {}})
        path = f"/instances/{answer.raise_for_status().json()['id']}"
        deployed.idle()
        deployed.advance("PT10M")
        (job,) = activate(deployed, **work)
        assert client.post(f"/jobs/{job['id']}/fail", json={"retries": 0, "errorMessage": "no"}).status_code == 200
        deployed.idle()
        return path

    def passed(path: str) -> list[tuple[str, str]]:
        items = client.get(f"{path}/history").raise_for_status().json()["items"]
        return [(item["elementId"], item["state"]) for item in items]

    stopped = begun()
    client.post(
        "/messages", json={"name": "Stop", "correlationKey": "1", "variables": {"by": "Ada"}}
    ).raise_for_status()
    deployed.idle()
    ended = client.get(stopped).raise_for_status().json()
    assert (ended["status"], ended["variables"], ended["incidents"]) == ("completed", {"by": "Ada"}, [])
    assert passed(stopped)[1:3] == [("A", "cancelled"), ("stop", "completed")]

    late = begun()
    (incident,) = client.get(late).raise_for_status().json()["incidents"]
    client.post(f"{late}/incidents/{incident['id']}/resolve", json={"action": "retry"}).raise_for_status()
    deployed.idle()
    deployed.advance("PT49M")
    assert [job["id"] for job in activate(deployed, **work)], "it can be done until the hour is over"
    deployed.advance("PT2M")
    assert passed(late)[1:4] == [("A", "cancelled"), ("late", "completed"), ("R", "active")]
    left = {":pk": {"S": "MESSAGE#Stop#1"}}
    rows = deployed.platform.clients("dynamodb").query(
        TableName="dpc-demo-messages", KeyConditionExpression="pk = :pk", ExpressionAttributeValues=left
    )
    assert rows["Count"] == 0, "nobody waits for the message any more"


def test_a_lost_workers_job_comes_back_and_a_live_ones_does_not(deployed: RunningPlatform) -> None:
    parcel = Parcel(deployed, "p-5")
    job = parcel.fetch()
    deployed.advance("PT29S")
    assert parcel.end(job, "extend", lockDuration="PT30S") == 200
    deployed.advance("PT29S")
    assert activate(deployed, worker="w2") == []
    deployed.advance("PT1S")
    assert parcel.fetch(worker="w2")["id"] == job["id"]
    assert parcel.end(job, "complete", worker="w1") == 409
    assert parcel.end(job, "complete", worker="w2") == 200
    assert parcel.get()["status"] == "completed"


def test_a_job_of_a_cancelled_instance_is_gone(deployed: RunningPlatform) -> None:
    parcel = Parcel(deployed, "p-6")
    job = parcel.fetch()
    assert parcel.client.post(f"/instances/{parcel.id}/cancel").status_code == 200
    for how, body in {"complete": {}, "fail": {"retries": 0, "errorMessage": ""}, "error": {"errorCode": "X"}}.items():
        assert parcel.end(job, how, **body) in (404, 409)
    assert activate(deployed) == []


def test_a_long_poll_waits_for_the_first_job_and_holds_nobody_up(deployed: RunningPlatform) -> None:
    found: list[dict[str, Any]] = []
    polling = threading.Thread(target=lambda: found.extend(activate(deployed, requestTimeout="PT20S")))
    polling.start()
    parcel = Parcel(deployed, "p-7")
    deployed.advance("PT1S")
    polling.join(timeout=15)
    assert [job["instanceId"] for job in found] == [parcel.id]
    assert parcel.end(found[0], "complete") == 200


def test_who_has_no_scope_for_jobs_gets_none(deployed: RunningPlatform) -> None:
    clerk = deployed.client("piotr")
    body = {"type": "ship-parcel", "worker": "w", "maxJobs": 1, "lockDuration": "PT1S"}
    assert clerk.post("/jobs/activate", json=body).status_code == 403


def test_a_failure_that_a_crash_left_is_settled_by_the_stream(deployed: RunningPlatform) -> None:
    parcel = Parcel(deployed, "p-8")
    parcel.fetch()
    dynamodb, table = deployed.platform.clients("dynamodb"), deployed.platform.where.physical("waits")
    key = {":pk": {"S": parcel.id}}
    (wait,) = dynamodb.query(TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=key)["Items"]
    answer = {"event": "Ship", "failure": {"error": "JobFailed", "cause": "crashed"}, "claim": "c-1"}
    dynamodb.put_item(TableName=table, Item={**wait, "answer": {"S": json.dumps(answer)}})
    deployed.platform.activity.notify()
    (incident,) = parcel.get()["incidents"]
    assert (incident["error"], incident["cause"]) == ("JobFailed", "crashed")
    assert parcel.client.post(f"/instances/{parcel.id}/cancel").status_code == 200
