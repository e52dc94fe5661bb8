"""Events over HTTP: conditions that other branches meet, several starts, variables of a sub-process's own."""

from typing import Any

import pytest

from tests.journeys.drawn import deploy, drawn
from tests.journeys.processes import process
from tests.platform import RunningPlatform

CONDITIONS = process(
    "conditions",
    """
    <bpmn:startEvent id="Start"/><bpmn:sequenceFlow id="f1" sourceRef="Start" targetRef="Fork"/>
    <bpmn:parallelGateway id="Fork"/>
    <bpmn:sequenceFlow id="f2" sourceRef="Fork" targetRef="Weigh"/>
    <bpmn:sequenceFlow id="f3" sourceRef="Fork" targetRef="Heavy"/>
    <bpmn:userTask id="Weigh"/><bpmn:sequenceFlow id="f4" sourceRef="Weigh" targetRef="Sub"/>
    <bpmn:intermediateCatchEvent id="Heavy"><bpmn:conditionalEventDefinition>
      <bpmn:condition xsi:type="bpmn:tFormalExpression">=weight &gt; 10</bpmn:condition>
    </bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f5" sourceRef="Heavy" targetRef="Warned"/><bpmn:endEvent id="Warned"/>
    <bpmn:subProcess id="Sub"><bpmn:extensionElements><zeebe:ioMapping>
      <zeebe:input source="=weight * 2" target="doubled"/><zeebe:output source="=doubled + 1" target="result"/>
      </zeebe:ioMapping></bpmn:extensionElements>
      <bpmn:startEvent id="Begin"/><bpmn:sequenceFlow id="f6" sourceRef="Begin" targetRef="Pack"/>
      <bpmn:userTask id="Pack"/><bpmn:sequenceFlow id="f7" sourceRef="Pack" targetRef="Ship"/>
      <bpmn:userTask id="Ship"/><bpmn:sequenceFlow id="f8" sourceRef="Ship" targetRef="Shipped"/>
      <bpmn:endEvent id="Shipped"/>
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="Broken" attachedToRef="Sub"><bpmn:conditionalEventDefinition>
      <bpmn:condition xsi:type="bpmn:tFormalExpression">=damage = true</bpmn:condition>
    </bpmn:conditionalEventDefinition></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f9" sourceRef="Broken" targetRef="Returned"/><bpmn:endEvent id="Returned"/>
    <bpmn:sequenceFlow id="f10" sourceRef="Sub" targetRef="End"/><bpmn:endEvent id="End"/>
    """,
)
STARTS = process(
    "starts",
    """
    <bpmn:startEvent id="Plain"/><bpmn:sequenceFlow id="f1" sourceRef="Plain" targetRef="AtDesk"/>
    <bpmn:userTask id="AtDesk"/>
    <bpmn:receiveTask id="Order" messageRef="M" instantiate="true"/>
    <bpmn:sequenceFlow id="f2" sourceRef="Order" targetRef="ByPost"/><bpmn:userTask id="ByPost"/>
    """,
    '<bpmn:message id="M" name="order-by-post"/>',
)


class Clerk:
    """Works the tasks of an instance."""

    def __init__(self, platform: RunningPlatform, id_: str) -> None:
        self.platform, self.client, self.id = platform, platform.client(), id_
        platform.idle()

    def get(self) -> dict[str, Any]:
        self.platform.idle()
        return dict(self.client.get(f"/instances/{self.id}").raise_for_status().json())

    def waiting(self) -> set[str]:
        return {wait["elementId"] for wait in self.get()["waiting"] if wait["kind"] != "scope"}

    def do(self, element: str, **variables: Any) -> None:
        (task,) = (w["detail"]["taskId"] for w in self.get()["waiting"] if w["elementId"] == element)
        self.client.post(f"/tasks/{task}/claim").raise_for_status()
        self.client.post(f"/tasks/{task}/complete", json={"variables": variables}).raise_for_status()
        self.platform.idle()

    def states(self) -> dict[str, str]:
        self.platform.idle()
        items = self.client.get(f"/instances/{self.id}/history").raise_for_status().json()["items"]
        return {item["elementId"]: item["state"] for item in items}


@pytest.fixture(scope="module")
def deployed(platform: RunningPlatform) -> RunningPlatform:
    for source in (CONDITIONS, STARTS):
        answer = platform.client().post("/processes", content=source, headers={"Content-Type": "application/xml"})
        assert answer.status_code == 201, answer.text
    return platform


def started(platform: RunningPlatform, process_id: str, **variables: Any) -> Clerk:
    answer = platform.client().post(f"/processes/{process_id}/instances", json={"variables": variables})
    return Clerk(platform, answer.raise_for_status().json()["id"])


def test_a_condition_is_met_by_what_another_branch_writes_and_a_scope_is_left_by_one(deployed: RunningPlatform) -> None:
    clerk = started(deployed, "conditions", weight=1)
    assert clerk.waiting() == {"Weigh", "Heavy"}
    clerk.do("Weigh", weight=20)
    assert clerk.waiting() == {"Pack"}
    clerk.do("Pack", damage=True)
    found = clerk.get()
    assert (found["status"], found["variables"]) == ("completed", {"weight": 20, "damage": True})
    states = clerk.states()
    assert {states[element] for element in ("Heavy", "Warned", "Broken", "Returned", "Pack")} == {"completed"}
    assert states["Sub"] == "cancelled"
    assert "Ship" not in states


def test_a_sub_process_maps_out_what_it_made(deployed: RunningPlatform) -> None:
    clerk = started(deployed, "conditions", weight=11, doubled="outside")
    clerk.do("Weigh")
    clerk.do("Pack")
    clerk.do("Ship", doubled=50)
    found = clerk.get()
    assert (found["status"], found["variables"]) == ("completed", {"weight": 11, "doubled": "outside", "result": 51})


def test_each_start_begins_at_its_own_place(deployed: RunningPlatform) -> None:
    assert started(deployed, "starts").waiting() == {"AtDesk"}
    answer = deployed.client().post("/messages", json={"name": "order-by-post", "variables": {"n": 1}})
    (id_,) = answer.raise_for_status().json()["instances"]
    clerk = Clerk(deployed, id_)
    assert clerk.waiting() == {"ByPost"}
    assert clerk.states()["Order"] == "completed"


def test_one_instance_of_a_key_is_active_at_a_time(deployed: RunningPlatform) -> None:
    """In models drawn for Camunda 8: who renews twice is served one after the other."""
    deploy(deployed, drawn("renewal", "start S message renew; user A; end E; S -> A -> E"))
    message = {"name": "renew", "correlationKey": "ann", "timeToLive": "P1D"}
    sent = [deployed.client().post("/messages", json={**message, "variables": {"n": n}}).json() for n in (1, 2, 3)]
    other = deployed.client().post("/messages", json={**message, "correlationKey": "bob"}).json()
    assert [each["result"] for each in (*sent, other)] == ["started", "buffered", "buffered", "started"]
    for n in (1, 2, 3):
        found = deployed.client().get("/instances?businessKey=ann").raise_for_status().json()["items"]
        (active,) = (each["id"] for each in found if each["status"] == "active")
        clerk = Clerk(deployed, active)
        assert clerk.get()["variables"]["n"] == n
        if n == 2:
            deployed.client().post(f"/instances/{active}/cancel").raise_for_status()
        else:
            clerk.do("A")
        deployed.idle()
    found = deployed.client().get("/instances?businessKey=ann").raise_for_status().json()["items"]
    assert sorted(each["status"] for each in found) == ["cancelled", "completed", "completed"]
