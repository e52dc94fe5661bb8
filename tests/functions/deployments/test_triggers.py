"""What starts processes is replaced by the next version's: killed anywhere, by one version or the other starts."""

from collections.abc import Callable
from typing import Any

import pytest

from contract import routes, tables
from functions.correlation.handler import handle as correlation
from tests.functions.crashing import interleaved, kill_everywhere
from tests.functions.deployments.bundles import bpmn, deploy, new_world
from tests.functions.fakes import World
from tests.functions.invoking import call
from tests.functions.scenes import come_to_rest

TRIGGERS: dict[str, tuple[dict[str, str], Callable[[World], Any]]] = {
    "message": (
        {"message": "ordered"},
        lambda world: call(world, correlation, routes.PUBLISH_MESSAGE, body={"name": "ordered"}),
    ),
    "signal": (
        {"signal": "ordered"},
        lambda world: call(world, correlation, routes.BROADCAST_SIGNAL, body={"name": "ordered"}),
    ),
    "condition": (
        {"condition": "=orders > 3"},
        lambda world: call(world, correlation, routes.EVALUATE_CONDITIONS, body={"variables": {"orders": 4}}),
    ),
}


@pytest.fixture(params=TRIGGERS)
def trigger(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def publish(world: World, trigger: str = "", name: str = "Loan") -> None:
    reply = deploy(world, {"loan.bpmn": bpmn(form="", name=name, **(TRIGGERS[trigger][0] if trigger else {}))}, name)
    assert reply.status == 201, reply.json


def pull(world: World, trigger: str) -> list[int]:
    """The versions that it starts when it comes."""
    before = set(world.machines.executions)
    assert TRIGGERS[trigger][1](world).status == 202
    come_to_rest(world)
    new = [execution for arn, execution in world.machines.executions.items() if arn not in before]
    return [int(execution.input["_dpc"]["version"]) for execution in new]


def first(trigger: str = "") -> World:
    world = new_world()
    publish(world, trigger)
    return world


def test_the_newest_version_starts(trigger: str) -> None:
    world = first(trigger)
    assert pull(world, trigger) == [1]
    publish(world, trigger, "New")
    assert pull(world, trigger) == [2]


def test_what_the_next_version_does_not_have_starts_nothing_any_more(trigger: str) -> None:
    world = first(trigger)
    publish(world, "", "New")
    assert pull(world, trigger) == []
    assert not [i for i in world.store.items(tables.MESSAGES) if i["pk"].startswith("START")]


def test_killed_anywhere_one_version_starts_and_done_again_the_new_one(trigger: str) -> None:
    for where, world in kill_everywhere(lambda: first(trigger), lambda w: publish(w, trigger, "New")):
        current = world.store.get(tables.REGISTRY, "PROCESS#loan", "CURRENT") or {}
        assert pull(world, trigger) == [current["version"]], where
        publish(world, trigger, "New")
        assert pull(world, trigger) == [2], where


def test_another_trigger_takes_the_place_of_the_first_whole(trigger: str) -> None:
    other = next(name for name in TRIGGERS if name != trigger)
    for where, world in kill_everywhere(lambda: first(trigger), lambda w: publish(w, other, "New")):
        both = [pull(world, trigger), pull(world, other)]
        assert both in ([[1], []], [[], [2]]), where


def test_what_comes_while_a_version_is_published_starts_once(trigger: str) -> None:
    def come(world: World) -> None:
        (version,) = pull(world, trigger)
        assert version in (1, 2)

    for where, world in interleaved(lambda: first(trigger), lambda w: publish(w, trigger, "New"), come):
        come_to_rest(world)
        assert len(world.machines.executions) == 1, where
        assert pull(world, trigger) == [2], where
