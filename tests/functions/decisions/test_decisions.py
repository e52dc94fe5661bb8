"""Decisions over the API, and for machines that cannot evaluate what a model says."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contract import routes, tables
from contract.buckets import ARTIFACTS
from functions.decisions.handler import handle
from functions.runtime import registry
from functions.runtime.machine_calls import ConnectorRejected
from functions.runtime.records import Put
from tests.functions.fakes import World
from tests.functions.invoking import Context, call
from tests.state_machines.dmn.builder import decision, definitions

DMN = (Path(__file__).parents[3] / "catalogue/products/cash-loan/loan-scoring.dmn").read_bytes()
GOOD = {"age": 40, "monthlyIncome": 8000, "amount": 10000, "termMonths": 12}


@pytest.fixture
def world() -> World:
    world = World()
    for version in (1, 2):
        item = {"pk": registry.key("decision", "loan-scoring"), "version": version, "name": "Loan scoring"}
        item["deployedAt"] = world.clock.now().isoformat()
        world.store.write(Put(tables.REGISTRY, item | {"sk": registry.version_key(version)}))
        source = DMN if version == 1 else DMN.replace(b"[18..75]", b"[21..75]")
        world.objects.put(ARTIFACTS, registry.artifact("decision", "loan-scoring", version), source, "")
    current = item | {"sk": "CURRENT", "kind": "decision", "sortKey": "loan-scoring"}
    process = {"pk": registry.key("process", "p"), "sk": registry.version_key(1), "decisions": {"loan-scoring": 1}}
    world.store.write(Put(tables.REGISTRY, current), Put(tables.REGISTRY, process))
    return world


def machine_call(world: World, connector: str, **given: Any) -> Any:
    context = {"instanceId": "i", "execution": "e", "processId": "p", "version": 1, "elementId": "x", "state": "x"}
    context["enteredAt"] = "t"
    event = {"connector": connector, "input": given, "headers": {}, "context": context}
    return handle.with_ports(world.ports)(event, Context())


def test_a_decision_says_which_rules_fired(world: World) -> None:
    reply = call(world, handle, routes.EVALUATE_DECISION, path={"id": "loan-scoring"}, body={"variables": GOOD})
    assert reply.status == 200, reply.body
    assert reply.json["result"]["eligible"] is True
    assert (reply.json["version"], len(reply.json["matchedRules"])) == (2, 1)


def test_versions_are_kept_apart(world: World) -> None:
    def eligible(version: int) -> bool:
        body = {"variables": GOOD | {"age": 19}, "version": version}
        found = call(world, handle, routes.EVALUATE_DECISION, path={"id": "loan-scoring"}, body=body)
        return bool(found.json["result"]["eligible"])

    assert (eligible(1), eligible(2)) == (True, False)
    asked = machine_call(world, "dpc:decision", decisionId="loan-scoring", variables=GOOD | {"age": 19})
    assert asked["value"]["eligible"] is True, "the version that the process came with"
    assert len(asked["matchedRules"]) == 1


def test_many_inputs_and_two_versions_over_what_was_recorded(world: World) -> None:
    path, inputs = {"id": "loan-scoring"}, [GOOD, GOOD | {"age": 19}, GOOD | {"age": 90}]
    batch = call(world, handle, routes.EVALUATE_DECISION_BATCH, path=path, body={"inputs": inputs, "version": 1})
    assert [each["result"]["eligible"] for each in batch.json["outcomes"]] == [True, True, False]
    body = {"inputs": inputs, "before": 1, "after": 2}
    compared = call(world, handle, routes.COMPARE_DECISION, path=path, body=body).json
    assert (compared["compared"], [each["index"] for each in compared["differences"]]) == (3, [1])
    assert compared["differences"][0]["before"]["result"]["eligible"] is True
    assert compared["differences"][0]["after"]["matchedRules"][0]["index"] == 1
    assert call(world, handle, routes.COMPARE_DECISION, path=path, body=body | {"after": 9}).status == 404


def test_a_draft_is_compared_that_is_nowhere_deployed(world: World) -> None:
    draft = DMN.replace(b"[18..75]", b"[50..75]").decode()
    body: dict[str, Any] = {"inputs": [GOOD, GOOD | {"age": 60}], "draft": draft}

    def compared(**changed: Any) -> Any:
        return call(world, handle, routes.COMPARE_DECISION, path={"id": "loan-scoring"}, body=body | changed)

    (difference,) = compared().json["differences"]
    assert (difference["index"], difference["after"]["version"]) == (0, None)
    assert (difference["before"]["version"], difference["after"]["result"]["eligible"]) == (2, False)
    broken = compared(draft=draft.replace("[50..75]", "[50.75"))
    assert (broken.code, bool(broken.json["errors"][0]["line"])) == ("decision-refused", True)
    assert compared(draft=draft.replace('"loan-scoring"', '"another"')).status == 404
    assert compared(after=1).code == "validation-failed"


def test_what_was_decided_is_compared_by_period(world: World) -> None:
    path, began = {"id": "loan-scoring"}, world.clock.now()
    for age in (40, 19):
        call(world, handle, routes.EVALUATE_DECISION, path=path, body={"variables": GOOD | {"age": age}, "version": 1})
        world.clock.advance(days=1)
    young = GOOD | {"age": 20, "firstName": "Anna"}
    machine_call(world, "dpc:decision", decisionId="loan-scoring", variables=young)
    call(world, handle, routes.EVALUATE_DECISION_BATCH, path=path, body={"inputs": [GOOD] * 499, "version": 2})
    world.clock.advance(hours=1)

    def compared(**period: str) -> Any:
        found = call(world, handle, routes.COMPARE_DECISION, path=path, body={"from": began.isoformat(), **period})
        assert found.status == 200, found.body
        return found.json

    newest = compared()
    assert (newest["compared"], len(newest["differences"])) == (500, 1), "as much as one request compares"
    difference = newest["differences"][0]
    assert (difference["instanceId"], difference["elementId"]) == ("i", "x")
    assert difference["variables"] == GOOD | {"age": 20}, (
        "what the decision read, and nothing of the customer's beside it"
    )
    rest = compared(to=newest["until"])
    assert (rest["compared"], rest["until"]) == (2, None)
    assert [each["variables"]["age"] for each in rest["differences"]] == [19]
    assert compared(to=(began + timedelta(hours=1)).isoformat())["differences"] == []


def test_what_a_machine_asked_is_listed_with_its_instance(world: World) -> None:
    world.store.write(Put(tables.INSTANCES, {"pk": "i", "sk": "FOLD#e"}))
    instance = {"pk": "i", "sk": "INSTANCE", "entity": "instance", "processId": "p", "version": 1, "execution": "a:e"}
    world.store.write(Put(tables.INSTANCES, instance))
    artifacts = {"process.bpmn": DMN, "report.json": b'{"expressions": []}'}
    for name, content in artifacts.items():
        world.objects.put(ARTIFACTS, registry.artifact("process", "p", 1, name), content, "")
    for age in (40, 19, 90):
        machine_call(world, "dpc:decision", decisionId="loan-scoring", variables=GOOD | {"age": age, "name": "Anna"})
        world.clock.advance(seconds=1)

    def listed(instance_id: str = "i", **query: str) -> Any:
        return call(world, handle, routes.LIST_INSTANCE_DECISIONS, path={"id": instance_id}, query=query)

    first = listed(limit="2").json
    rest = listed(cursor=first["cursor"]).json
    assert rest["cursor"] is None
    told = [*first["items"], *rest["items"]]
    assert [each["variables"]["age"] for each in told] == [40, 19, 90], "oldest first"
    assert [each["outcome"]["result"]["eligible"] for each in told] == [True, True, False]
    assert [(each["elementId"], each["version"], "name" in each["variables"]) for each in told] == [("x", 1, False)] * 3
    assert listed(cursor="x.y").code == "invalid-request"
    assert listed("other").status == 404


def test_days_are_computed_as_of_the_day_of_the_decision(world: World) -> None:
    dmn = definitions(decision("<literalExpression><text>string(today())</text></literalExpression>"))
    world.objects.put(
        ARTIFACTS, registry.artifact("decision", "loan-scoring", 1), dmn.replace(b"decide", b"loan-scoring"), ""
    )
    began = world.clock.now()
    body: dict[str, Any] = {"version": 1}
    said = call(world, handle, routes.EVALUATE_DECISION, path={"id": "loan-scoring"}, body=body).json["result"]
    world.clock.advance(days=30)
    body = {"from": began.isoformat(), "before": 1, "after": 2}
    found = call(world, handle, routes.COMPARE_DECISION, path={"id": "loan-scoring"}, body=body).json
    assert found["differences"][0]["before"]["result"] == said == began.date().isoformat()


def test_strict_evaluation_refuses_what_it_would_warn_of(world: World) -> None:
    path, given = {"id": "loan-scoring"}, GOOD | {"age": "forty"}
    lenient = call(world, handle, routes.EVALUATE_DECISION, path=path, body={"variables": given})
    assert lenient.status == 200 and lenient.json["warnings"]
    strict = call(world, handle, routes.EVALUATE_DECISION, path=path, body={"variables": given, "strict": True})
    assert (strict.code, strict.json["errors"][0]["message"]) == ("evaluation-refused", lenient.json["warnings"][0])
    body = {"inputs": [GOOD, given], "strict": True}
    assert "input 1" in call(world, handle, routes.EVALUATE_DECISION_BATCH, path=path, body=body).json["detail"]
    good = call(world, handle, routes.EVALUATE_DECISION, path=path, body={"variables": GOOD, "strict": True})
    assert good.json["warnings"] == [], "inputs that are drawn and never read are documentation"


def test_the_trace_says_why_a_rule_did_not_match(world: World) -> None:
    body = {"variables": GOOD, "trace": True}
    traced = call(world, handle, routes.EVALUATE_DECISION, path={"id": "loan-scoring"}, body=body).json["trace"][0]
    assert traced["inputs"][0] == {"label": "Age", "value": 40}
    first, *_, last = traced["rules"]
    assert (first["matched"], first["cells"], first["reason"]) == (
        False,
        [False],
        "Age `not([21..75])` is not so for 40",
    )
    assert last["matched"] is True or last["reason"]


def test_expressions_for_machines(world: World) -> None:
    context = {"name": "Żółć", "n": 2, "_dpc": {"version": 1}}
    asked = machine_call(
        world, "dpc:feel", expressions=["n ** 10", "upper case(name)", "nothing.at", "_dpc"], context=context
    )
    assert asked == {"values": [1024, "ŻÓŁĆ", None, None]}


def test_what_cannot_be_evaluated_is_rejected_in_words(world: World) -> None:
    for connector, given in (
        ("dpc:decision", {"decisionId": "nobody", "variables": {}}),
        ("dpc:decision", {"decisionId": 1}),
        ("dpc:feel", {"expressions": ["1 +"], "context": {}}),
        ("dpc:feel", {"expressions": "1", "context": {}}),
        ("dpc:other", {}),
    ):
        with pytest.raises(ConnectorRejected):
            machine_call(world, connector, **given)


def test_unknown_decisions_and_bad_bodies_are_problems(world: World) -> None:
    assert call(world, handle, routes.EVALUATE_DECISION, path={"id": "x"}, body={}).code == "not-found"
    bad = call(world, handle, routes.EVALUATE_DECISION, path={"id": "loan-scoring"}, body={"variables": 1})
    assert bad.code == "validation-failed"
    listed = call(world, handle, routes.LIST_DECISIONS)
    assert [item["id"] for item in listed.json["items"]] == ["loan-scoring"]
