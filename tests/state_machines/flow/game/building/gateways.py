"""Gateways and what leaves activities without them: choices, forks, races, loops, nets of any shape."""

from tests.state_machines.flow.game.building.events import last
from tests.state_machines.flow.game.building.maker import Maker, Place
from tests.state_machines.flow.game.model import Node


def choice(maker: Maker, place: Place, at: str) -> str:
    """A task says which way; one may leave its scope."""
    kind = maker.pick("xor", "or", "task")
    if kind == "task":  # conditions at the flows behind it
        split = maker.put(place, at, Node(maker.id("t"), "user", default=True, always=maker.chance(3)))
    else:
        split = maker.put(place, maker.put(place, at, Node(maker.id("t"), "user")), Node(maker.id("g"), kind))
    ends = [branch(maker, place, split) for _ in range(maker.pick(2, 2, 3))]
    join = "or" if kind == "task" else kind
    return maker.meet(place, [end for end in ends if end], maker.pick(join, "xor", "", join, "task"))


def branch(maker: Maker, place: Place, at: str) -> str:
    if not maker.chance(4):
        return maker.path(place, at, least=1)
    end = maker.path(place, at)
    if end:
        last(maker, place, end)
    return ""


def both(maker: Maker, place: Place, at: str) -> str:
    """A fork, by a gateway or without one."""
    kind = maker.pick("and", "and", "and", "user", "script")
    split = maker.put(place, at, Node(maker.id("g"), kind))
    ends = [branch(maker, place, split) for _ in range(maker.pick(2, 2, 3))]
    return maker.meet(
        place, [end for end in ends if end], maker.pick("and", "and", "or", "", "user", "script"), all(ends)
    )


def race(maker: Maker, place: Place, at: str) -> str:
    """An event-based gateway."""
    gate = maker.put(place, at, Node(maker.id("g"), "choose"))
    ends = []
    for event in ("message", maker.pick("timer", "signal", "condition", "receive")):
        if event == "receive":
            name = maker.id("r")
            node: Node | None = Node(name, "receive", "message", f"M_{name}")
        else:
            node = maker.event(place, maker.id("c"), "catch", event, alone=True)
        if node:
            ends.append(maker.path(place, maker.put(place, gate, node)))
    return maker.meet(place, [end for end in ends if end], maker.pick("xor", "xor", ""))


def loop(maker: Maker, place: Place, at: str) -> str:
    """What is repeated as long as a task says so."""
    head = maker.put(place, at, Node(maker.id("g"), "xor"))
    end = maker.path(place.beside(again=True), head)
    if not end:
        return ""
    task = maker.put(place, end, Node(maker.id("t"), "user"))
    check = maker.put(place, task, Node(maker.id("g"), "xor"))
    after = maker.put(place, check, Node(maker.id("o"), "task"))
    place.scope.connect(check, head)
    return after
