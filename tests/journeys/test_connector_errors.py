"""Error expressions of connectors over HTTP: what a partner answers leads to the model's error events."""

from xml.sax.saxutils import quoteattr

import pytest

from tests.journeys.drawn import deploy, drawn
from tests.platform import RunningPlatform

EXPRESSION = """=if error.code = "404" then bpmnError("GONE", error.message)
else if error.code = "503" then jobError("down for long")
else if response.body.score < limit then bpmnError("LOW", "too low", {score: response.body.score}) else null"""
INPUTS = {"url": "=url", "method": '="POST"', "body": "={amount: 1}"}
HEADERS = {"resultExpression": "={limit: if reference = null then 9999 else 0}", "errorExpression": EXPRESSION}
INSIDE = (
    '<zeebe:taskDefinition type="io.camunda:http-json:1"/><zeebe:ioMapping>'
    + "".join(f"<zeebe:input source={quoteattr(source)} target='{name}'/>" for name, source in INPUTS.items())
    + "</zeebe:ioMapping><zeebe:taskHeaders>"
    + "".join(f"<zeebe:header key='{name}' value={quoteattr(value)}/>" for name, value in HEADERS.items())
    + "</zeebe:taskHeaders>"
)
TASK = f'<bpmn:serviceTask id="Ask"><bpmn:extensionElements>{INSIDE}</bpmn:extensionElements></bpmn:serviceTask>'
SKETCH = f"""
start S; end E; end Gone; end Low
{TASK}
boundary G on Ask error GONE; boundary L on Ask error LOW
S -> Ask -> E; G -> Gone; L -> Low
"""


@pytest.mark.parametrize(
    ("path", "available", "status", "passed"),
    [("reports", True, "completed", "Low"), ("nothing", True, "completed", "Gone"), ("reports", False, "incident", "")],
)
def test_an_answer_leads_to_the_error_events(
    platform: RunningPlatform, path: str, available: bool, status: str, passed: str
) -> None:
    deploy(platform, drawn("asking", SKETCH))
    platform.partner("credit-bureau", available=available)
    client = platform.client()
    try:
        body = {"variables": {"url": f"https://credit-bureau.example/v1/{path}"}}
        id_ = client.post("/processes/asking/instances", json=body).raise_for_status().json()["id"]
        platform.idle()
        found = client.get(f"/instances/{id_}").raise_for_status().json()
    finally:
        platform.partner("credit-bureau", available=True)
    assert found["status"] == status, found
    if not passed:
        (incident,) = found["incidents"]
        assert "down for long" in incident["cause"]
        client.post(f"/instances/{id_}/cancel").raise_for_status()
        return
    items = client.get(f"/instances/{id_}/history").raise_for_status().json()["items"]
    assert passed in {item["elementId"] for item in items}
    assert ("score" in found["variables"]) == (passed == "Low")
