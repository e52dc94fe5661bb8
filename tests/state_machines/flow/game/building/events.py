"""Events that are waited for or thrown between activities and at the end."""

from tests.state_machines.flow.game.building.maker import EVENTS, Maker, Place
from tests.state_machines.flow.game.model import Node

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
    return maker.put(place, at, Node(maker.id("i"), kind, event, thrown(maker, place, event)))


def last(maker: Maker, place: Place, at: str) -> None:
    """An end event that throws something."""
    kinds = ["", "terminate", "error", "escalation", "signal", "compensate", "message"]
    event = maker.pick(*kinds, *(["cancel", "cancel"] if place.inside[-1] == "tx" else []))
    maker.put(place, at, Node(maker.id("e"), "end", event, thrown(maker, place, event)))


def thrown(maker: Maker, place: Place, event: str) -> str:
    """A code, a name; or the activity that shall be compensated, if not all."""
    if event == "compensate":
        return str(
            maker.pick("", *(node.id for node in place.scope.nodes.values() if node.handler and node.host == ""))
        )
    return str(maker.pick(*NAMES.get(event, ("",))))
