"""Scopes over HTTP: what interrupts them, what runs beside them, and that nothing of them stays behind."""

from typing import Any

import pytest

from tests.journeys.processes import process
from tests.platform import RunningPlatform

BPMN = process(
    "scopes",
    """
    <bpmn:startEvent id="Start"/><bpmn:sequenceFlow id="f1" sourceRef="Start" targetRef="Sub"/>
    <bpmn:subProcess id="Sub">
      <bpmn:startEvent id="Begin"/><bpmn:sequenceFlow id="f2" sourceRef="Begin" targetRef="Tell"/>
      <bpmn:intermediateThrowEvent id="Tell"><bpmn:signalEventDefinition signalRef="S"/></bpmn:intermediateThrowEvent>
      <bpmn:sequenceFlow id="f3" sourceRef="Tell" targetRef="Pick"/>
      <bpmn:userTask id="Pick"/><bpmn:sequenceFlow id="f4" sourceRef="Pick" targetRef="Both"/>
      <bpmn:parallelGateway id="Both"/><bpmn:sequenceFlow id="f9" sourceRef="Both" targetRef="Pack"/>
      <bpmn:userTask id="Pack"/><bpmn:sequenceFlow id="f5" sourceRef="Pack" targetRef="Packed"/>
      <bpmn:sequenceFlow id="f10" sourceRef="Both" targetRef="Weigh"/>
      <bpmn:userTask id="Weigh"/><bpmn:sequenceFlow id="f11" sourceRef="Weigh" targetRef="Sum"/>
      <bpmn:scriptTask id="Sum"><bpmn:extensionElements>
        <zeebe:script expression="=grams / 1000" resultVariable="kilos"/>
      </bpmn:extensionElements></bpmn:scriptTask><bpmn:sequenceFlow id="f12" sourceRef="Sum" targetRef="Packed"/>
      <bpmn:endEvent id="Packed"/>
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="Stop" attachedToRef="Sub"><bpmn:messageEventDefinition messageRef="M"/></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f6" sourceRef="Stop" targetRef="Stopped"/><bpmn:endEvent id="Stopped"/>
    <bpmn:boundaryEvent id="Told" attachedToRef="Sub" cancelActivity="false">
      <bpmn:signalEventDefinition signalRef="S"/></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f7" sourceRef="Told" targetRef="Noted"/><bpmn:endEvent id="Noted"/>
    <bpmn:sequenceFlow id="f8" sourceRef="Sub" targetRef="End"/><bpmn:endEvent id="End"/>
    """,
    '<bpmn:message id="M" name="stop-picking"/><bpmn:signal id="S" name="picking-begins"/>',
)

ASIDE = process(
    "aside",
    """
    <bpmn:startEvent id="Start"/><bpmn:sequenceFlow id="f1" sourceRef="Start" targetRef="Sub"/>
    <bpmn:subProcess id="Sub">
      <bpmn:startEvent id="Begin"/><bpmn:sequenceFlow id="f2" sourceRef="Begin" targetRef="Pick"/>
      <bpmn:userTask id="Pick"/><bpmn:sequenceFlow id="f3" sourceRef="Pick" targetRef="Picked"/>
      <bpmn:endEvent id="Picked"/>
      <bpmn:subProcess id="Handler" triggeredByEvent="true">
        <bpmn:startEvent id="Asked" isInterrupting="false">
          <bpmn:messageEventDefinition messageRef="M"/></bpmn:startEvent>
        <bpmn:sequenceFlow id="f4" sourceRef="Asked" targetRef="Check"/>
        <bpmn:userTask id="Check"/><bpmn:sequenceFlow id="f5" sourceRef="Check" targetRef="Bad"/>
        <bpmn:endEvent id="Bad"><bpmn:errorEventDefinition errorRef="X"/></bpmn:endEvent>
      </bpmn:subProcess>
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="Failed" attachedToRef="Sub"><bpmn:errorEventDefinition errorRef="X"/></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f6" sourceRef="Failed" targetRef="Mend"/><bpmn:userTask id="Mend"/>
    <bpmn:sequenceFlow id="f7" sourceRef="Mend" targetRef="Mended"/><bpmn:endEvent id="Mended"/>
    <bpmn:sequenceFlow id="f8" sourceRef="Sub" targetRef="End"/><bpmn:endEvent id="End"/>
    """,
    '<bpmn:message id="M" name="check-order"/><bpmn:error id="X" errorCode="X1"/>',
)


