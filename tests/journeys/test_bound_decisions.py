"""Which version of a decision a process asks, over HTTP: by its binding, when it is published and published again."""

from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.journeys.processes import line, process
from tests.platform import RunningPlatform

XML = {"Content-Type": "application/xml"}
HEAD = '<?xml version="1.0"?><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/dmn"'


def decision(id_: str, value: str, tag: str = "", dialect: str = "camunda8") -> bytes:
    """A version of a decision, with its version tag."""
    attribute = f' camunda:versionTag="{tag}"' if tag and dialect == "camunda7" else ""
    box = f'<extensionElements><zeebe:versionTag value="{tag}"/></extensionElements>' if tag and not attribute else ""
    logic = f'<literalExpression><text>"{value}"</text></literalExpression>'
    inside = f'<decision id="{id_}" name="{id_}"{attribute}>{box}<variable name="{id_}"/>{logic}</decision>'
    return f'{HEAD} {CAMUNDA} {ZEEBE} namespace="n">{inside}</definitions>'.encode()


def camunda8(id_: str, asked: str, **bindings: str) -> bytes:
    """A process that asks once for each binding, into a variable of that name."""
    rules = (
        f"businessRuleTask#{name}{{<bpmn:extensionElements><zeebe:calledDecision resultVariable='{name}' "
        + (binding if "decisionId" in binding else f"decisionId='{asked}' {binding}")
        + "/></bpmn:extensionElements>}"
        for name, binding in bindings.items()
    )
    return process(id_, line("startEvent#Start", *rules, "endEvent#End"))


def camunda7(id_: str, asked: str, **bindings: str) -> bytes:
    """The same in the other dialect."""
    names, ids = dict(bindings), ["Start", *bindings, "End"]
    rules = "".join(
        f'<businessRuleTask id="{name}" camunda:decisionRef="{asked}" camunda:mapDecisionResult="singleEntry" '
        f'camunda:resultVariable="{name}" {binding}/>'
        for name, binding in names.items()
    )
    flows = "".join(
        f'<sequenceFlow id="f{i}" sourceRef="{a}" targetRef="{b}"/>' for i, (a, b) in enumerate(pairwise(ids))
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" '
        f'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><process id="{id_}" isExecutable="true">'
        f'<startEvent id="Start"/>{rules}<endEvent id="End"/>{flows}</process></definitions>'
    ).encode()


EACH8 = camunda8("asks-8", "rate", current="", tagged='bindingType="versionTag" versionTag="spring"')
COMPUTED = camunda8("asks-computed", "rate", computed='bindingType="versionTag" versionTag="=season"')
EACH7 = camunda7(
    "asks-7",
    "rate",
    current="",
    first='camunda:decisionRefBinding="version" camunda:decisionRefVersion="1"',
    second='camunda:decisionRefBinding="version" camunda:decisionRefVersion="2"',
    tagged='camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="spring"',
)


def deploy(client: httpx.Client, **files: bytes) -> dict[str, Any]:
    """Deploys them together."""
    sent = [("files", (name.replace("_", "."), content)) for name, content in files.items()]
    answer = client.post("/processes", files=sent)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def asked(platform: RunningPlatform, process_id: str) -> dict[str, Any]:
    """What an instance of the current version comes to."""
    client = platform.client()
    started = client.post(f"/processes/{process_id}/instances", json={"variables": {"season": "spring"}})
    instance = started.raise_for_status().json()["id"]
    platform.idle()
    found: dict[str, Any] = client.get(f"/instances/{instance}").raise_for_status().json()
    assert found["status"] == "completed", found
    return {name: value for name, value in found["variables"].items() if name != "season"}


def decide(platform: RunningPlatform, source: bytes) -> int:
    """Deploys a version of a decision by itself."""
    answer = platform.client().post("/decisions", content=source, headers=XML).raise_for_status()
    return int(answer.json()["decisions"][0]["version"])


