"""Messages that start instances: in models drawn for Camunda 8 one at a time per correlation key, the next in turn."""

import json
from typing import Any

from contract import routes, tables
from functions.correlation.handler import handle
from functions.instances.handler import handle as instances
from functions.runtime.records import Item
from tests.functions.crashing import interleaved, kill_everywhere
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call
from tests.functions.scenes import come_to_rest, published


def shop(*names: str, version: int = 1, single: bool = True) -> World:
    world = World()
    published(world, "sale", version, starts=names or ("ordered",), single=single)
    return world


def publish(world: World, n: int, key: str = "K-1", name: str = "ordered", **more: Any) -> Reply:
    body = {"name": name, "correlationKey": key, "variables": {"n": n}, "messageId": f"m{n}", **more}
    world.clock.advance(seconds=1)
    return call(world, handle, routes.PUBLISH_MESSAGE, body=body)


def started(world: World) -> list[int]:
    """The numbers of the messages that have started instances, in that order."""
    found = [i for i in world.store.items(tables.INSTANCES) if i["sk"] == "INSTANCE"]
    assert {i["execution"] for i in found} == set(world.machines.executions)
    return [json.loads(i["startVariables"])["n"] for i in sorted(found, key=lambda i: i["startedAt"])]


def active(world: World) -> list[Item]:
    return [i for i in world.store.items(tables.INSTANCES) if i["sk"] == "INSTANCE" and "endedAt" not in i]


def end(world: World) -> None:
    """The instance that is active ends."""
    (instance,) = active(world)
    cancel(world, instance["pk"])


def cancel(world: World, instance: str) -> None:
    world.clock.advance(seconds=1)
    call(world, instances, routes.CANCEL_INSTANCE, path={"id": instance})


def left(world: World) -> set[str]:
    """What is in the messages table, but for triggers and what tells of messages."""
    once = ("MESSAGE-ID#", "START#")
    return {i["pk"] for i in world.store.items(tables.MESSAGES) if not i["pk"].startswith(once)}


def test_a_message_waits_until_the_instance_of_its_key_has_ended() -> None:
    world = shop()
    results = [publish(world, n).json["result"] for n in (1, 2, 3)]
    come_to_rest(world)
    assert (results, started(world)) == (["started", "buffered", "buffered"], [1])
    end(world)
    come_to_rest(world)
    assert started(world) == [1, 2]
    (second,) = active(world)
    told = publish(world, 2)  # the same id again
    assert (told.json["result"], told.json["instances"]) == ("started", [second["pk"]])
    end(world)
    come_to_rest(world)
    assert started(world) == [1, 2, 3]
    end(world)
    come_to_rest(world)
    assert left(world) == set()
    assert publish(world, 4).json["result"] == "started"


def test_other_keys_do_not_wait_and_without_a_key_nobody_does() -> None:
    world = shop()
    keys = ("K-1", "K-2", "", "")
    assert [publish(world, n, key).json["result"] for n, key in enumerate(keys)] == ["started"] * 4


def test_other_models_start_an_instance_for_each_message() -> None:
    world = shop(single=False)
    assert [publish(world, n).json["result"] for n in (1, 2)] == ["started"] * 2
    assert left(world) == set()


def test_it_waits_no_longer_than_its_time_to_live() -> None:
    world = shop()
    publish(world, 1), publish(world, 2, timeToLive="PT10M"), publish(world, 3)
    world.clock.advance(minutes=11)
    end(world)
    come_to_rest(world)
    assert started(world) == [1, 3]


def test_of_several_names_the_oldest_message_is_next() -> None:
    world = shop("ordered", "renewed")
    publish(world, 1), publish(world, 2, name="renewed"), publish(world, 3)
    end(world)
    come_to_rest(world)
    assert started(world) == [1, 2]


def test_the_key_is_taken_whatever_the_version_and_the_newest_is_started() -> None:
    world = shop()
    publish(world, 1)
    published(world, "sale", 2, starts=("ordered",), single=True)
    assert publish(world, 2).json["result"] == "buffered"
    end(world)
    come_to_rest(world)
    assert [int(i["version"]) for i in active(world)] == [2]


def test_nobody_overtakes_who_waits_already() -> None:
    """The instance has ended, but what that begins has not happened yet."""
    world = shop()
    publish(world, 1), publish(world, 2)
    end(world)
    assert publish(world, 3).json["result"] == "buffered"
    assert started(world) == [1, 2]


def test_an_end_of_which_nobody_was_told_frees_the_key_all_the_same() -> None:
    world = shop()
    publish(world, 1)
    end(world)
    world.store.changes.clear()
    assert publish(world, 2).json["result"] == "started"


def test_killed_anywhere_the_next_one_starts_once() -> None:
    def build() -> World:
        world = shop()
        publish(world, 1), publish(world, 2), publish(world, 3)
        come_to_rest(world)
        return world

    def ended(world: World) -> None:
        cancel(
            world,
            next(i["pk"] for i in world.store.items(tables.INSTANCES) if json.loads(i["startVariables"])["n"] == 1),
        )
        come_to_rest(world)

    for where, world in kill_everywhere(build, ended):
        ended(world)
        assert started(world) == [1, 2], where
        end(world)
        come_to_rest(world)
        assert started(world) == [1, 2, 3], where


def test_two_messages_at_once_start_one_instance() -> None:
    for where, world in interleaved(shop, lambda world: publish(world, 1), lambda world: publish(world, 2)):
        come_to_rest(world)
        assert len(started(world)) == 1, where
        end(world)
        come_to_rest(world)
        assert sorted(started(world)) == [1, 2], where


def test_a_message_that_comes_as_the_instance_ends_is_not_forgotten() -> None:
    def build() -> World:
        world = shop()
        publish(world, 1)
        come_to_rest(world)
        return world

    def ended(world: World) -> None:
        end(world)
        come_to_rest(world)

    for where, world in interleaved(build, lambda world: publish(world, 2), ended):
        come_to_rest(world)
        assert started(world) == [1, 2], where
    for where, world in interleaved(build, ended, lambda world: publish(world, 2)):
        come_to_rest(world)
        assert started(world) == [1, 2], where
