"""Old versions: what nobody needs goes before Step Functions' limit is met; what runs, is called or is tagged stays."""

import pytest

from contract import routes, tables
from functions.deployments import retiring
from functions.deployments.handler import handle
from functions.instances.handler import handle as instances
from tests.functions.crashing import kill_everywhere
from tests.functions.deployments.bundles import bpmn, deploy, new_world
from tests.functions.deployments.test_publishing import calling
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call


@pytest.fixture(autouse=True)
def two_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retiring, "NEWEST", 2)


def publish(world: World, *numbers: int) -> None:
    """Versions by their names, an hour and more apart."""
    for number in numbers:
        world.clock.advance(minutes=61)
        reply = deploy(world, {"loan.bpmn": bpmn(form="", name=f"Loan {number}")}, f"k{number}")
        assert reply.status == 201, reply.json


def start(world: World, version: int) -> Reply:
    body = {"version": version}
    return call(world, instances, routes.START_INSTANCE, path={"id": "loan"}, body=body)


def kept(world: World, process_id: str = "loan") -> list[int]:
    """The versions of a process that have machines; there are no others."""
    rows = [i for i in world.store.items(tables.REGISTRY) if i["pk"] == f"PROCESS#{process_id}"]
    rows = [i for i in rows if i["sk"].startswith("V#") and "removedAt" not in i]
    known = {arn for row in rows for arn in row["machineArns"].values()}
    assert known == {arn for arn in world.machines.published if f"-p-{process_id}:" in arn}
    return [int(row["version"]) for row in rows]


def test_the_newest_stay_and_older_ones_go_an_hour_after_nothing_starts_them_any_more() -> None:
    world = new_world()
    publish(world, 1, 2, 3)
    assert kept(world) == [1, 2, 3]
    refused = start(world, 1)
    assert (refused.status, refused.code) == (409, "conflict") and "out of service" in refused.json["detail"]
    assert start(world, 2).status == 201
    publish(world, 4)
    assert kept(world) == [2, 3, 4]
    shown = call(world, handle, routes.GET_PROCESS, path={"id": "loan"}).json
    assert shown["versions"] == [1, 2, 3, 4]
    assert call(world, handle, routes.GET_BPMN, path={"id": "loan"}, query=[("version", "1")]).status == 200


def test_running_instances_keep_their_version_until_they_end() -> None:
    world = new_world()
    publish(world, 1)
    assert start(world, 1).status == 201
    publish(world, *range(2, 7))
    assert kept(world) == [1, 4, 5, 6]
    (arn,) = world.machines.executions
    world.machines.end(arn, "SUCCEEDED", {})
    publish(world, 7)
    assert kept(world) == [5, 6, 7]


def test_what_a_tag_leads_to_stays() -> None:
    world = new_world()
    for n, tag in enumerate(("spring", "", "", "", "spring", "", "", "")):
        world.clock.advance(minutes=61)
        assert deploy(world, calling(f"n{n}", tag), f"k{n}").status == 201
    assert kept(world, "inner") == [5, 6, 7, 8]


def test_what_others_call_stays_for_as_long_as_they_may_be_started() -> None:
    world = new_world()
    assert deploy(world, calling("n0")).status == 201
    for n in range(1, 5):
        world.clock.advance(minutes=61)
        alone = calling(f"n{n}")["inner.bpmn"]
        assert deploy(world, {"inner.bpmn": alone}, f"k{n}").status == 201
    assert kept(world, "inner") == [1, 3, 4, 5]


def test_what_a_killed_deployment_left_goes_too() -> None:
    def three() -> World:
        world = new_world()
        publish(world, 1, 2, 3)
        return world

    for where, world in kill_everywhere(three, lambda world: publish(world, 4)):
        publish(world, 5, 6)
        current = world.store.get(tables.REGISTRY, "PROCESS#loan", "CURRENT") or {}
        newest = int(current["version"])
        assert kept(world) == [newest - 2, newest - 1, newest], where


def test_as_many_versions_as_there_can_be_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    world = new_world()
    monkeypatch.setattr(world.machines, "max_versions", 3)
    for number in (1, 2, 3):
        publish(world, number)
        assert start(world, number).status == 201
    reply = deploy(world, {"loan.bpmn": bpmn(form="", name="Loan 4")})
    assert (reply.status, reply.code) == (409, "conflict") and "running instances" in reply.json["detail"]
    assert call(world, handle, routes.GET_PROCESS, path={"id": "loan"}).json["version"] == 3
