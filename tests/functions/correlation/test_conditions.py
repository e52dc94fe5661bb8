"""What conditional events read: whoever waits for it is told each writing that it does not know."""

import json
from typing import Any

from contract import tables
from functions.correlation.keys import variables_partition
from functions.runtime.records import Item, Put, Update
from tests.functions.fakes import World
from tests.functions.scenes import come_to_rest, running, waiting


def written(world: World, total: int, **variables: Any) -> None:
    """A machine's write: the values, with the number of the writing."""
    given: dict[str, Any] = {"total": total}
    for name, value in variables.items():
        given |= {f"v|{name}": json.dumps(value), f"n|{name}": total, f"b|{name}": "|Seen|"}
    world.store.write(Update(tables.MESSAGES, variables_partition("i1"), "-", set=given))


def listening(world: World, instance: Item, *, seen: int, reads: tuple[str, ...] = ("x", "y")) -> Item:
    events = [{"kind": "condition", "name": "", "elementId": "dpc:written", "key": ""}]
    wait = waiting(world, instance, "Until", sk=f"wait#Until@{seen}", events=json.dumps(events))
    row = {"pk": variables_partition("i1"), "sk": f"SUB#{wait['since']}#i1#Until", "instanceId": "i1"}
    row |= {"waitSk": wait["sk"], "token": wait["token"], "event": "dpc:written", "processId": "loan"}
    row |= {"since": wait["since"], "reads": json.dumps(reads), "seen": str(seen)}
    world.store.write(Put(tables.MESSAGES, row))
    return wait


def heard(world: World) -> list[Any]:
    return [answer["variables"] for answer in world.machines.answers.values()]


def test_who_waits_is_told_what_it_does_not_know_whichever_was_written_first() -> None:
    for first in ("wait", "write"):
        world = World()
        instance = running(world, "i1")
        if first == "wait":
            listening(world, instance, seen=0)
            come_to_rest(world)
        written(world, 1, x=5, z=1)
        if first == "write":
            come_to_rest(world)
            listening(world, instance, seen=0)
        come_to_rest(world)
        assert heard(world) == [{"x": 5, "_dpc": {"at": "1", "by": {"x": "|Seen|"}}}], first
        assert world.store.items(tables.WAITS) == []
        assert [item["sk"] for item in world.store.items(tables.MESSAGES)] == ["-"]


def test_what_is_known_already_or_read_by_nobody_wakes_nobody() -> None:
    world = World()
    instance = running(world, "i1")
    written(world, 1, x=5)
    listening(world, instance, seen=1)
    come_to_rest(world)
    written(world, 2, z=5)
    come_to_rest(world)
    assert heard(world) == []
    written(world, 3, y=None)
    come_to_rest(world)
    assert heard(world) == [{"y": None, "_dpc": {"at": "3", "by": {"y": "|Seen|"}}}]


def test_each_who_waits_again_hears_the_next_writing() -> None:
    world = World()
    instance = running(world, "i1")
    listening(world, instance, seen=0)
    come_to_rest(world)
    written(world, 1, x=1)
    written(world, 2, x=2)
    come_to_rest(world)
    listening(world, instance, seen=1)
    come_to_rest(world)
    assert [each["x"] for each in heard(world)] == [1, 2]
