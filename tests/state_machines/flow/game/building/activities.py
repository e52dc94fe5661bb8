"""Activities: tasks, sub-processes, called processes; how often they run, and what their mappings do."""

from typing import Final

from tests.state_machines.flow.game.building.events import NAMES
from tests.state_machines.flow.game.building.maker import Maker, Place
from tests.state_machines.flow.game.model import WAITING, Definition, Node, Scope

BINDINGS: Final = ("latest", "deployment", "version:1", "versionTag:v1")


def task(maker: Maker, place: Place, at: str) -> str:
    node = Node(maker.id("t"), "user")
    if maker.chance(4):
        repeated(maker, node, ("n > 1",))
    mapped(maker, node)
    return maker.activity(place, at, node)


def service(maker: Maker, place: Place, at: str) -> str:
    """What a worker does: a service task, or a decision taken elsewhere."""
    node = Node(maker.id("w"), maker.pick("service", "service", "rule"))
    if maker.chance(4):
        repeated(maker, node, ("n > 1",))
    mapped(maker, node)
    node.extras = maker.pick("", "", "tries 3", "async")
    return maker.activity(place, at, node, errors=True)


def whilst(maker: Maker, place: Place, at: str) -> str:
    """What is done as long as a task before it and it itself say so."""
    at = maker.put(place, at, Node(maker.id("t"), "user"))
    node = Node(maker.id("t"), maker.pick("user", "service"), repeat="again", first=True)
    node.times = maker.pick(1, 1, 2, 3)
    return maker.activity(place, at, node, errors=node.kind == "service")


def receive(maker: Maker, place: Place, at: str) -> str:
    name = maker.id("r")
    node = Node(name, "receive", "message", f"M_{name}")
    if maker.chance(6):
        node.repeat, node.times = "sequence", maker.pick(0, 1, 2)
    node.value = maker.pick(0, 0, 0, -maker.count)
    return maker.activity(place, at, node)


def quick(maker: Maker, place: Place, at: str) -> str:
    """What takes no time: nothing, or something that a script writes."""
    kind = maker.pick("script", "script", "task", "manual", "decision")
    node = Node(maker.id("q"), kind, value=maker.pick(1, 2, 3) if kind == "script" else 0)
    if kind == "script" and maker.chance(4):
        repeated(maker, node, ("completed >= 1", "completed >= 2"))
        return maker.activity(place, at, node)
    return maker.put(place, at, node)


def sub(maker: Maker, place: Place, at: str) -> str:
    node = Node(maker.id("p"), "sub")
    if maker.chance(3):
        repeated(maker, node, ("completed >= 1", "completed >= 2"))
    elif maker.chance(6):
        node.repeat, node.times = "most", maker.pick(1, 2, 3)
    many = node.repeat == "each"
    node.body = maker.fill(place.within("many" if many else "sub", again=bool(node.repeat)))
    owning(maker, place, node, node.body)
    return maker.activity(place, at, node, errors=True, escalations=True)


def many(maker: Maker, place: Place, at: str) -> str:
    node = Node(maker.id("p"), "sub", repeat="each", times=maker.pick(2, 3))
    throwing(maker, node) if maker.chance(4) else None
    node.body = maker.fill(place.within("many", again=True))
    return maker.activity(place, at, node, errors=True, escalations=True)


def tx(maker: Maker, place: Place, at: str) -> str:
    node = Node(maker.id("p"), "tx")
    repeat = maker.chance(6)
    node.body = maker.fill(place.within("tx", again=repeat))
    ends = [inner.event for inner in node.body.nodes.values()]
    if repeat and "cancel" not in ends:  # what a cancelled instance means for the others is not said
        repeated(maker, node, ("completed >= 1", "completed >= 2"))
    if "cancel" in ends:
        event = Node(maker.id("b"), "boundary", "cancel", host=node.id)
        maker.finish(place, maker.boundary(place, event))
    return maker.activity(place, at, node, errors=True, escalations=True)


def call(maker: Maker, place: Place, at: str) -> str:
    node = Node(maker.id("k"), "call")
    if maker.chance(4):
        repeated(maker, node, ("completed >= 1",))
    if maker.chance(4):
        node.body = _global_task(maker, f"child{node.id}")
    else:
        node.body = maker.fill(place.within("call", again=True))
        node.bound = maker.pick("", "", *BINDINGS)
    if maker.chance(3):
        node.takes = tuple({*node.body.numbers(), *_some(maker, written(place.scope))})
    if maker.chance(3):
        node.returns = tuple(_some(maker, written(node.body)))
    return maker.activity(place, at, node, errors=True, escalations=True)


def _some(maker: Maker, names: list[str]) -> list[str]:
    return [name for name in names if maker.chance(3)]


def written(scope: Scope) -> list[str]:
    """The variables that activities of a scope write."""
    return [node.id for node in scope.walk() if node.kind in (*WAITING, "script", "decision")]


