"""Events that are waited for or thrown between activities and at the end."""

from tests.state_machines.flow.game.building.maker import EVENTS, Maker, Place
from tests.state_machines.flow.game.model import Definition, Node

NAMES = {"signal": ("G1", "G2"), "error": ("X1", "X2"), "escalation": ("X1", "X2")}


def catch(maker: Maker, place: Place, at: str) -> str:
    event = maker.event(place, maker.id("c"), "catch", maker.pick(*EVENTS))
    return maker.put(place, at, event) if event else at


def link(maker: Maker, place: Place, at: str) -> str:
    name = maker.id("l")
    maker.put(place, at, Node(maker.id("l"), "throw", "link", name))
    return place.scope.add(Node(maker.id("l"), "catch", "link", name))


def throw(maker: Maker, place: Place, at: str) -> str:
    """For messages their names are found at last (`addressed`)."""
    event = maker.pick("", "signal", "escalation", "compensate", "message", "message")
    kind = maker.pick("throw", "throw", "send") if event == "message" else "throw"
    node = Node(maker.id("i"), kind, event, thrown(maker, place, event))
    node.goes_on = event == "compensate" and maker.chance(3)
    node.computed = event in (*NAMES, "message") and maker.chance(4)
    if event in ("signal", "escalation", "message") and kind == "throw" and maker.chance(6):
        other = maker.pick(*(each for each in ("signal", "escalation") if each != event))
        node.more = (Definition(other, thrown(maker, place, other)),)
    return maker.put(place, at, node)


def last(maker: Maker, place: Place, at: str) -> None:
    """An end event that throws something."""
    kinds = ["", "terminate", "error", "escalation", "signal", "compensate", "message"]
    event = maker.pick(*kinds, *(["cancel", "cancel"] if place.inside[-1] == "tx" else []))
    node = Node(maker.id("e"), "end", event, thrown(maker, place, event))
    node.computed = event in NAMES and maker.chance(3)
    maker.put(place, at, node)


def thrown(maker: Maker, place: Place, event: str) -> str:
    """A code, a name; or the activity that shall be compensated, if not all."""
    if event == "compensate":
        return str(
            maker.pick("", *(node.id for node in place.scope.nodes.values() if node.handler and node.host == ""))
        )
    return str(maker.pick(*NAMES.get(event, ("",))))
