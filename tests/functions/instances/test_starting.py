"""Starting an instance: what a channel gets, what is refused, and that a crash anywhere loses and doubles nothing."""

from typing import Any

import pytest

from contract import routes, tables
from functions.instances.handler import handle
from tests.functions.crashing import kill_everywhere
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call
from tests.functions.scenes import come_to_rest, names_of, published


def start(world: World, key: str = "k-1", process: str = "loan", body: Any = None) -> Reply:
    given = {"variables": {"amount": 1234.5}, "businessKey": "B-1"} if body is None else body
    headers = {"idempotency-key": key} if key else {}
    return call(world, handle, routes.START_INSTANCE, path={"id": process}, body=given, headers=headers)


def build() -> World:
    world = World()
    published(world)
    return world


def test_start_hands_variables_and_context_to_the_machine() -> None:
    world = build()
    published(world, version=2)
    reply = start(world)
    assert (reply.status, reply.json["processId"], reply.json["version"]) == (201, "loan", 2)
    (execution,) = world.machines.executions.values()
    assert execution.arn.endswith(f":dpc-demo-p-loan:{reply.json['id']}_1")
    about = {"processId": "loan", "version": 2, "businessKey": "B-1", "initiator": "anna"}
    assert execution.input == {"amount": 1234.5, "_dpc": about}
    shown = call(world, handle, routes.GET_INSTANCE, path={"id": reply.json["id"]}).json
    assert shown["variables"] == {"amount": 1234.5}
    assert (shown["status"], shown["businessKey"], shown["waiting"], shown["endedAt"]) == ("active", "B-1", [], None)


def test_an_older_version_can_be_asked_for() -> None:
    world = build()
    published(world, version=2)
    assert start(world, body={"version": 1}).json["version"] == 1


def test_same_key_same_instance_other_request_refused() -> None:
    world = build()
    first, again = start(world), start(world)
    assert first.json == again.json and len(world.machines.executions) == 1
    other = start(world, body={"variables": {}})
    assert (other.status, other.code) == (409, "idempotency-key-reused")
    assert start(world, key="").json["id"] != first.json["id"]


@pytest.mark.parametrize(
    ("process", "body", "status", "code"),
    [
        ("none", {}, 404, "not-found"),
        ("loan", {"version": 9}, 404, "not-found"),
        ("loan", {"version": 0}, 422, "validation-failed"),
        ("loan", {"variables": []}, 422, "validation-failed"),
        ("loan", {"unknown": 1}, 422, "validation-failed"),
        ("loan", {"variables": {"_dpc": {}}}, 422, "validation-failed"),
        ("loan", {"variables": {f"x{i}": "y" * 900 for i in range(300)}}, 413, "too-large"),
        ("loan", "{not json", 400, "invalid-request"),
        ("loan", '{"variables": {"x": NaN}}', 400, "invalid-request"),
    ],
)
def test_bad_starts_are_refused_and_leave_nothing(process: str, body: Any, status: int, code: str) -> None:
    world = build()
    reply = start(world, process=process, body=body)
    assert (reply.status, reply.code) == (status, code)
    assert world.store.items(tables.INSTANCES) == [] and not world.machines.executions


def test_killed_anywhere_and_retried_there_is_one_instance() -> None:
    for where, world in kill_everywhere(build, start):
        reply = start(world)
        come_to_rest(world)
        assert reply.status == 201, where
        assert [i["pk"] for i in world.store.items(tables.INSTANCES)] == [reply.json["id"]], where
        assert len(world.machines.executions) == 1, where
        assert names_of(world) == ["InstanceRequested"], where


def test_killed_anywhere_and_never_retried_what_was_recorded_is_started() -> None:
    outcomes = set()
    for where, world in kill_everywhere(build, start):
        come_to_rest(world)
        recorded = {f"{i['pk']}_1" for i in world.store.items(tables.INSTANCES)}
        assert {arn.rsplit(":", 1)[-1] for arn in world.machines.executions} == recorded, where
        outcomes.add(len(recorded))
    assert outcomes == {0, 1}