def test_each_binding_asks_its_version_until_the_process_is_published_again(platform: RunningPlatform) -> None:
    client = platform.client()
    decide(platform, decision("rate", "one", "spring", "camunda7"))
    decide(platform, decision("rate", "two"))
    deploy(client, asks8_bpmn=EACH8, asks7_bpmn=EACH7, computed_bpmn=COMPUTED)
    assert asked(platform, "asks-8") == {"current": "two", "tagged": "one"}
    assert asked(platform, "asks-7") == {"current": "two", "first": "one", "second": "two", "tagged": "one"}
    assert asked(platform, "asks-computed") == {"computed": "one"}
    decide(platform, decision("rate", "three", "spring"))
    assert asked(platform, "asks-8") == {"current": "two", "tagged": "one"}
    assert asked(platform, "asks-7") == {"current": "two", "first": "one", "second": "two", "tagged": "one"}
    assert asked(platform, "asks-computed") == {"computed": "three"}, "which one is looked up when it is reached"
    again = deploy(client, asks8_bpmn=EACH8, asks7_bpmn=EACH7, computed_bpmn=COMPUTED)
    assert {each["id"]: each["version"] for each in again["processes"]} == {
        "asks-8": 2,
        "asks-7": 2,
        "asks-computed": 1,
    }
    assert asked(platform, "asks-8") == {"current": "three", "tagged": "three"}
    assert asked(platform, "asks-7") == {"current": "three", "first": "one", "second": "two", "tagged": "three"}
    assert {each["version"] for each in deploy(client, asks7_bpmn=EACH7)["processes"]} == {2}, "nothing is new"


def test_what_each_version_decided_is_told(platform: RunningPlatform) -> None:
    client = platform.client()
    for value in ("old", "new"):
        decide(platform, decision("told", value))
    binding = 'camunda:decisionRefBinding="version" camunda:decisionRefVersion="1"'
    deploy(client, asks_bpmn=camunda7("asks-told", "told", first=binding, current=""))
    instance = client.post("/processes/asks-told/instances", json={}).raise_for_status().json()["id"]
    platform.idle()
    told = client.get(f"/instances/{instance}/decisions").raise_for_status().json()["items"]
    results = {each["elementId"]: (each["decisionId"], each["version"], each["outcome"]["result"]) for each in told}
    assert results == {"first": ("told", 1, "old"), "current": ("told", 2, "new")}


def test_what_is_deployed_together_belongs_together(platform: RunningPlatform) -> None:
    client = platform.client()
    decide(platform, decision("shared", "another"))
    source = camunda8(
        "asks-together",
        "shared",
        fixed='bindingType="deployment"',
        computed="""decisionId='=if season = "spring" then "shared" else season' bindingType="deployment\"""",
    )
    refused = client.post("/processes", content=source, headers=XML)
    assert [(e["code"], e["elementId"]) for e in refused.json()["errors"]] == [("FLOW-041", "fixed")]
    deploy(client, asks_bpmn=source, shared_dmn=decision("shared", "mine"))
    decide(platform, decision("shared", "another"))
    assert asked(platform, "asks-together") == {"fixed": "mine", "computed": "mine"}
    newer = deploy(client, asks_bpmn=source, shared_dmn=decision("shared", "newer"))
    assert newer["processes"][0]["version"] == 2
    assert asked(platform, "asks-together") == {"fixed": "newer", "computed": "newer"}


def test_a_version_that_comes_with_the_process_counts(platform: RunningPlatform) -> None:
    client = platform.client()
    number = decide(platform, decision("coming", "first")) + 1
    binding = f'camunda:decisionRefBinding="version" camunda:decisionRefVersion="{number}"'
    source = camunda7("asks-next", "coming", next=binding)
    assert client.post("/processes", content=source, headers=XML).status_code == 422
    deploy(client, asks_bpmn=source, coming_dmn=decision("coming", "second", "autumn"))
    assert asked(platform, "asks-next") == {"next": "second"}


def test_camunda_7_maps_the_result_of_a_decision_that_an_expression_names(platform: RunningPlatform) -> None:
    for value, tag in (("first", "spring"), ("second", "")):
        decide(platform, decision("spring", value, tag))
    tagged = 'camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="${season}"'
    source = camunda7("asks-named", "${season}", current="", tagged=tagged)
    deploy(platform.client(), asks_bpmn=source)
    assert asked(platform, "asks-named") == {"current": "second", "tagged": "first"}


@pytest.mark.parametrize(
    ("binding", "words"),
    [
        ('camunda:decisionRefBinding="version" camunda:decisionRefVersion="999"', "no version 999 of"),
        ('camunda:decisionRefBinding="version" camunda:decisionRefVersion="new"', "give a whole number"),
        ('camunda:decisionRefBinding="version"', "names none"),
        ('camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="winter"', "version tag 'winter'"),
        ('camunda:decisionRefBinding="deployment"', "deployed together"),
    ],
)
def test_a_version_that_is_not_there_is_refused(platform: RunningPlatform, binding: str, words: str) -> None:
    decide(platform, decision("lone", "first"))
    source = camunda7("asks-none", "lone", rule=binding)
    refused = platform.client().post("/processes", content=source, headers=XML)
    assert (refused.status_code, refused.json()["code"]) == (422, "process-refused")
    assert any(words in each["message"] and each["elementId"] == "rule" for each in refused.json()["errors"])
