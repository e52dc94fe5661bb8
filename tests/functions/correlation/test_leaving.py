"""Scopes that are left and bodies that end, killed at every step; answers that are looked for again."""

import json
from typing import Any

import pytest

from contract import tables
from functions.runtime.machine_calls import ConnectorRejected, ConnectorUnavailable
from functions.runtime.records import Item, Put, Update
from tests.functions.correlation.test_scopes import EXECUTION, asked
from tests.functions.crashing import kill_everywhere
from tests.functions.fakes import Change, World
from tests.functions.scenes import MACHINE, come_to_rest, forked, running, waiting, walked

HANDLER = EXECUTION.replace("i1_1", "i1_0af3")
AT = "2026-11-22T09:00:00.000Z"


def left() -> World:
    """A scope with a user task, a watcher, and a handler aside that waits; and a wait outside of it."""
    world = World()
    instance = running(world, "i1")
    waiting(world, instance, "Outside", kind="user", variables={"a": 1})
    waiting(world, instance, "Sub/Pack", kind="user", variables={"a": 1, "b": 2})
    waiting(world, instance, "Sub/Heard", kind="scope", signals=["alarm"])
    world.machines.start(MACHINE.format("loan", 1), "i1_0af3", {"_dpc": {"processId": "loan", "version": 1}})
    waiting(world, {**instance, "execution": HANDLER}, "Sub/Read", kind="user", variables={"a": 1, "r": 3})
    begun, before = int(world.clock.now().timestamp() * 1000), {"a": 1, "_dpc": {}}
    walked(world, HANDLER, [("Hear", before, {**before, "r": 3}), ("Read", {**before, "r": 3}, None)])
    forked(world, EXECUTION, "Sub_events", before, [("Pick", before, {**before, "b": 2}), ("Pack", before, None)])
    changed = {f"c|{world.clock.now().isoformat()}|i1_0bf4": '{"s": 4, "own": 1}'}
    handlers = {"h|i1_0af3": "open", "h|i1_0bf4": "ended", "opened": 1, **changed}
    world.store.write(Put(tables.MESSAGES, {"pk": "ASIDE#i1", "sk": f"Sub/Sub_events@{begun}", **handlers}))
    return world


def leave(world: World) -> Any:
    since = world.clock.now().isoformat()
    given = {
        "fork": "Sub_events",
        "waits": ["Sub/Pack", "Sub/Heard"],
        "handlers": {"Sub/Sub_events": ["own"]},
        "since": since,
        "before": {"a": 1, "_dpc": {}},
    }
    return asked(world, "dpc:leave-scope", given, element="Sub", at=since)


def test_a_scope_that_is_left_ends_its_handlers_killed_anywhere() -> None:
    for where, world in kill_everywhere(left, leave):
        assert leave(world) == {"variables": {"b": 2, "r": 3, "s": 4}}, where
        come_to_rest(world)
        assert [wait["elementId"] for wait in world.store.items(tables.WAITS)] == ["Outside"], where
        assert world.machines.describe(HANDLER).status == "ABORTED", where
        assert world.machines.describe(EXECUTION).status == "RUNNING", where
        (record,) = [i for i in world.store.items(tables.MESSAGES) if i["pk"] == "ASIDE#i1"]
        assert record["closed"] == 1, where
        assert [i for i in world.store.items(tables.MESSAGES) if i["sk"].startswith("SUB#")] == [], where


def test_a_watcher_is_told_that_its_body_has_ended_killed_anywhere() -> None:
    def closed() -> World:
        world = World()
        wait = waiting(world, running(world, "i1"), "Heard", kind="scope", signals=["alarm"])
        world.store.write(Update(tables.WAITS, wait["pk"], wait["sk"], set={"closed": 1}))
        return world

    for where, world in kill_everywhere(closed, come_to_rest):
        first = closed().store.changes  # a stream gives its batch again, until all of it is done
        world.store.changes = [*first, *world.store.changes]
        come_to_rest(world)
        world.store.changes.append(Change(tables.WAITS, first[-1].new, None))
        come_to_rest(world)
        assert [answer["event"] for answer in world.machines.answers.values()] == ["closed"], where
        assert world.store.items(tables.WAITS) == [], where
        assert [i for i in world.store.items(tables.MESSAGES) if i["sk"].startswith("SUB#")] == [], where


