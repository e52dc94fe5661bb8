"""Signals: to all who began to wait no later than the throw, each once."""

from typing import Any

import pytest

from contract import routes, tables
from functions.correlation.handler import handle
from functions.correlation.keys import signal_starts_partition
from functions.runtime.records import Put
from tests.functions.crashing import kill_everywhere
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call
from tests.functions.scenes import come_to_rest, names_of, published, running, waiting
from tests.functions.steps import KilledError


def broadcast(world: World, **more: Any) -> Reply:
    body = {"name": "rates changed", "variables": {"rate": 5}, **more}
    return call(world, handle, routes.BROADCAST_SIGNAL, body=body, headers={"idempotency-key": "k"})


def build() -> World:
    world = World()
    for n in range(3):
        waiting(world, running(world, f"i{n}"), signals=["rates changed"])
    waiting(world, running(world, "other"), signals=["something else"])
    return world


def test_a_signal_reaches_all_who_wait_and_nobody_later() -> None:
    world = build()
    assert broadcast(world).json == {"instances": ["i0", "i1", "i2"]}
    world.clock.advance(seconds=1)
    waiting(world, running(world, "late"), signals=["rates changed"])
    come_to_rest(world)
    assert [a["variables"] for a in world.machines.answers.values()] == [{"rate": 5}] * 3
    assert {w["pk"] for w in world.store.items(tables.WAITS)} == {"late", "other"}
    assert names_of(world) == ["MessagePublished"]


def test_a_signal_starts_each_process_that_it_starts() -> None:
    world = World()
    for process in ("loan", "card"):
        published(world, process)
        world.store.write(
            Put(
                tables.MESSAGES,
                {"pk": signal_starts_partition("rates changed"), "sk": process, "version": 1, "start": "Changed"},
            )
        )
    assert len(broadcast(world).json["instances"]) == 2
    assert [e.input["rate"] for e in world.machines.executions.values()] == [5, 5]
    assert [e.input["_dpc"]["start"] for e in world.machines.executions.values()] == ["Changed"] * 2


def test_a_signal_that_must_come_with_others_starts_nothing_while_it_is_waited_for() -> None:
    world = World()
    published(world, "loan")
    trigger = {"pk": signal_starts_partition("rates changed"), "sk": "loan", "version": 1, "together": True}
    world.store.write(Put(tables.MESSAGES, trigger))
    waiting(world, running(world, "i1"), signals=["rates changed"])
    assert broadcast(world).json["instances"] == ["i1"]


def test_who_waits_because_of_a_signal_does_not_hear_it_again() -> None:
    world = World()
    published(world, "loan")
    instance = running(world, "i1")
    waiting(world, instance, signals=["rates changed"])
    broadcast(world)
    come_to_rest(world)
    assert len(world.machines.answers) == 1
    waiting(world, instance, "Next", signals=["rates changed"])
    come_to_rest(world)
    assert len(world.machines.answers) == 1
    world.clock.advance(minutes=1)
    body = {"name": "rates changed", "variables": {}}
    call(world, handle, routes.BROADCAST_SIGNAL, body=body, headers={"idempotency-key": "again"})
    come_to_rest(world)
    assert len(world.machines.answers) == 2


def test_killed_anywhere_and_retried_everybody_hears_it_once() -> None:
    for where, world in kill_everywhere(build, broadcast):
        assert broadcast(world).status == 202, where
        come_to_rest(world)
        assert len(world.machines.answers) == 3, where
        assert names_of(world) == ["MessagePublished"], where
        assert [i["pk"] for i in world.store.items(tables.MESSAGES) if i["sk"].startswith("SUB#")] == [
            "SIGNAL#something%20else"
        ], where


def test_who_began_to_wait_after_the_throw_does_not_hear_it_however_late_it_is_delivered() -> None:
    for where, world in kill_everywhere(build, broadcast):
        world.clock.advance(seconds=1)
        waiting(world, running(world, "late"), signals=["rates changed"])
        come_to_rest(world)
        assert "late" in {w["pk"] for w in world.store.items(tables.WAITS)}, where


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "validation-failed"),
        ({"name": "a", "variables": {"_dpc": 1}}, "validation-failed"),
        ("x", "invalid-request"),
    ],
)
def test_bad_signals_are_refused(body: Any, code: str) -> None:
    assert call(World(), handle, routes.BROADCAST_SIGNAL, body=body).code == code


def many_starts() -> World:
    world = World()
    for number in range(130):
        published(world, f"p{number:03}")
        trigger = {"pk": signal_starts_partition("rates changed"), "sk": f"p{number:03}", "version": 1}
        world.store.write(Put(tables.MESSAGES, trigger))
    return world


def test_a_signal_starts_however_many_processes_wherever_it_is_killed() -> None:
    world = many_starts()
    answer = broadcast(world).json["instances"]
    assert len(set(answer)) == 130
    assert {arn.rpartition(":")[2] for arn in world.machines.executions} == {f"{id_}_1" for id_ in answer}
    world = many_starts()
    world.clock.advance(seconds=1)
    world.steps.taken.clear()
    broadcast(world)
    begun = [step for step, name in enumerate(world.steps.taken) if name.startswith(("before write", "after write"))]
    for step in begun:
        world = many_starts()
        world.steps.taken.clear()
        world.steps.kill_at = step
        with pytest.raises(KilledError):
            broadcast(world)
        world.steps.dead = False
        broadcast(world)
        come_to_rest(world)
        assert len(world.machines.executions) == 130, step