def owning(maker: Maker, place: Place, node: Node, body: Scope) -> None:
    """Variables of a sub-process itself: mapped in, or data objects; new names, or such that are known around it or
    written in it."""
    asked = [*place.scope.numbers(), *body.numbers()]
    names = [name for name in (*written(place.scope), *written(body)) if name not in asked]
    chosen = [maker.pick(f"x_{node.id}", *names) for _ in range(maker.pick(0, 0, 1, 2))]
    # Nothing else has such a value.
    node.own = tuple((name, maker.pick(None, -maker.count)) for name in dict.fromkeys(chosen))
    mapped = [name for name, value in node.own if value is not None]
    node.gives = maker.pick("", *mapped) if not node.repeat else ""


def _global_task(maker: Maker, name: str) -> Scope:
    """A process that is one task."""
    scope = Scope()
    start = scope.add(Node(maker.id("s"), "start"))
    scope.connect(scope.connect(start, scope.add(Node(name, "user"))), scope.add(Node(maker.id("e"), "end")))
    return scope


def adhoc(maker: Maker, place: Place, at: str) -> str:
    """Activities in no certain order: all of them, or until it is enough."""
    node = Node(maker.id("p"), "adhoc", ordered=maker.chance(3), rest=maker.chance(3))
    firsts = [maker.id("t") for _ in range(maker.pick(2, 3))]
    chosen = _some(maker, firsts) or firsts[::-1] if maker.chance(2) else []
    node.until = f"{maker.pick(*(chosen or firsts))} > 0" if maker.chance(2) else ""
    inside = place.within("adhoc", again=bool(node.until or node.ordered))
    for first in firsts:
        inside.scope.add(Node(first, "user"))
        maker.finish(inside, maker.path(inside, first)) if maker.chance(2) else None
    inside.scope.chosen = tuple(chosen)
    node.body = inside.scope
    return maker.activity(place, at, node, errors=True, escalations=True)


def repeated(maker: Maker, node: Node, until: tuple[str, ...]) -> None:
    single = node.kind in ("user", "service")
    node.repeat = maker.pick("each", "sequence", *(["again"] if single else []))
    node.times = maker.pick(0, 1, 2, 3) if node.repeat != "again" else maker.pick(1, 1, 2, 3)
    node.until = maker.pick("", "", *until) if node.repeat != "again" else ""
    node.counted = node.repeat != "again" and maker.chance(4)
    node.collects = node.repeat != "again" and not node.counted and maker.chance(3)
    if node.repeat != "again" and maker.chance(4):
        throwing(maker, node)


def throwing(maker: Maker, node: Node) -> None:
    """What a multi-instance throws as its instances end."""
    event = maker.pick("signal", "escalation")
    node.behavior, node.thrown = maker.pick("None", "One"), Definition(event, maker.pick(*NAMES[event]))


def mapped(maker: Maker, node: Node) -> None:
    if maker.chance(6):
        node.own = ((f"x_{node.id}", -maker.count),) if maker.chance(2) else ()
        node.gives = node.id if maker.chance(2) and not node.repeat else ""


def undone(maker: Maker, place: Place, at: str) -> str:
    """An activity with a compensation handler. Which runs of an event sub-process a throw means, nobody says."""
    if {"esub", "handler", "undo"} & set(place.inside):
        return task(maker, place, at)
    small = ("user", "user", "service", "script", "receive")
    kind = maker.pick(*small, "sub", "call", "tx") if maker.budget > 0 and place.depth < 4 else maker.pick(*small)
    node = Node(maker.id("t"), kind, handler=maker.id("u"))
    event = Node(maker.id("b"), "boundary", "compensate", host=node.id, handler=node.handler)
    if kind in ("sub", "call", "tx"):
        node.body = maker.fill(place.within(kind if kind == "call" else "sub", again=kind == "call"))
    elif kind == "receive":
        node.event, node.name = "message", f"M_{node.id}"
    elif maker.chance(4):
        repeated(maker, node, ("n > 1",) if kind != "script" else ("completed >= 1",))
    maker.put(place, at, node)
    place.scope.add(_undoes(maker, place, node.handler))
    place.scope.add(event)
    return node.id


def _undoes(maker: Maker, place: Place, name: str) -> Node:
    """What compensates an activity."""
    node = Node(name, maker.pick("user", "user", "service", "script", "sub", "call"), undoes=True)
    if node.kind == "script":
        node.value = maker.pick(1, 2, 3)
    elif node.kind in ("sub", "call"):
        node.body = maker.spending().fill(place.within("undo" if node.kind == "sub" else "call", again=True))
    return node


def undoing(maker: Maker, place: Place, at: str) -> str:
    """A sub-process that says itself how it is compensated."""
    if {"esub", "handler", "undo"} & set(place.inside):
        return sub(maker, place, at)
    node = Node(maker.id("p"), "sub")
    inside = place.within("sub")
    node.body = maker.fill(inside)
    handler = Node(maker.id("h"), "esub", "compensate")
    inside.scope.add(handler)
    handler.body = maker.spending().fill(inside.within("undo"))
    return maker.activity(place, at, node, errors=True, escalations=True)
