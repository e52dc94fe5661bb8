"""The crash rule for what correlation does: killed anywhere, streams and queues included, each effect comes once."""

from collections.abc import Callable
from typing import Any

import pytest

from contract import queues, routes, tables
from functions.correlation.handler import handle
from functions.correlation.keys import signal_starts_partition
from functions.runtime.records import Delete, Put, Update
from functions.runtime.starting import INSTANCE
from tests.functions.correlation.test_conditions import listening, written
from tests.functions.correlation.test_scopes import asked
from tests.functions.correlation.test_timer_starts import EVERY_TEN
from tests.functions.correlation.test_timer_starts import published as with_timer
from tests.functions.crashing import survives
from tests.functions.fakes import World
from tests.functions.invoking import Context, call, queue_event
from tests.functions.scenes import come_to_rest, published, running, waiting
from tests.functions.steps import KilledError

AT = "2026-11-22T09:00:01.000Z"


def waits(world: World | None = None) -> World:
    """Two of one process and one of another wait for a message, a signal and either; processes wait to be started."""
    world = world or World()
    published(world, "loan", starts=["ordered"])
    trigger = {"pk": signal_starts_partition("alarm"), "sk": "loan", "version": 1, "start": "Alarm"}
    world.store.write(Put(tables.MESSAGES, trigger))
    for number, process in enumerate(("loan", "loan", "card")):
        instance = running(world, f"i{number}", process, business_key="B-1")
        waiting(world, instance, messages={"signed": "B-1"})
        waiting(world, instance, "Either", messages={"paid": "B-1"}, signals=["alarm"])
        waiting(world, instance, "Beside", kind="scope", signals=["alarm"])
    world.clock.advance(seconds=1)
    return world


def sent(name: str) -> Callable[[World], Any]:
    body = {"name": name, "correlationKey": "B-1", "variables": {"n": 1}, "messageId": "m1"}
    return lambda world: call(world, handle, routes.PUBLISH_MESSAGE, body=body, headers={"idempotency-key": "k"})


def broadcast(world: World) -> Any:
    body = {"name": "alarm", "variables": {"n": 1}}
    return call(world, handle, routes.BROADCAST_SIGNAL, body=body, headers={"idempotency-key": "k"})


def thrown(connector: str, **given: Any) -> Callable[[World], Any]:
    def act(world: World) -> Any:
        world.steps.dead = False
        return asked(world, connector, {"variables": {"n": 1}, **given}, at=AT)

    return act


def conditional() -> World:
    world = World()
    listening(world, running(world, "i1"), seen=0)
    return world


def due() -> World:
    world = with_timer(EVERY_TEN)
    world.clock.advance(minutes=10)
    return world


def ring(world: World) -> Any:
    world.steps.dead = False
    (start,) = (i for i in world.store.items(tables.MESSAGES) if i["pk"].startswith("START-TIMER#"))
    body = {"pk": start["pk"], "sk": start["sk"], "due": "2026-11-22T09:10:00+00:00"}
    return handle.with_ports(world.ports)(queue_event(queues.TIMER_STARTS.name, [body]), Context())


def taken() -> World:
    world = World()
    published(world, "shop", starts=["renewed"], single=True)
    body = {"name": "renewed", "correlationKey": "B-1", "variables": {"n": 0}, "messageId": "m0"}
    call(world, handle, routes.PUBLISH_MESSAGE, body=body)
    world.clock.advance(seconds=1)
    return world


OPERATIONS: dict[str, tuple[Callable[[], World], Callable[[World], Any]]] = {
    "a message that is waited for": (waits, sent("signed")),
    "a message for gateways": (waits, sent("paid")),
    "a message that starts": (waits, sent("ordered")),
    "a message whose key is taken": (taken, sent("renewed")),
    "a message that nobody waits for": (waits, sent("later")),
    "a signal": (waits, broadcast),
    "a message of a machine": (waits, thrown("dpc:publish-message", name="signed", correlationKey="B-1")),
    "a signal of a machine": (waits, thrown("dpc:broadcast-signal", name="alarm", at=AT)),
    "variables that are written": (conditional, lambda world: written(world, 1, x=5)),
    "a timer that is due": (due, ring),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_anywhere_each_effect_comes_once(name: str) -> None:
    build, act = OPERATIONS[name]
    survives(build, act, rest=come_to_rest)


def put_again(world: World, *, closed: bool) -> None:
    """A machine whose write is answered by an error tries again, with another token; a watcher finds itself closed."""
    for wait in world.store.items(tables.WAITS):
        world.machines.tokens.pop(wait["token"], None)
        history = world.machines.histories[wait["execution"]]
        history.append({"id": len(history) + 1, "type": "TaskFailed", "previousEventId": len(history)})
        if closed:
            world.store.write(Update(tables.WAITS, wait["pk"], wait["sk"], set={"closed": 1}))
            world.store.write(Delete(tables.WAITS, wait["pk"], wait["sk"]))
        else:
            instance = world.store.get(tables.INSTANCES, wait["pk"], INSTANCE)
            assert instance is not None
            waiting(world, instance, "Beside", kind="scope", messages={"signed": "B-1"})


@pytest.mark.parametrize("closed", [True, False])
def test_a_message_outlives_the_record_of_a_watcher_that_tries_again(closed: bool) -> None:
    def build() -> World:
        world = World()
        waiting(world, running(world, "i0"), "Beside", kind="scope", messages={"signed": "B-1"})
        return world

    world = build()
    world.steps.taken.clear()
    sent("signed")(world)
    for step in range(len(world.steps.taken)):
        world = build()
        world.steps.taken.clear()
        world.steps.kill_at = step
        with pytest.raises(KilledError):
            sent("signed")(world)
        world.steps.dead = False
        heard = bool(world.machines.answers)
        if not heard:
            put_again(world, closed=closed)
        come_to_rest(world)
        sent("signed")(world)
        come_to_rest(world)
        kept = [item for item in world.store.items(tables.MESSAGES) if item["sk"].startswith("MSG#")]
        assert len(world.machines.answers) == (heard or not closed), step
        assert len(kept) == (closed and not heard), step
