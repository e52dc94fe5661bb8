"""Watchers and scopes that are left: what machines ask of correlation, and what bodies write when they end."""

import json
from typing import Any

from contract import tables
from functions.correlation.handler import handle
from functions.runtime.records import Item, Put, Update
from tests.functions.fakes import World
from tests.functions.invoking import Context
from tests.functions.scenes import come_to_rest, running, waiting

EXECUTION = "arn:aws:states:eu-central-1:123456789012:execution:dpc-demo-p-loan:i1_1"


def asked(world: World, connector: str, given: dict[str, Any], *, element: str = "Throw", at: str = "") -> Any:
    now = world.clock.now().isoformat()
    context = {
        "instanceId": "i1",
        "execution": EXECUTION,
        "processId": "loan",
        "version": 1,
        "elementId": element,
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


def test_leaving_a_scope_gives_what_its_waits_knew_and_removes_them_once() -> None:
    world = World()
    instance = running(world, "i1")
    kept = waiting(world, instance, "Outside", kind="user", variables={"a": 1})
    since = world.clock.now().isoformat()
    inside = waiting(world, instance, "Pack", kind="user", variables={"a": 1, "b": 2, "c": 3})
    given = {
        "waits": [inside["sk"].removeprefix("wait#").partition("@")[0]],
        "since": since,
        "before": {"a": 1, "c": 0, "_dpc": {}},
        "thrown": {"c": 4, "a": 1},
    }
    for _ in range(2):
        assert asked(world, "dpc:leave-scope", given, element="Sub", at=since) == {"variables": {"b": 2, "c": 4}}
    assert [item["sk"] for item in world.store.items(tables.WAITS)] == [kept["sk"]]


def test_leaving_a_scope_gives_what_ended_instances_changed_but_nothing_of_a_loop_alone() -> None:
    world = World()
    instance = running(world, "i1")
    since = world.clock.now().isoformat()
    waits = [waiting(world, instance, name, kind="user", variables={"turn": 1, "d": 1}) for name in ("Pack", "Ship")]
    paths = [wait["sk"].removeprefix("wait#").partition("@")[0] for wait in waits]
    ended = {at: json.dumps({"changes": {"e": at}, "output": at}) for at in (2, 10)}
    record = {f"c|{at}": text for at, text in ended.items()}
    for number, moment in enumerate(("2020-01-01T00:00:00Z", since)):
        row = {"pk": "ENDED#i1", "sk": f"Sub/Pack_instances@{moment}#", **record, "c|11": '{"changes": {"old": 1}}'}
        world.store.write(Put(tables.MESSAGES, row if number == 0 else {k: v for k, v in row.items() if k != "c|11"}))
    given = {
        "waits": paths,
        "ended": ["Sub/Pack_instances"],
        "own": {paths[0]: ["turn"], paths[1]: ["turn"]},
        "since": since,
        "before": {"_dpc": {}},
        "thrown": {},
    }
    assert asked(world, "dpc:leave-scope", given, element="Sub", at=since) == {"variables": {"d": 1, "e": 10}}
