"""Loops whose turns take no time: each turn throws its own signals and messages, and hears a signal once."""

import pytest

from tests.journeys.processes import line, process
from tests.platform import RunningPlatform

COUNT = (
    'scriptTask#Count{<bpmn:extensionElements><zeebe:script expression="=n + 1" resultVariable="n"/>'
    "</bpmn:extensionElements>}"
)
DECLARED = (
    '<bpmn:signal id="Bell" name="turn-bell"/><bpmn:signal id="Horn" name="turn-horn"/>'
    '<bpmn:message id="Letter" name="turn-letter"/>'
)
AGAIN = (
    '<bpmn:sequenceFlow id="Again" sourceRef="More" targetRef="{}"><bpmn:conditionExpression>=n &lt; 3'
    "</bpmn:conditionExpression></bpmn:sequenceFlow>"
)


def turning(id_: str, *nodes: str) -> bytes:
    """A process that goes three times through these nodes, and counts."""
    whole = line("startEvent#Start", "exclusiveGateway#Turn", *nodes, COUNT, "exclusiveGateway#More", "endEvent#Done")
    whole = whole.replace('id="More"', 'id="More" default="More_Done"')
    return process(id_, whole + AGAIN.format("Turn"), DECLARED)


def begun_by(id_: str, definition: str) -> bytes:
    return process(id_, line(f"startEvent#Start{{<bpmn:{definition}/>}}", "userTask#Look", "endEvent#Done"), DECLARED)


PROCESSES = (
    turning(
        "turn-throwing",
        "intermediateThrowEvent#Ring{<bpmn:signalEventDefinition signalRef='Bell'/>}",
        "intermediateThrowEvent#Send{<bpmn:messageEventDefinition messageRef='Letter'/>}",
    ),
    turning("turn-hearing", "intermediateCatchEvent#Hear{<bpmn:signalEventDefinition signalRef='Horn'/>}"),
    begun_by("turn-rung", "signalEventDefinition signalRef='Bell'"),
    begun_by("turn-written", "messageEventDefinition messageRef='Letter'"),
)


@pytest.fixture(scope="module")
def deployed(platform: RunningPlatform) -> RunningPlatform:
    for source in PROCESSES:
        answer = platform.client().post("/processes", content=source, headers={"Content-Type": "application/xml"})
        assert answer.status_code == 201, answer.text
    platform.idle()
    return platform


def start(platform: RunningPlatform, process_id: str) -> str:
    answer = platform.client().post(f"/processes/{process_id}/instances", json={"variables": {"n": 0}})
    platform.idle()
    return str(answer.raise_for_status().json()["id"])


def test_each_turn_throws_its_own_signal_and_message(deployed: RunningPlatform) -> None:
    start(deployed, "turn-throwing")
    for begun in ("turn-rung", "turn-written"):
        assert len(deployed.client().get("/instances", params={"processId": begun}).json()["items"]) == 3


def test_a_signal_ends_one_turn_and_the_next_one_the_next(deployed: RunningPlatform) -> None:
    instance = start(deployed, "turn-hearing")
    for turn in (1, 2, 3):
        assert deployed.client().post("/signals", json={"name": "turn-horn"}).json() == {"instances": [instance]}
        deployed.idle()
        history = deployed.client().get(f"/instances/{instance}/history").json()["items"]
        assert [i["state"] for i in history if i["elementId"] == "Hear"].count("completed") == turn
    assert deployed.client().get(f"/instances/{instance}").json()["status"] == "completed"
