"""Any process that the builders can make: one builder per construct."""

from collections.abc import Iterator
from typing import Final

from hypothesis import strategies as st

from tests.state_machines.flow.game.building import activities, events, gateways
from tests.state_machines.flow.game.building.maker import EVENTS, Builder, Maker, Place
from tests.state_machines.flow.game.building.nets import net
from tests.state_machines.flow.game.model import Definition, Node, Scope

SMALL: Final[dict[str, Builder]] = {
    "task": activities.task,
    "service": activities.service,
    "receive": activities.receive,
    "quick": activities.quick,
    "catch": events.catch,
    "throw": events.throw,
}
FLAT: Final[dict[str, Builder]] = {
    **SMALL,
    "link": events.link,
    "undone": activities.undone,
    "whilst": activities.whilst,
    "choice": gateways.choice,
    "both": gateways.both,
    "race": gateways.race,
    "loop": gateways.loop,
    "net": net,
}
DEEP: Final[dict[str, Builder]] = {
    "sub": activities.sub,
    "part": activities.sub,
    "inner": activities.sub,
    "tx": activities.tx,
    "call": activities.call,
    "many": activities.many,
    "adhoc": activities.adhoc,
    "undoing": activities.undoing,
}


@st.composite
def processes(draw: st.DrawFn) -> Scope:
    """A process with one or several starts, of which one is taken."""
    maker = Maker(draw, SMALL, FLAT, DEEP)
    place = Place(Scope())
    if maker.chance(5):
        _started(maker, place)
    else:
        maker.fill(place, least=2)
    _addressed(maker, place.scope)
    return place.scope


def _started(maker: Maker, place: Place) -> None:
    """Several start events that lead to the same."""
    starts = [Node(maker.id("s"), "start")]
    for _ in range(maker.pick(1, 2)):
        event = maker.event(place, maker.id("s"), "start", maker.pick(*EVENTS))
        if event and all("G" not in each.name for each in event.definitions) and not event.every:
            starts.append(event)
    if maker.chance(3):
        starts.append(_received(maker))
    if maker.chance(3):
        starts += _raced(maker, place)
    ends = [maker.path(place, place.scope.add(start)) for start in starts]
    join = maker.meet(place, [end for end in ends if end], "xor")
    maker.finish(place, maker.path(place, join, least=1) if join else "")
    place.scope.begins = maker.pick(*starts).id


def _received(maker: Maker) -> Node:
    """A task that starts the process by what it receives."""
    name = maker.id("r")
    return Node(name, "receive", "message", f"M_{name}", extras="instantiate")


def _raced(maker: Maker, place: Place) -> list[Node]:
    """The events behind a gateway, of which the first starts the process; all may be needed."""
    gate = place.scope.add(Node(maker.id("g"), "choose", extras="instantiate", every=maker.chance(2)))
    names = [maker.id("c") for _ in range(2)]
    for name in names:
        place.scope.connect(gate, name)
    return [Node(name, "catch", "message", f"M_{name}") for name in names]


def _addressed(maker: Maker, scope: Scope) -> None:
    """Who gets the messages that a process throws: one who waits for them in the same process, or nobody."""
    names = [each.name for each in _heard(scope) if each.event == "message"]
    for node in scope.walk():
        if node.event == "message" and not node.name:
            node.name = maker.pick("M_nobody", *names)
        if node.kind == "call" and node.body:
            _addressed(maker, node.body)


def _heard(scope: Scope) -> Iterator[Definition]:
    for node in scope.walk():
        yield from (each for each in node.definitions if node.kind not in ("throw", "end", "send", "start"))
