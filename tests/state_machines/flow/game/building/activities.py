"""Activities: tasks, sub-processes, called processes; how often they run, and what their mappings do."""

from tests.state_machines.flow.game.building.maker import Maker, Place
from tests.state_machines.flow.game.model import Node, Scope


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


def receive(maker: Maker, place: Place, at: str) -> str:
    name = maker.id("r")
    node = Node(name, "receive", "message", f"M_{name}")
    if maker.chance(6):
        node.repeat, node.times = "sequence", maker.pick(0, 1, 2)
    return maker.activity(place, at, node)


def quick(maker: Maker, place: Place, at: str) -> str:
    """What takes no time: nothing, or something that a script writes."""
    kind = maker.pick("script", "script", "task", "manual", "decision")
    return maker.put(place, at, Node(maker.id("q"), kind, value=maker.pick(1, 2, 3) if kind == "script" else 0))


def sub(maker: Maker, place: Place, at: str) -> str:
    node = Node(maker.id("p"), "sub")
    if maker.chance(3):
        repeated(maker, node, ("completed >= 1", "completed >= 2"))
    elif maker.chance(6):
        node.repeat, node.times = "most", maker.pick(1, 2, 3)
    elif maker.chance(3):
        node.given, node.value = True, maker.pick(1, 2, 3)
    many = node.repeat == "each"
    node.body = maker.fill(place.within("many" if many else "sub", again=bool(node.repeat)))
    return maker.activity(place, at, node, errors=True, escalations=True)


def many(maker: Maker, place: Place, at: str) -> str:
    node = Node(maker.id("p"), "sub", repeat="each", times=maker.pick(2, 3))
    node.body = maker.fill(place.within("many", again=True))
    return maker.activity(place, at, node, errors=True, escalations=True)


def tx(maker: Maker, place: Place, at: str) -> str:
    node = Node(maker.id("p"), "tx")
    node.body = maker.fill(place.within("tx"))
    if any(inner.event == "cancel" for inner in node.body.nodes.values()):
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
    return maker.activity(place, at, node, errors=True, escalations=True)


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
    node.until = f"{maker.pick(*firsts)} > 0" if maker.chance(2) else ""
    inside = place.within("adhoc", again=bool(node.until or node.ordered))
    for first in firsts:
        inside.scope.add(Node(first, "user"))
        maker.finish(inside, maker.path(inside, first)) if maker.chance(2) else None
    node.body = inside.scope
    return maker.activity(place, at, node, errors=True, escalations=True)


def repeated(maker: Maker, node: Node, until: tuple[str, ...]) -> None:
    single = node.kind in ("user", "service")
    node.repeat = maker.pick("each", "sequence", *(["again"] if single else []))
    node.times = maker.pick(0, 1, 2, 3) if node.repeat != "again" else 1
    node.until = maker.pick("", "", *until) if node.repeat != "again" else ""
    node.counted = node.repeat != "again" and maker.chance(4)
    node.collects = node.repeat != "again" and not node.counted and maker.chance(3)


def mapped(maker: Maker, node: Node) -> None:
    if maker.chance(6):
        node.given, node.value = maker.chance(2), maker.pick(1, 2, 3)
        node.gives = maker.chance(2) and not node.repeat


def undone(maker: Maker, place: Place, at: str) -> str:
    """An activity with a compensation handler. Which runs of an event sub-process a throw means, nobody says."""
    if {"esub", "handler", "undo"} & set(place.inside):
        return task(maker, place, at)
    kind = maker.pick("user", "user", "service", "sub") if maker.budget > 0 and place.depth < 4 else "user"
    node = Node(maker.id("t"), kind, handler=maker.id("u"))
    event = Node(maker.id("b"), "boundary", "compensate", host=node.id, handler=node.handler)
    if kind == "sub":
        node.body = maker.fill(place.within("sub"))
    elif maker.chance(4):
        repeated(maker, node, ("n > 1",))
    maker.put(place, at, node)
    place.scope.add(Node(node.handler, maker.pick("user", "service"), undoes=True))
    place.scope.add(event)
    return node.id


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
