"""Watchers and scopes that are left: what machines ask of correlation, and what bodies write when they end."""

from typing import Any

import pytest

from contract import tables
from functions.correlation.handler import handle
from functions.runtime.machine_calls import ConnectorUnavailable
from functions.runtime.records import Item, Put, Update
from tests.functions.fakes import World
from tests.functions.invoking import Context
from tests.functions.scenes import come_to_rest, forked, running, waiting, walked

EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:dpc-demo-p-loan:i1_1"


def asked(world: World, connector: str, given: dict[str, Any], *, element: str = "Throw", at: str = "") -> Any:
    now = world.clock.now().isoformat()
    context = {
        "instanceId": "i1",
        "execution": EXECUTION,
        "processId": "loan",
        "version": 1,
        "elementId": element,
        "state": element,
        "enteredAt": at or now,
    }
    event = {"connector": connector, "input": given, "headers": {}, "context": context}
    return handle.with_ports(world.ports)(event, Context())


def watcher(world: World, **more: Any) -> Item:
    return waiting(world, running(world, "i1"), "Heard", kind="scope", signals=["alarm"], **more)


def _armed_since(world: World, wait: Item, since: str) -> Put:
    """The subscription of a watcher, which counts from the moment in which its scope was entered."""
    row = {"pk": "SIGNAL#alarm", "sk": f"SUB#{since}#{wait['pk']}#Heard", "instanceId": wait["pk"]}
    row |= {"waitSk": wait["sk"], "token": wait["token"], "event": "Heard", "processId": "loan", "since": since}
    return Put(tables.MESSAGES, row)


def thrown(world: World, **more: Any) -> Any:
    at = world.clock.now().isoformat()
    return asked(world, "dpc:broadcast-signal", {"name": "alarm", "variables": {"level": 3}, "at": at, **more}, at=at)


def test_a_signal_of_a_machine_reaches_a_watcher_once_however_often_it_waits_and_the_call_is_repeated() -> None:
    world = World()
    began = world.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    first = watcher(world)
    world.clock.advance(seconds=1)
    at = world.clock.now().isoformat()
    given = {"name": "alarm", "variables": {"level": 3}, "at": at}
    asked(world, "dpc:broadcast-signal", given, at=at)
    machine = {"pk": "i1", "processId": "loan", "execution": EXECUTION}
    again = waiting(world, machine, "Heard", kind="scope", sk=first["sk"])
    late = waiting(world, running(world, "i2"), "Heard", kind="scope")
    world.store.write(*(_armed_since(world, wait, began) for wait in (again, late)))
    asked(world, "dpc:broadcast-signal", given, at=at)
    come_to_rest(world)
    assert [answer["variables"] for answer in world.machines.answers.values()] == [{"level": 3}] * 2


def test_a_watcher_whose_body_has_ended_is_told_so_and_its_record_goes() -> None:
    world = World()
    wait = watcher(world)
    world.store.write(Update(tables.WAITS, wait["pk"], wait["sk"], set={"closed": 1}))
    come_to_rest(world)
    assert [answer["event"] for answer in world.machines.answers.values()] == ["closed"]
    assert world.store.items(tables.WAITS) == []
    assert [i for i in world.store.items(tables.MESSAGES) if i["sk"].startswith("SUB#")] == []


def test_no_event_reaches_a_watcher_that_is_closed() -> None:
    world = World()
    wait = watcher(world)
    world.store.write(Update(tables.WAITS, wait["pk"], wait["sk"], set={"closed": 1}))
    thrown(world)
    come_to_rest(world)
    assert [answer["event"] for answer in world.machines.answers.values()] == ["closed"]


def test_leaving_a_scope_gives_what_was_written_in_it_and_removes_its_waits_once() -> None:
    world = World()
    instance = running(world, "i1")
    walked(world, EXECUTION, [("Pack", {"_dpc": {}}, {"_dpc": {}, "old": 1})])
    world.clock.advance(minutes=1)
    kept = waiting(world, instance, "Outside", kind="user", variables={"a": 1})
    since = world.clock.now().isoformat()
    inside = waiting(world, instance, "Pack", kind="user", variables={"a": 1})
    before = {"a": 1, "c": 0, "n": 1, "_dpc": {}}
    local = {**before, "n": 7, "_dpc": {"own": {"names": ["n"], "hidden": {"n": 1}}}}
    ended = [("Pick", before, {**before, "b": 2, "c": 3})]
    running_ = [("Begin", before, local), ("Pack", local, {**local, "c": 4, "n": 8}), ("Ship", {**local, "c": 4}, None)]
    forked(world, EXECUTION, "Sub_scope", before, ended, running_)
    walked(world, EXECUTION, [("Late", before, {**before, "later": 1})])
    given = {
        "fork": "Sub_scope",
        "waits": [inside["sk"].removeprefix("wait#").partition("@")[0]],
        "handlers": {},
        "since": since,
        "before": before,
    }
    for _ in range(2):
        assert asked(world, "dpc:leave-scope", given, element="Sub", at=since) == {"variables": {"b": 2, "c": 4}}
    assert [item["sk"] for item in world.store.items(tables.WAITS)] == [kept["sk"]]


def test_leaving_a_scope_waits_for_the_history_to_tell_how_it_was_left() -> None:
    world = World()
    running(world, "i1")
    since = world.clock.now().isoformat()
    forked(world, EXECUTION, "Sub_scope", {"_dpc": {}}, [("Pick", {"_dpc": {}}, {"_dpc": {}, "b": 2})])
    left = world.machines.histories[EXECUTION].pop()
    given = {"fork": "Sub_scope", "waits": [], "handlers": {}, "since": since, "before": {"_dpc": {}}}
    with pytest.raises(ConnectorUnavailable):
        asked(world, "dpc:leave-scope", given, element="Sub", at=since)
    world.machines.histories[EXECUTION].append(left)
    assert asked(world, "dpc:leave-scope", given, element="Sub", at=since) == {"variables": {"b": 2}}