@pytest.fixture(scope="module")
def deployed(platform: RunningPlatform) -> RunningPlatform:
    for source in (BPMN, ASIDE):
        answer = platform.client().post("/processes", content=source, headers={"Content-Type": "application/xml"})
        assert answer.status_code == 201, answer.text
    return platform


class Instance:
    """A started instance and what a clerk does with it."""

    def __init__(self, platform: RunningPlatform, key: str, process_id: str = "scopes") -> None:
        self.platform, self.client = platform, platform.client()
        body = {"businessKey": key, "variables": {"order": key}}
        self.id = self.client.post(f"/processes/{process_id}/instances", json=body).raise_for_status().json()["id"]
        platform.idle()

    def get(self) -> dict[str, Any]:
        self.platform.idle()
        return dict(self.client.get(f"/instances/{self.id}").raise_for_status().json())

    def do(self, element: str, **variables: Any) -> None:
        waiting = {wait["elementId"]: wait for wait in self.get()["waiting"]}
        task = waiting[element]["detail"]["taskId"]
        self.client.post(f"/tasks/{task}/claim").raise_for_status()
        self.client.post(f"/tasks/{task}/complete", json={"variables": variables}).raise_for_status()
        self.platform.idle()

    def states(self) -> set[tuple[str, str]]:
        self.platform.idle()
        items = self.client.get(f"/instances/{self.id}/history").raise_for_status().json()["items"]
        return {(item["elementId"], item["state"]) for item in items}


def test_a_message_interrupts_a_sub_process_and_keeps_what_its_branches_have_written(deployed: RunningPlatform) -> None:
    order = Instance(deployed, "o-1")
    order.do("Pick", picked=3)
    assert order.get()["variables"]["picked"] == 3
    order.do("Weigh", grams=1500)
    body = {"name": "stop-picking", "correlationKey": "o-1", "variables": {"why": "enough"}}
    assert order.client.post("/messages", json=body).raise_for_status().json()["result"] == "correlated"
    found = order.get()
    assert (found["status"], found["waiting"]) == ("completed", [])
    written = {"picked": 3, "grams": 1500, "kilos": 1.5}
    assert {"order": "o-1", **written, "why": "enough"}.items() <= found["variables"].items()
    assert {
        ("Sub", "cancelled"),
        ("Pack", "cancelled"),
        ("Stopped", "completed"),
        ("Noted", "completed"),
    } <= order.states()


def test_a_sub_process_that_ends_first_is_interrupted_no_more(deployed: RunningPlatform) -> None:
    order = Instance(deployed, "o-2")
    order.do("Pick"), order.do("Pack"), order.do("Weigh", grams=0)
    found = order.get()
    assert (found["status"], found["waiting"]) == ("completed", [])
    assert {("Sub", "completed"), ("Told", "completed"), ("End", "completed")} <= order.states()
    body = {"name": "stop-picking", "correlationKey": "o-2"}
    assert order.client.post("/messages", json=body).raise_for_status().json()["result"] == "buffered"


def test_an_error_out_of_a_handler_beside_leaves_the_scope_around(deployed: RunningPlatform) -> None:
    order = Instance(deployed, "o-3", "aside")
    for asked in (1, 2):
        body = {"name": "check-order", "correlationKey": "o-3", "variables": {"asked": asked}}
        order.client.post("/messages", json=body).raise_for_status()
        order.platform.idle()
    order.do("Check", checked=True)
    assert {wait["elementId"] for wait in order.get()["waiting"]} == {"Mend"}
    order.do("Mend")
    found = order.get()
    assert (found["status"], found["waiting"], found["variables"]["checked"]) == ("completed", [], True)
    gone = {("Pick", "cancelled"), ("Bad", "completed"), ("Mended", "completed")}
    assert gone <= order.states()
