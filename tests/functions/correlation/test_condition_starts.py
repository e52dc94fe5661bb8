"""Conditions that start processes: what holds of what is told starts one instance each, once."""

from typing import Any

import pytest

from contract import routes, tables
from functions.correlation.handler import handle
from tests.functions.crashing import survives
from tests.functions.deployments.bundles import bpmn, deploy
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call
from tests.functions.scenes import come_to_rest


def tell(world: World, process_id: str = "", *, key: str = "k", business_key: str = "", **told: Any) -> Reply:
    body = {"variables": told, "businessKey": business_key, "processId": process_id}
    return call(world, handle, routes.EVALUATE_CONDITIONS, body=body, headers={"idempotency-key": key})


def started(world: World) -> list[tuple[str, int]]:
    """Process and version of each execution."""
    abouts = (execution.input["_dpc"] for execution in world.machines.executions.values())
    return sorted((about["processId"], int(about["version"])) for about in abouts)


def conditions(**by_process: str) -> World:
    world = World()
    for process_id, condition in by_process.items():
        reply = deploy(world, {f"{process_id}.bpmn": bpmn(process_id, form="", condition=condition)})
        assert reply.status == 201, reply.json
    return world


def test_each_process_whose_condition_holds_starts_with_what_was_told() -> None:
    world = conditions(hot="=celsius > 30", cold="${celsius < 5}", unpaid="=not(paid = true)")
    reply = tell(world, celsius=31, business_key="B-1")
    assert (reply.status, len(reply.json["instances"])) == (202, 1)
    (execution,) = world.machines.executions.values()
    assert execution.input["celsius"] == 31
    about = execution.input["_dpc"]
    assert (about["processId"], about["businessKey"], about["start"]) == ("hot", "B-1", "Start")
    come_to_rest(world)
    assert started(world) == [("hot", 1)]


def test_what_was_not_told_meets_no_condition() -> None:
    world = conditions(unpaid="=not(paid = true)", broken="=celsius + 1", worded='=celsius > "a"')
    assert tell(world, celsius=31).json == {"instances": []}
    assert started(world) == []


def test_one_process_can_be_asked_alone() -> None:
    world = conditions(hot="=celsius > 30", hotter="=celsius > 30", plain="")
    assert len(tell(world, "hotter", celsius=31).json["instances"]) == 1
    assert started(world) == [("hotter", 1)]
    assert tell(world, "plain", key="2", celsius=31).json == {"instances": []}
    assert tell(world, "nowhere", key="3", celsius=31).code == "not-found"


def test_the_same_key_starts_once_and_another_one_again() -> None:
    world = conditions(hot="=celsius > 30")
    first, again = tell(world, celsius=31), tell(world, celsius=31)
    assert again.json == first.json and len(started(world)) == 1
    assert tell(world, celsius=32).code == "idempotency-key-reused"
    tell(world, key="2", celsius=31)
    assert len(started(world)) == 2


def test_more_than_start_at_once_are_refused_as_a_whole() -> None:
    world = conditions(**{f"p{n}": "=celsius > 30" for n in range(41)})
    assert tell(world, celsius=31).code == "conflict"
    assert started(world) == [] and world.store.items(tables.INSTANCES) == []
    assert len(tell(world, "p7", key="2", celsius=31).json["instances"]) == 1


def test_killed_anywhere_each_starts_once() -> None:
    survives(lambda: conditions(hot="=celsius > 30", warm="=celsius > 20"), lambda world: tell(world, celsius=31))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "validation-failed"),
        ({"variables": []}, "validation-failed"),
        ({"variables": {"_dpc": 1}}, "validation-failed"),
        ({"variables": {"x": "y" * 5_000_001}}, "too-large"),
        ({"variables": {}, "extra": 1}, "validation-failed"),
        ("[", "invalid-request"),
    ],
)
def test_bad_requests_are_refused(body: Any, code: str) -> None:
    world = conditions(hot="=celsius > 30")
    assert call(world, handle, routes.EVALUATE_CONDITIONS, body=body).code == code
    assert started(world) == []
