"""Publishing processes that are bound to versions of decisions, beside others who publish those decisions."""

import json
from typing import Any

import pytest

from contract import tables
from tests.functions.crashing import interrupt
from tests.functions.deployments.bundles import bpmn, deploy, new_world
from tests.functions.fakes import World


def score(value: str, tag: str = "") -> bytes:
    tagged = f' xmlns:camunda="http://camunda.org/schema/1.0/dmn" camunda:versionTag="{tag}"' if tag else ""
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">'
        f'<decision id="score" name="score"{tagged}><literalExpression><text>"{value}"</text></literalExpression>'
        "</decision></definitions>"
    ).encode()


def asking(binding: str) -> bytes:
    rule = '<businessRuleTask id="Fill" name="Fill" camunda:decisionRef="score" camunda:resultVariable="r"'
    rule += f' camunda:mapDecisionResult="singleEntry" {binding}'
    return bpmn(form="").replace(b'<userTask id="Fill" name="Fill"', rule.encode())


def process(world: World) -> Any:
    """The current version of the process, with its machine."""
    item = world.store.get(tables.REGISTRY, "PROCESS#loan", "CURRENT")
    if item is None:
        return None
    machine = world.objects.stored["artifacts", f"processes/loan/{item['version']}/machine.asl.json"]
    return {**item, "definition": json.dumps(json.loads(machine))}


@pytest.mark.parametrize(
    ("binding", "name"),
    [
        ('camunda:decisionRefBinding="version" camunda:decisionRefVersion="2"', "score#version#2"),
        (
            'camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="spring"',
            "score#versionTag#spring",
        ),
    ],
)
def test_what_is_bound_is_what_was_compiled_whoever_publishes_meanwhile(binding: str, name: str) -> None:
    files = {"loan.bpmn": asking(binding), "score.dmn": score("mine", "spring")}

    def begun() -> World:
        world = new_world()
        assert deploy(world, {"score.dmn": score("first")}).status == 201
        return world

    def other(world: World) -> None:
        assert deploy(world, {"score.dmn": score("another", "spring")}).status in (201, 409)

    clean = begun()
    before = len(clean.steps.taken)
    assert deploy(clean, files).status == 201
    refused = 0
    for step in range(len(clean.steps.taken) - before):
        world = begun()
        interrupt(world, step, lambda w=world: other(w))  # type: ignore[misc]
        if deploy(world, files).status != 201:
            refused += 1
            continue
        found = process(world)
        number = found["decisions"][name]
        source = world.objects.stored["artifacts", f"decisions/score/{number}.dmn"]
        value = "mine" if b"mine" in source else "another"
        assert f'"{value}"' in found["definition"].replace("\\", "").replace("'", '"'), step
    assert refused < len(clean.steps.taken) - before


def test_version_tags_lead_to_the_newest_version_that_has_them() -> None:
    world = new_world()
    for value, tag in (("a", "spring"), ("b", "spring"), ("c", "")):
        deploy(world, {"score.dmn": score(value, tag)})
    items = [i for i in world.store.items(tables.REGISTRY) if i["pk"] == "DECISION#score"]
    assert {i["sk"]: i["version"] for i in items if i["sk"].startswith("TAG#")} == {"TAG#spring": 2}
    assert [i["version"] for i in items if i["sk"].startswith("V#")] == [1, 2, 3]
