"""Random processes: one builder per construct, each of which adds to a scope behind a node and says where it ends."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.state_machines.flow.game.model import Node, Scope

CODES = ("X1", "X2", "*")
EVENTS = ("message", "timer", "signal", "condition")
SMALL = ("task", "service", "receive", "catch", "throw")
PLAIN = (*SMALL, "undone", "choice", "both", "race", "loop")
DEEP = ("sub", "sub", "sub", "sub", "tx", "call", "many")


@dataclass(frozen=True)
class Place:
    """Where something is drawn. `inside`: kinds of the scopes around it, the nearest last."""

    scope: Scope
    inside: tuple[str, ...] = ("process",)
    again: bool = False
    """Whether it may run more than once."""

    @property
    def depth(self) -> int:
        return len(self.inside)


@dataclass
class Maker:
    """Draws a process. `budget`: how many more constructs it may hold."""

    draw: Any
    budget: int = 9
    count: int = 0
    minutes: int = 0
    used: list[str] = field(default_factory=list)

    def id(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def pick(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(1, one_in)) == one_in)

    # Scopes and paths

    def process(self) -> Scope:
        return self.fill(Place(Scope()), least=2)

    def fill(self, place: Place, least: int = 1) -> Scope:
        scope = place.scope
        start = scope.add(Node(self.id("s"), "start"))
        self.finish(place, self.path(place, start, least))
        if self.budget > 0 and place.depth < 4 and self.chance(4):
            self.event_sub_process(place)
        return scope

    def path(self, place: Place, at: str, least: int = 0) -> str:
        """One construct behind the other; empty where none goes on."""
        for i in range(self.pick(least, 1, 2, 3)):
            if not at or (self.budget <= 0 and i >= least):
                break
            at = self.construct(place, at)
        return at

    def finish(self, place: Place, at: str) -> None:
        """An end event."""
        if at:
            place.scope.connect(at, place.scope.add(Node(self.id("e"), "end")))

    def construct(self, place: Place, at: str) -> str:
        self.budget -= 1
        kinds = SMALL if self.budget <= 0 else PLAIN if place.depth > 3 else (*PLAIN, *DEEP)
        kind = self.pick(*kinds)
        self.used.append(kind)
        found: str = getattr(self, kind)(place, at)
        return found

    def put(self, place: Place, at: str, node: Node) -> str:
        return place.scope.connect(at, place.scope.add(node))

    # Activities

    def task(self, place: Place, at: str) -> str:
        node = Node(self.id("t"), "user")
        if self.chance(4):
            self.repeated(node, ("n > 1",))
        return self.activity(place, at, node)

    def service(self, place: Place, at: str) -> str:
        return self.activity(place, at, Node(self.id("w"), "service"), errors=True)

    def receive(self, place: Place, at: str) -> str:
        name = self.id("r")
        return self.activity(place, at, Node(name, "receive", "message", f"M_{name}"))

    def sub(self, place: Place, at: str, kind: str = "sub") -> str:
        node = Node(self.id("p"), kind)
        if self.chance(3):
            self.repeated(node, ("numberOfCompletedInstances >= 1", "numberOfCompletedInstances >= 2"))
        again = place.again or bool(node.repeat)
        node.body = self.fill(Place(Scope(), (*place.inside, "many" if node.repeat == "each" else kind), again))
        return self.activity(place, at, node, errors=True, escalations=True)

    def many(self, place: Place, at: str) -> str:
        node = Node(self.id("p"), "sub", repeat="each", times=self.pick(2, 3))
        node.body = self.fill(Place(Scope(), (*place.inside, "many"), again=True))
        return self.activity(place, at, node, errors=True, escalations=True)

    def tx(self, place: Place, at: str) -> str:
        node = Node(self.id("p"), "tx")
        node.body = self.fill(Place(Scope(), (*place.inside, "tx"), place.again))
        if any(inner.event == "cancel" for inner in node.body.nodes.values()):
            event = Node(self.id("b"), "boundary", "cancel", host=node.id)
            self.finish(place, self.boundary(place, event))
        return self.activity(place, at, node, errors=True, escalations=True)

    def call(self, place: Place, at: str) -> str:
        node = Node(self.id("k"), "call")
        node.body = self.fill(Place(Scope(), (*place.inside, "call"), again=True))
        return self.activity(place, at, node, errors=True, escalations=True)

    def repeated(self, node: Node, until: tuple[str, ...]) -> None:
        node.repeat = self.pick("each", "sequence", *(["again"] if node.kind == "user" else []))
        node.times = self.pick(0, 1, 2, 3) if node.repeat != "again" else 1
        node.until = self.pick("", "", *until) if node.repeat != "again" else ""

    def activity(self, place: Place, at: str, node: Node, *, errors: bool = False, escalations: bool = False) -> str:
        """The activity with boundary events. What follows those that interrupt may meet what follows the activity."""
        self.put(place, at, node)
        ends = [node.id]
        for _ in range(self.pick(0, 0, 1, 2) if self.budget > 0 else 0):
            kinds = [*EVENTS, *(["error", "error"] if errors else []), *(["escalation"] if escalations else [])]
            if (event := self.event(place, self.id("b"), "boundary", self.pick(*kinds))) is not None:
                event.host = node.id
                if all((each.event, each.name) != (event.event, event.name) for each in place.scope.beside(node.id)):
                    ends.append(self.boundary(place, event))
        return self.meet(place, [end for end in ends if end], "xor") if any(ends[1:]) else node.id

    def event(self, place: Place, name: str, kind: str, event: str) -> Node | None:
        """An event of a kind that waits for it. Conditions stay true, so nobody may come to them twice."""
        named = {"message": f"M_{name}", "signal": self.pick("G1", "G2"), "condition": f"c_{name}"}.get(event, "")
        if event == "timer":
            self.minutes += 1
            named = str(10 * 2 ** (self.minutes % 7) + 10 * (self.minutes // 7))
        if event in ("error", "escalation"):
            named = self.pick(*CODES)
        if event == "condition" and (place.again or "call" in place.inside):
            return None
        stays = kind in ("boundary", "esub") and event != "error" and self.chance(2)
        return Node(name, kind, event, named, stays=stays)

    def boundary(self, place: Place, event: Node) -> str:
        """The event with what follows: it has an end of its own, or (if it interrupts) says where it goes on."""
        place.scope.add(event)
        there = Place(place.scope, place.inside, place.again or event.stays)
        last = self.path(there, event.id)
        if last and not event.stays and self.chance(2):
            return last
        self.finish(there, last)
        return ""

    def event_sub_process(self, place: Place) -> None:
        event = self.event(place, self.id("h"), "esub", self.pick(*EVENTS, "error", "escalation"))
        if event is not None:
            place.scope.add(event)
            event.body = Scope()
            self.budget -= 1
            inside = (*place.inside, "handler" if event.stays else "esub")
            self.fill(Place(event.body, inside, place.again or event.stays))

    # Events

    def catch(self, place: Place, at: str) -> str:
        if self.chance(6):
            name = self.id("l")
            place.scope.connect(at, place.scope.add(Node(self.id("l"), "throw", "link", name)))
            return place.scope.add(Node(self.id("l"), "catch", "link", name))
        event = self.event(place, self.id("c"), "catch", self.pick(*EVENTS))
        return self.put(place, at, event) if event else at

    def throw(self, place: Place, at: str) -> str:
        event = self.pick("", "signal", "escalation", "compensate")
        name = {"signal": self.pick("G1", "G2"), "escalation": self.pick("X1", "X2")}.get(event, "")
        return self.put(place, at, Node(self.id("i"), "throw", event, name))

    def undone(self, place: Place, at: str) -> str:
        """A task with a compensation handler. Which runs of an event sub-process a throw means, nobody says."""
        if {"esub", "handler"} & set(place.inside):
            return self.task(place, at)
        task, undo, event = self.id("t"), self.id("u"), self.id("b")
        self.put(place, at, Node(task, "user", handler=undo))
        place.scope.add(Node(undo, "user", undoes=True))
        place.scope.add(Node(event, "boundary", "compensate", host=task, handler=undo))
        return task

    # Gateways

    def choice(self, place: Place, at: str) -> str:
        """A task says which way; one may leave its scope."""
        kind = self.pick("xor", "or")
        task = self.put(place, at, Node(self.id("t"), "user"))
        split = self.put(place, task, Node(self.id("g"), kind))
        ends = []
        for _ in range(self.pick(2, 2, 3)):
            ends.append(self.branch(place, split))
        return self.meet(place, [end for end in ends if end], self.pick(kind, "xor", "", kind))

    def branch(self, place: Place, at: str) -> str:
        if not self.chance(4):
            return self.path(place, at, least=1)
        last = self.path(place, at)
        if last:
            kinds = ["", "terminate", "error", "escalation", "signal", "compensate"]
            kinds += ["cancel", "cancel"] if place.inside[-1] == "tx" else []
            event = self.pick(*kinds)
            names = {"signal": ("G1", "G2"), "error": ("X1", "X2"), "escalation": ("X1", "X2")}.get(event, ("",))
            self.put(place, last, Node(self.id("e"), "end", event, self.pick(*names)))
        return ""

    def both(self, place: Place, at: str) -> str:
        split = self.put(place, at, Node(self.id("g"), "and"))
        ends = [self.branch(place, split) for _ in range(self.pick(2, 2, 3))]
        return self.meet(place, [end for end in ends if end], self.pick("and", "and", "or", ""), all(ends))

    def meet(self, place: Place, ends: list[str], kind: str, whole: bool = True) -> str:
        """The ends meet again, or each has an end event."""
        if not ends:
            return ""
        if not kind or (kind == "and" and not whole):
            for end in ends:
                self.finish(place, end)
            return ""
        join = place.scope.add(Node(self.id("g"), kind))
        for end in ends:
            place.scope.connect(end, join)
        return join

    def race(self, place: Place, at: str) -> str:
        """An event-based gateway."""
        gate = self.put(place, at, Node(self.id("g"), "choose"))
        ends = []
        for event in ("message", self.pick("timer", "signal", "condition", "receive")):
            if event == "receive":
                name = self.id("r")
                node: Node | None = Node(name, "receive", "message", f"M_{name}")
            else:
                node = self.event(place, self.id("c"), "catch", event)
            if node:
                ends.append(self.path(place, self.put(place, gate, node)))
        return self.meet(place, [end for end in ends if end], self.pick("xor", "xor", ""))

    def loop(self, place: Place, at: str) -> str:
        """What is repeated as long as a task says so."""
        head = self.put(place, at, Node(self.id("g"), "xor"))
        there = Place(place.scope, place.inside, again=True)
        last = self.path(there, head)
        if not last:
            return ""
        task = self.put(place, last, Node(self.id("t"), "user"))
        check = self.put(place, task, Node(self.id("g"), "xor"))
        after = self.put(place, check, Node(self.id("o"), "task"))
        place.scope.connect(check, head)
        return after


@st.composite
def processes(draw: st.DrawFn) -> Scope:
    """Any process that the builders can make."""
    return Maker(draw).process()
