"""Activities that run several times and called processes, over HTTP: what is open meanwhile, and that nothing stays."""

from typing import Any

import pytest

from tests.journeys.processes import line, process
from tests.platform import RunningPlatform

XML = {"Content-Type": "application/xml"}
ESCALATION = '<bpmn:escalation id="E" escalationCode="late"/><bpmn:message id="M" name="stop-calling"/>'
CALLED = process(
    "asked",
    line(
        "startEvent#Start",
        "intermediateThrowEvent#Warn{<bpmn:escalationEventDefinition escalationRef='E'/>}",
        "userTask#Answer",
        "endEvent#Done",
    ),
    ESCALATION,
)


def several(sequential: bool, more: str = "") -> str:
    tag = "multiInstanceLoopCharacteristics"
    given = "<bpmn:extensionElements><zeebe:loopCharacteristics inputCollection='=people' inputElement='person'"
    given += " outputCollection='answers' outputElement='=answer'/></bpmn:extensionElements>"
    return f'<bpmn:{tag} isSequential="{str(sequential).lower()}">{given}{more}</bpmn:{tag}>'


ENOUGH = "<bpmn:completionCondition>=numberOfCompletedInstances = 2</bpmn:completionCondition>"
CALL = "<bpmn:extensionElements><zeebe:calledElement processId='asked'/></bpmn:extensionElements>"
CALLING = process(
    "activities",
    line(
        "startEvent#Start",
        "userTask#Each{" + several(True) + "}",
        "userTask#Some{" + several(False, ENOUGH) + "}",
        "callActivity#Call{" + CALL + several(False) + "}",
        "endEvent#Done",
    )
    + "<bpmn:boundaryEvent id='Warned' attachedToRef='Call' cancelActivity='false'><bpmn:escalationEventDefinition "
    "escalationRef='E'/></bpmn:boundaryEvent><bpmn:endEvent id='Noted'/>"
    "<bpmn:sequenceFlow id='Warned_Noted' sourceRef='Warned' targetRef='Noted'/>"
    "<bpmn:boundaryEvent id='Stop' attachedToRef='Call'><bpmn:messageEventDefinition messageRef='M'/>"
    "</bpmn:boundaryEvent><bpmn:endEvent id='Stopped'/>"
    "<bpmn:sequenceFlow id='Stop_Stopped' sourceRef='Stop' targetRef='Stopped'/>",
    ESCALATION,
)


@pytest.fixture(scope="module")
def instance(platform: RunningPlatform) -> str:
    client = platform.client()
    for source in (CALLED, CALLING):
        assert client.post("/processes", content=source, headers=XML).status_code == 201
    body = {"businessKey": "ACT-1", "variables": {"people": ["a", "b", "c"], "person": "outer"}}
    return str(client.post("/processes/activities/instances", json=body).raise_for_status().json()["id"])


def tasks(platform: RunningPlatform, element: str) -> list[str]:
    platform.idle()
    found = platform.client().get("/tasks").raise_for_status().json()["items"]
    return [task["id"] for task in found if task["elementId"] == element]


def complete(platform: RunningPlatform, task: str, **variables: Any) -> None:
    platform.client().post(f"/tasks/{task}/claim").raise_for_status()
    platform.client().post(f"/tasks/{task}/complete", json={"variables": variables}).raise_for_status()


def test_instances_and_called_processes_leave_nothing_open(platform: RunningPlatform, instance: str) -> None:
    for turn in range(3):
        (task,) = tasks(platform, "Each")
        complete(platform, task, answer=turn)
    found = tasks(platform, "Some")
    assert len(found) == 3
    for task in found[:2]:
        complete(platform, task, answer="yes")
    assert tasks(platform, "Some") == []
    answers = tasks(platform, "Answer")
    assert len(answers) == 3
    complete(platform, answers[0], answer="called")
    message = {"name": "stop-calling", "correlationKey": "ACT-1"}
    platform.client().post("/messages", json=message).raise_for_status()
    platform.idle()
    ended = platform.client().get(f"/instances/{instance}").raise_for_status().json()
    assert (ended["status"], ended["waiting"], ended["incidents"]) == ("completed", [], [])
    assert ended["variables"]["person"] == "outer"
    assert sorted(str(answer) for answer in ended["variables"]["answers"]) == ["None", "yes", "yes"]
    assert tasks(platform, "Answer") == []
    called = platform.client().get("/instances?processId=asked").raise_for_status().json()["items"]
    assert sorted(item["status"] for item in called) == ["cancelled", "cancelled", "completed"]
    history = platform.client().get(f"/instances/{instance}/history").raise_for_status().json()["items"]
    counts = [item["elementId"] for item in history if item["state"] == "completed"]
    assert (counts.count("Each"), counts.count("Some"), counts.count("Noted"), counts.count("Stopped")) == (3, 2, 3, 1)
