"""Error expressions of Camunda 8's REST connector: answers and failures that become BPMN errors."""

import json
from typing import Any

import pytest

from functions.integration.handler import handle
from functions.runtime.machine_calls import BpmnError, ConnectorRejected, ConnectorUnavailable
from functions.runtime.ports import Connection, WebAnswer, WebUnavailableError
from tests.functions.fakes import World
from tests.functions.invoking import Context

CONTEXT = {
    "instanceId": "i1",
    "execution": "arn:aws:states:eu-central-1:1:execution:m:i1_1",
    "processId": "loan",
    "version": 1,
    "elementId": "Pay",
    "state": "Pay",
    "enteredAt": "2026-11-22T09:00:00.000Z",
}
BY_STATUS = """=if error.code = "404" then bpmnError("GONE", error.message, {why: error.variables.response.body.why})
else if error.code = "503" then jobError("not today")
else if response.body.state = "failed" then bpmnError("FAILED", "no", response.body) else null"""


def asked(answer: WebAnswer | Exception, expression: str, **headers: str) -> Any:
    world = World()
    world.connections = (Connection("bank", "https://bank.example", "http://bank"),)
    world.web.answers = [answer]
    event = {"connector": "io.camunda:http-json:1", "input": {"url": "https://bank.example/pay"}, "context": CONTEXT}
    return handle.with_ports(world.ports)({**event, "headers": {"errorExpression": expression, **headers}}, Context())


def said(status: int, **body: Any) -> WebAnswer:
    return WebAnswer(status, {"content-type": "application/json"}, json.dumps(body).encode())


def raised(answer: WebAnswer | Exception, expression: str = BY_STATUS, **headers: str) -> Any:
    with pytest.raises(BpmnError) as caught:
        asked(answer, expression, **headers)
    return json.loads(str(caught.value))


def test_a_status_becomes_an_error_of_the_model() -> None:
    error = raised(said(404, why="unknown account"))
    assert (error["code"], error["variables"]) == ("GONE", {"why": "unknown account"})
    assert "answered 404" in error["message"]


def test_an_answer_becomes_an_error_of_the_model() -> None:
    error = raised(said(200, state="failed", n=1))
    assert error == {"code": "FAILED", "message": "no", "variables": {"state": "failed", "n": 1}}


def test_null_and_an_empty_context_change_nothing() -> None:
    assert asked(said(200, state="paid"), BY_STATUS)["body"] == {"state": "paid"}
    assert asked(said(200, state="paid"), "={}")["status"] == 200
    with pytest.raises(ConnectorRejected):
        asked(said(400), BY_STATUS)
    with pytest.raises(ConnectorUnavailable):
        asked(WebUnavailableError("no route"), BY_STATUS)


def test_a_job_error_is_not_tried_again() -> None:
    with pytest.raises(ConnectorRejected, match="not today"):
        asked(said(503), BY_STATUS)


def test_what_is_said_without_the_functions_and_by_result_variables() -> None:
    found = raised(
        said(200, state="late"),
        '=if all.body.state = "late" and state = "late" then {code: 7, message: state} else null',
        resultVariable="all",
        resultExpression="={state: body.state}",
    )
    assert found == {"code": "7", "message": "late", "variables": {}}


def test_more_than_an_error_can_bring_is_an_incident() -> None:
    with pytest.raises(ConnectorRejected, match="more variables"):
        asked(said(200, texts=["x" * 900] * 36), '=bpmnError("BIG", "", response.body)')
