"""Random processes in the making: constructs stand behind each other, each says where it ends."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from hypothesis import strategies as st

from tests.state_machines.flow.game.model import Definition, Node, Scope

CODES: Final = ("X1", "X2", "*")
EVENTS: Final = ("message", "timer", "signal", "condition")


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

    def within(self, kind: str, *, again: bool = False) -> "Place":
        """A new scope in it."""
        return Place(Scope(), (*self.inside, kind), self.again or again)

    def beside(self, *, again: bool) -> "Place":
        return Place(self.scope, self.inside, self.again or again)

    def before(self, kind: str) -> bool:
        """Whether no instance of the scope begins anew below a kind of scopes."""
        return kind in self.inside


def plain(scope: Scope) -> Iterator[str]:
    """The variables that activities write which everybody around sees at once."""
    for node in scope.nodes.values():
        if node.kind in ("user", "service", "script") and not (node.repeat or node.gives or node.undoes):
            yield node.id
        elif node.kind == "sub" and node.body and not (node.repeat or node.own):
            yield from plain(node.body)


def _numbers(place: Place, host: Node | None) -> list[str]:
    """What a condition may be about."""
    inside = plain(host.body) if host and host.body and host.kind == "sub" else ()
    return [name for name in (*plain(place.scope), *inside) if host is None or name != host.id]


Builder = Callable[["Maker", Place, str], str]
"""Adds a construct behind a node; returns where it ends, or nothing where no token goes on."""


@dataclass
class Maker:
    """Draws a process. `budget`: how many more constructs it may hold."""

    draw: Any
    small: Mapping[str, Builder]
    flat: Mapping[str, Builder]
    deep: Mapping[str, Builder]
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

    def spending(self) -> Self:
        self.budget -= 1
        return self

    # Scopes and paths

    def fill(self, place: Place, least: int = 1) -> Scope:
        """A scope from its start event (or from all that nothing leads to) to its ends, perhaps with event
        sub-processes."""
        if place.inside[-1] in ("sub", "many", "tx", "call") and self.chance(8):
            for _ in range(self.pick(1, 2)):
                self.finish(place, self.path(place, place.scope.add(Node(self.id("t"), "user"))))
        else:
            start = place.scope.add(Node(self.id("s"), "start"))
            self.finish(place, self.path(place, start, least))
        if self.budget > 0 and place.depth < 4 and self.chance(4):
            self.event_sub_process(place)
        return place.scope

    def path(self, place: Place, at: str, least: int = 0) -> str:
        """One construct behind the other; empty where none goes on."""
        for i in range(self.pick(least, 1, 2, 3)):
            if not at or (self.budget <= 0 and i >= least):
                break
            at = self.construct(place, at)
        return at

    def construct(self, place: Place, at: str) -> str:
        self.budget -= 1
        known = self.small if self.budget <= 0 else self.flat if place.depth > 3 else {**self.flat, **self.deep}
        kind = self.pick(*known)
        self.used.append(kind)
        return known[kind](self, place, at)

    def put(self, place: Place, at: str, node: Node) -> str:
        return place.scope.connect(at, place.scope.add(node))

    def finish(self, place: Place, at: str) -> None:
        """An end event."""
        if at:
            self.put(place, at, Node(self.id("e"), "end"))

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

    # Activities and events

    def activity(self, place: Place, at: str, node: Node, *, errors: bool = False, escalations: bool = False) -> str:
        """The activity with boundary events. What follows those that interrupt may meet what follows the activity."""
        if at:
            self.put(place, at, node)
        else:
            place.scope.add(node)
        ends = [node.id]
        for _ in range(self.pick(0, 0, 1, 2) if self.budget > 0 else 0):
            kinds = [*EVENTS, *(["error", "error"] if errors else []), *(["escalation"] if escalations else [])]
            kinds += 3 * [node.thrown.event] if node.thrown else []
            if (event := self.event(place, self.id("b"), "boundary", self.pick(*kinds), host=node)) is not None:
                event.host = node.id
                beside = [each for other in place.scope.beside(node.id) for each in other.definitions]
                if not set(beside) & set(event.definitions):
                    ends.append(self.boundary(place, event))
        return self.meet(place, [end for end in ends if end], "xor") if any(ends[1:]) else node.id

    def boundary(self, place: Place, event: Node) -> str:
        """The event with what follows: it has an end of its own, or (if it interrupts) says where it goes on."""
        place.scope.add(event)
        there = place.beside(again=event.stays)
        last = self.path(there, event.id)
        if last and not event.stays and self.chance(2):
            return last
        self.finish(there, last)
        return ""

    def event_sub_process(self, place: Place) -> None:
        event = self.event(place, self.id("h"), "esub", self.pick(*EVENTS, "error", "escalation"))
        if event is not None:
            place.scope.add(event)
            self.budget -= 1
            event.body = self.fill(place.within("handler" if event.stays else "esub", again=event.stays))

    def event(
        self, place: Place, name: str, kind: str, event: str, *, alone: bool = False, host: Node | None = None
    ) -> Node | None:
        """An event of a kind that waits for it. Conditions stay true, so nobody may come to them twice.

        `host`: at whose boundary it stands. Whether that hears what itself writes as it ends is not said.
        """
        stays = kind in ("boundary", "esub") and event != "error" and self.chance(2)
        if event in ("error", "escalation"):
            return Node(name, kind, event, self.pick(*CODES), stays=stays)
        if event == "condition" and (place.again or "call" in place.inside):
            return None
        first = self.definition(name, event, stays)
        computed = kind != "start" and event in ("message", "signal", "timer") and self.chance(8)
        node = Node(name, kind, first.event, first.name, stays=stays, computed=computed)
        if event == "condition" and self.chance(3):
            node.woken = (self.pick("", f"w_{name}"), self.pick("", "create", "update"))
        elif event == "condition" and (numbers := _numbers(place, host)):
            node.name, node.reads = self.pick((node.name, False), *((name, True) for name in numbers))
        if kind in ("catch", "boundary") and self.chance(6):
            node.value = -self.count
        elif not (alone or computed) and self.chance(8):
            others = [each for each in ("message", "signal", "timer") if each != event]
            node.more = (self.definition(name, self.pick(*others), stays),)
            node.every = self.chance(2)
        return node

    def definition(self, name: str, event: str, stays: bool) -> Definition:
        if event == "timer":
            return Definition(event, self.timer(stays))
        named = {"message": f"M_{name}", "condition": f"c_{name}"}
        return Definition(event, named[event] if event in named else self.pick("G1", "G2"))

    def timer(self, stays: bool) -> str:
        """Minutes that no other timer has; or a cycle."""
        self.minutes += 1
        minutes = 10 * 2 ** (self.minutes % 7) + 10 * (self.minutes // 7)
        if self.chance(5):
            return f"@{minutes}"
        return f"{self.pick(1, 2, 3) if stays else 2}/{minutes}" if self.chance(3) else str(minutes)
