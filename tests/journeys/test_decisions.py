"""A decision's life over HTTP: refused with reasons, deployed, asked by channels and processes, compared."""

from typing import Any

import pytest

from tests.journeys.bundles import PRODUCTS, publish
from tests.journeys.processes import line, process
from tests.journeys.sale import Sale
from tests.platform import RunningPlatform
from tests.state_machines.dmn.builder import decision, definitions

SCORING = (PRODUCTS / "cash-loan" / "loan-scoring.dmn").read_bytes()
STRICTER = SCORING.replace(b"[18..75]", b"[30..75]")
XML = {"Content-Type": "application/xml"}
FORKED = process(
    "scored-beside",
    line("startEvent#Start", "parallelGateway#Fork", "userTask#Look", "parallelGateway#Join", "endEvent#End")
    + "<bpmn:businessRuleTask id='Score'><bpmn:extensionElements><zeebe:calledDecision decisionId='loan-scoring' "
    "resultVariable='scoring'/></bpmn:extensionElements></bpmn:businessRuleTask>"
    "<bpmn:sequenceFlow id='to' sourceRef='Fork' targetRef='Score'/>"
    "<bpmn:sequenceFlow id='of' sourceRef='Score' targetRef='Join'/>",
)
GOOD = {"age": 29, "monthlyIncome": 8000, "amount": 10000, "termMonths": 12}


@pytest.fixture(scope="module", autouse=True)
def published(platform: RunningPlatform) -> None:
    publish(platform.client(), "cash-loan")


def test_what_a_stricter_version_would_have_decided_last_month(platform: RunningPlatform) -> None:
    client = platform.client()
    young, old = (Sale(platform, f"COMPARED-{age}").apply(age=age) for age in (28, 50))
    began = young.get()["startedAt"]
    asked = client.post("/decisions/loan-scoring/evaluate", json={"variables": GOOD}).json()
    deployed = client.post("/decisions", content=STRICTER, headers=XML)
    assert deployed.status_code == 201, deployed.text
    version = deployed.json()["decisions"][0]["version"]
    platform.advance("PT1S")
    compared = client.post("/decisions/loan-scoring/compare", json={"from": began, "after": version}).json()
    assert compared["compared"] >= 3 and compared["until"] is None
    changed: dict[Any, Any] = {each["instanceId"]: each for each in compared["differences"]}
    assert changed[young.id]["elementId"] == "ScoreApplication", "decided inside the machine"
    assert changed[young.id]["variables"]["age"] == 28
    assert changed[None]["before"]["result"] == asked["result"]
    assert old.id not in changed
    assert changed[young.id]["after"]["result"]["eligible"] is False
    (decided,) = client.get(f"/instances/{young.id}/decisions").raise_for_status().json()["items"]
    assert (decided["decisionId"], decided["elementId"], decided["version"]) == ("loan-scoring", "ScoreApplication", 1)
    assert decided["outcome"] == changed[young.id]["before"]
    assert decided["variables"] == changed[young.id]["variables"]
    client.post("/decisions", content=SCORING, headers=XML).raise_for_status()


def test_what_was_decided_in_a_branch_is_known_with_all_that_it_read(platform: RunningPlatform) -> None:
    client = platform.client()
    client.post("/processes", content=FORKED, headers=XML).raise_for_status()
    body = {"variables": GOOD | {"age": 25}}
    started = client.post("/processes/scored-beside/instances", json=body).raise_for_status().json()["id"]
    began = client.get(f"/instances/{started}").json()["startedAt"]
    platform.idle()
    version = client.post("/decisions", content=STRICTER, headers=XML).raise_for_status().json()["decisions"][0]
    platform.advance("PT1S")
    body = {"from": began, "after": version["version"]}
    compared = client.post("/decisions/loan-scoring/compare", json=body).raise_for_status().json()
    (found,) = (each for each in compared["differences"] if each["instanceId"] == started)
    assert (found["elementId"], found["variables"]) == ("Score", GOOD | {"age": 25})
    client.post("/decisions", content=SCORING, headers=XML).raise_for_status()


def test_files_with_faults_are_refused_with_all_of_them(platform: RunningPlatform) -> None:
    faulty = SCORING.replace(b"[18..75]", b"[18.75").replace(b"&gt;= 6000", b"&gt;&gt; 6000")
    refused = platform.client().post("/decisions", content=faulty, headers=XML)
    assert (refused.status_code, refused.json()["code"]) == (422, "decision-refused")
    assert len(refused.json()["errors"]) >= 3
    assert all(each["line"] and each["message"] for each in refused.json()["errors"])


def test_a_strict_deployment_refuses_what_it_would_warn_of(platform: RunningPlatform) -> None:
    client = platform.client()
    never = definitions(decision("<literalExpression><text>1 + true</text></literalExpression>"))
    refused = client.post("/decisions?strict=true", content=never, headers=XML)
    assert (refused.status_code, refused.json()["code"]) == (422, "decision-refused"), refused.text
    assert [(each["code"], each["severity"]) for each in refused.json()["errors"]] == [("DMN-012", "warning")]
    assert client.post("/decisions/decide/evaluate", json={"variables": {}}).status_code == 404
    assert client.post("/decisions", content=never, headers=XML).status_code == 201
    assert client.post("/decisions?strict=true", content=SCORING, headers=XML).status_code == 201


def test_why_no_rule_matched(platform: RunningPlatform) -> None:
    body = {"variables": GOOD | {"age": "29"}, "trace": True}
    told = platform.client().post("/decisions/loan-scoring/evaluate", json=body).json()
    assert told["warnings"] == ["The input 'Age' must be a number, but is a string that does not fit"]
    assert any("Age" in (rule["reason"] or "") for rule in told["trace"][0]["rules"])