def test_a_scope_that_goes_on_tells_what_was_written_in_it() -> None:
    world = World()
    running(world, "i1")
    world.machines.start(MACHINE.format("loan", 1), "i1_0af3", {"_dpc": {"processId": "loan", "version": 1}})
    since, before = world.clock.now(), {"a": 1, "_dpc": {}}
    forked(world, EXECUTION, "Sub_events", before, [("Pick", before, {**before, "b": 2}), ("Pack", before, None)])
    world.machines.histories[EXECUTION].pop()
    walked(world, HANDLER, [("Hear", before, {**before, "r": 3}), ("Read", {**before, "r": 3}, None)])
    tokens = json.dumps([{"wrote": {"w": {"v": 5, "t": 1}}, "clock": 1}, {"wait": "flow"}])
    begun, at = int(since.timestamp() * 1000), since.isoformat()
    record = {"h|i1_0af3": "open", "h|i1_0bf4": "ended", f"c|{at}|i1_0bf4": '{"s": 4, "own": 1}', f"t|{at}|1": tokens}
    others = (f"Sub/Sub_events@{begun - 9}", f"events@{begun}")
    other = {"pk": "ASIDE#i1", f"c|{at}|other": '{"other": 1}'}
    world.store.write(*(Put(tables.MESSAGES, {**other, "sk": sk}) for sk in others))
    world.store.write(Put(tables.MESSAGES, {"pk": "ASIDE#i1", "sk": f"Sub/Sub_events@{begun}", **record}))
    given = {"fork": "Sub_events", "execution": EXECUTION, "handlers": {"Sub": ["own"]}, "since": at, "before": before}
    with pytest.raises(ConnectorUnavailable):
        asked(world, "dpc:read-scope", given)
    walked(world, EXECUTION, [("Throw", before, None)], 2)
    assert asked(world, "dpc:read-scope", given) == {"variables": {"b": 2, "r": 3, "s": 4, "w": 5}}


def test_a_part_of_a_loop_that_goes_on_elsewhere_asks_what_was_written_around_it() -> None:
    world = World()
    running(world, "i1")
    world.machines.start(MACHINE.format("loan", 1), "i1_0af3", {"_dpc": {"processId": "loan", "version": 1}})
    since, before = world.clock.now().isoformat(), {"a": 1, "_dpc": {}}
    forked(world, HANDLER, "Sub_events", before, [("Pick", before, {**before, "b": 2}), ("Run", before, None)])
    walked(world, EXECUTION, [("Throw", before, None)])
    given = {"fork": "Sub_events", "execution": HANDLER, "handlers": {}, "since": since, "before": before}
    assert asked(world, "dpc:read-scope", given) == {"variables": {"b": 2}}


def found(world: World, place: str, **more: str) -> Any:
    given: Item = {"state": "Call", "since": AT, "place": place, **more}
    return asked(world, "dpc:find-answer", given)


def test_the_answer_of_a_task_is_found_by_its_state_its_entry_and_its_place() -> None:
    world = World()
    running(world, "i1")
    history = world.machines.histories[EXECUTION]
    for number, place in enumerate(("0", "1")):
        entered = {"name": "Call", "input": json.dumps({"_dpc": {"at": place}})}
        first, at = number * 3 + 1, world.clock.now().fromisoformat(AT)
        steps: list[Item] = [
            {"type": "TaskStateEntered", "previousEventId": 0, "stateEnteredEventDetails": entered},
            {"type": "TaskScheduled", "previousEventId": first},
            {"type": "TaskSucceeded", "previousEventId": first + 1},
        ]
        steps[2]["taskSucceededEventDetails"] = {"output": json.dumps({"Payload": {"n": number}})}
        history.extend({"id": first + i, "timestamp": at, **step} for i, step in enumerate(steps))
    assert [found(world, place) for place in ("0", "1")] == [{"Payload": {"n": 0}}, {"Payload": {"n": 1}}]
    with pytest.raises(ConnectorRejected):
        found(world, "2")
    world.machines.start(MACHINE.format("loan", 1), "i1_2", {"_dpc": {"processId": "loan", "version": 1}})
    history[0]["stateEnteredEventDetails"]["name"] = "Call~1"  # it goes on there, and was entered before
    assert found(world, "0", state="Call~1", since="2026-01-01T00:00:00.000Z") == {"Payload": {"n": 0}}
    world.machines.histories[EXECUTION.replace("i1_1", "i1_2")], history[:] = list(history), []
    assert found(world, "1", execution=EXECUTION.replace("i1_1", "i1_2")) == {"Payload": {"n": 1}}
