"""A loop of more rounds than one execution runs is one instance over HTTP."""

from collections import Counter

from tests.journeys.processes import process
from tests.platform import RunningPlatform

ROUNDS = 700
BPMN = process(
    "counting",
    f"""
    <bpmn:startEvent id="Start"/><bpmn:sequenceFlow id="f1" sourceRef="Start" targetRef="Again"/>
    <bpmn:exclusiveGateway id="Again"/><bpmn:sequenceFlow id="f2" sourceRef="Again" targetRef="Count"/>
    <bpmn:scriptTask id="Count"><bpmn:extensionElements><zeebe:script expression="=n + 1" resultVariable="n"/>
    </bpmn:extensionElements></bpmn:scriptTask><bpmn:sequenceFlow id="f3" sourceRef="Count" targetRef="Enough"/>
    <bpmn:exclusiveGateway id="Enough" default="f5"/>
    <bpmn:sequenceFlow id="f4" sourceRef="Enough" targetRef="Again">
    <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=n &lt; {ROUNDS}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f5" sourceRef="Enough" targetRef="Look"/>
    <bpmn:userTask id="Look"/>
    <bpmn:sequenceFlow id="f6" sourceRef="Look" targetRef="Again2"/>
    <bpmn:exclusiveGateway id="Again2" default="f8"/>
    <bpmn:sequenceFlow id="f7" sourceRef="Again2" targetRef="Again">
    <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=more</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f8" sourceRef="Again2" targetRef="End"/><bpmn:endEvent id="End"/>
    """,
)


def test_many_rounds_are_one_instance(platform: RunningPlatform) -> None:
    client = platform.client()
    answer = client.post("/processes", content=BPMN, headers={"Content-Type": "application/xml"})
    assert answer.status_code == 201, answer.text
    started = client.post("/processes/counting/instances", json={"businessKey": "c-1", "variables": {"n": 0}})
    path = f"/instances/{started.raise_for_status().json()['id']}"
    platform.idle()
    found = client.get(path).raise_for_status().json()
    assert found["status"] == "active"
    [waiting] = found["waiting"]
    assert waiting["elementId"] == "Look" and found["variables"]["n"] == ROUNDS

    def finish(**variables: object) -> None:
        [task] = [wait["detail"]["taskId"] for wait in client.get(path).raise_for_status().json()["waiting"]]
        client.post(f"/tasks/{task}/claim").raise_for_status()
        client.post(f"/tasks/{task}/complete", json={"variables": variables}).raise_for_status()
        platform.idle()

    finish(more=True)
    assert client.get(path).json()["variables"]["n"] == ROUNDS + 1
    finish(more=False)
    ended = client.get(path).raise_for_status().json()
    assert (ended["status"], ended["waiting"]) == ("completed", [])
    counts: Counter[str] = Counter()
    cursor = ""
    while True:
        page = client.get(f"{path}/history", params={"cursor": cursor} if cursor else {}).raise_for_status().json()
        counts.update(item["elementId"] for item in page["items"])
        if not (cursor := page.get("nextCursor") or ""):
            break
    assert (counts["Start"], counts["Count"], counts["Look"], counts["End"]) == (1, ROUNDS + 1, 2, 1)
    listed = client.get("/instances", params={"processId": "counting"}).raise_for_status().json()["items"]
    assert len(listed) == 1
