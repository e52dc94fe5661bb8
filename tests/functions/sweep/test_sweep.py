"""The sweep ends what is open though its scope or instance is gone, and leaves alone all that is not."""

from typing import Any

import pytest

from contract import tables
from functions.runtime import starting
from functions.runtime.records import Delete, Item, Put, Update
from functions.sweep.handler import handle
from tests.functions.crashing import end_of, kill_everywhere
from tests.functions.fakes import World
from tests.functions.invoking import Context
from tests.functions.scenes import MACHINE, come_to_rest, running, waiting

KINDS = ("user", "message", "job", "incident", "scope")
ENDED = {"endedAt": "2026-11-22T08:00:00+00:00", "status": "cancelled"}


def sweep(world: World, hours: int = 24) -> dict[str, int]:
    """A day's worth of runs: what they found and ended."""
    found: dict[str, int] = {}
    for _ in range(hours):
        told = handle.with_ports(world.ports)({"detail-type": "Scheduled Event"}, Context())
        found |= {kind: found.get(kind, 0) + number for kind, number in told.items()}
        come_to_rest(world)
        world.clock.advance(hours=1)
    return found


def busy() -> World:
    """Instances that wait for everything there is to wait for, and a watcher that waits again with a new token."""
    world = World()
    for n in range(3):
        item = running(world, f"i{n}", business_key="k")
        for kind in KINDS:
            waiting(world, item, kind.title(), kind=kind, messages={f"{kind} came": "k"}, signals=["alarm"])
    world.store.write(Put(tables.WAITS, {"pk": "i0", "sk": "wait#Later@1", "closed": 1}))
    come_to_rest(world)
    return world


def waits(world: World) -> list[str]:
    return [f"{w['pk']} {w['elementId']}" for w in world.store.items(tables.WAITS) if "token" in w]


def subscriptions(world: World) -> list[Item]:
    return [row for row in world.store.items(tables.MESSAGES) if row["sk"].startswith("SUB#")]


def test_what_is_waited_for_stays() -> None:
    world = busy()
    before = end_of(world)
    assert sweep(world) == {}
    assert end_of(world) == before and world.pauses == []


def test_waits_whose_token_is_gone_go_with_their_subscriptions() -> None:
    world = busy()
    (left,) = [w for w in world.store.items(tables.WAITS) if (w["pk"], w.get("kind")) == ("i1", "user")]
    world.machines.time_out(left["token"])
    assert sweep(world) == {"wait": 1}
    assert "i1 User" not in waits(world) and len(waits(world)) == 14
    assert len(subscriptions(world)) == 28
    assert sweep(world) == {}


def test_an_instance_that_has_ended_leaves_nothing_open_and_nothing_running() -> None:
    world = busy()
    world.store.write(Update(tables.INSTANCES, "i0", starting.INSTANCE, set=ENDED))
    aside = world.machines.start(MACHINE.format("loan", 1), "i0_0af3", {})
    handlers = {"pk": "ASIDE#i0", "sk": "Sub/Fork@1", "h|i0_0af3": "open", "opened": 1}
    world.store.write(Put(tables.MESSAGES, handlers))
    assert sweep(world) == {"wait": 6, "handlers": 1}
    assert {w["pk"] for w in world.store.items(tables.WAITS)} == {"i1", "i2"}
    assert world.machines.describe(aside).status == "ABORTED"
    assert {e.status for a, e in world.machines.executions.items() if ":i0_" in a} == {"ABORTED"}
    assert len(subscriptions(world)) == 20
    assert sweep(world) == {}


def test_a_subscription_without_its_wait_goes() -> None:
    world = busy()
    row = subscriptions(world)[0]
    world.store.write(Delete(tables.WAITS, row["instanceId"], row["waitSk"]))
    world.store.changes.clear()  # what the stream would have done is lost
    assert sweep(world) == {"subscription": 2}
    assert len(subscriptions(world)) == 28


def test_an_answer_that_nobody_settled_is_settled() -> None:
    world = busy()
    wait = next(w for w in world.store.items(tables.WAITS) if w.get("kind") == "job")
    answer = '{"event": "Job", "variables": {"a": 1}, "claim": "c"}'
    world.store.write(Update(tables.WAITS, wait["pk"], wait["sk"], set={"answer": answer}))
    world.store.changes.clear()  # as a stream does that has tried twenty times
    assert sweep(world) == {"answer": 1}
    assert [a["variables"] for a in world.machines.answers.values()] == [{"a": 1}]
    assert sweep(world) == {}


def test_what_was_just_being_done_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    world = busy()
    left = world.store.items(tables.WAITS)[0]
    world.machines.time_out(left["token"])
    monkeypatch.setattr(world, "pause", lambda _: world.store.write(Delete(tables.WAITS, left["pk"], left["sk"])))
    assert "wait" not in sweep(world)


def test_without_proof_from_the_history_nothing_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = busy()
    monkeypatch.setattr(world.machines, "waits_for", lambda _: False)
    assert sweep(world, 24) == {"stuck": 15}
    assert len(waits(world)) == 15


@pytest.mark.parametrize("rest", ["wait", "instance", "subscription", "answer"])
def test_killed_anywhere_the_next_one_ends_it(rest: str) -> None:
    def build() -> World:
        world = World()
        item = running(world, "i1", business_key="k")
        wait = waiting(world, item, kind="user", messages={"came": "k"})
        answered = {"answer": '{"event": "Signed", "variables": {}, "claim": "c"}'}
        changes: dict[str, Any] = {
            "wait": lambda: world.machines.time_out(wait["token"]),
            "instance": lambda: world.store.write(Update(tables.INSTANCES, "i1", starting.INSTANCE, set=ENDED)),
            "subscription": lambda: world.store.write(Delete(tables.WAITS, wait["pk"], wait["sk"])),
            "answer": lambda: world.store.write(Update(tables.WAITS, wait["pk"], wait["sk"], set=answered)),
        }
        come_to_rest(world)
        changes[rest]()
        world.store.changes.clear()
        return world

    clean = build()
    assert sum(sweep(clean).values()) == 1
    assert waits(clean) == [] and subscriptions(clean) == []
    for step, world in kill_everywhere(build, sweep):
        sweep(world)
        assert end_of(world) == end_of(clean), step
