"""A process as the token game knows it: scopes of nodes and flows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

WAITING: Final = ("user", "service", "rule")
"""Activities that somebody does."""
QUICK: Final = ("script", "decision", "task", "manual")
"""Activities that take no time."""
ACTIVITIES: Final = (*WAITING, "receive", "sub", "tx", "call", "adhoc")


class Fixed:
    """What is the same in each copy of a game."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self


@dataclass(frozen=True)
class Definition(Fixed):
    """What an event waits for. `name`: a message, a signal, a code, a flag; minutes, `times/minutes` of a cycle, or
    `@` and the minute in which it comes, from the beginning."""

    event: str
    name: str
    of: str = ""
    """Of a condition: the variable whose writing wakes it, if not the flag itself."""
    when: str = ""
    """Of a condition: which writing wakes it, `create` or `update`, if not both."""
    reads: bool = False
    """Of a condition: whether it is about a number that an activity writes, of the same name."""

    def moments(self) -> list[int]:
        """Of a timer: the seconds after which it comes."""
        if self.event != "timer" or self.dated:
            return []
        times, _, minutes = self.name.rpartition("/")
        return [60 * int(minutes) * (i + 1) for i in range(int(times or 1))]

    @property
    def dated(self) -> bool:
        return self.event == "timer" and self.name.startswith("@")

    def due(self, since: int, times: int) -> int:
        """Of a timer: the second in which it comes, when it has come so often."""
        if self.dated:
            return 60 * int(self.name[1:]) + 30
        return since + self.moments()[times]


@dataclass(eq=False)
class Node(Fixed):
    """`kind` is a word of the sketches, `event` and `name` are its definition, `more` further ones.

    An event sub-process has its own event. `stays`: the event does not interrupt. `repeat`: each, sequence, again
    (as long as it says so, and if `times` is more than 1, no more often) or most (so many times).
    """

    id: str
    kind: str
    event: str = ""
    name: str = ""
    more: tuple[Definition, ...] = ()
    every: bool = False
    """Whether all definitions are needed; of a gateway that starts a process: all events behind it."""
    woken: tuple[str, str] = ("", "")
    """Of a condition: `of` and `when` of its definition."""
    reads: bool = False
    """The same of its definition."""
    computed: bool = False
    """Whether an expression gives its names."""
    host: str = ""
    stays: bool = False
    body: "Scope | None" = None
    repeat: str = ""
    times: int = 1
    first: bool = False
    """Whether a loop asks also before its first turn."""
    until: str = ""
    counted: bool = False
    """Whether its instances are numbered only, and have no items."""
    collects: bool = False
    """Whether there is a list of the items of the instances that have completed, where the dialect knows such."""
    ordered: bool = False
    """Of an ad-hoc sub-process: one activity after the other."""
    rest: bool = False
    """Of an ad-hoc sub-process: when it is enough, the rest may still end."""
    handler: str = ""
    """Of an activity: what compensates it."""
    goes_on: bool = False
    """Of a throw of compensation: whether it does not wait."""
    undoes: bool = False
    """Whether it is such a handler."""
    behavior: str = ""
    """Of a multi-instance: which of its instances throw `thrown` as they end, `None` (each) or `One` (the first)."""
    thrown: Definition | None = None
    value: int = 0
    """What a script writes, or an output mapping of an event."""
    own: tuple[tuple[str, int | None], ...] = ()
    """Its own variables: with a value what an input mapping gives it, else data objects."""
    gives: str = ""
    """A variable whose value an output mapping gives what is around."""
    bound: str = ""
    """Of a call: which version of the process, if not the newest."""
    takes: tuple[str, ...] | None = None
    """Of a call: the variables that are known there, if not all."""
    returns: tuple[str, ...] | None = None
    """Of a call: those that come back under the names `r_...`, if not all."""
    default: bool = False
    """Whether conditions stand at the flows behind it, but for the first."""
    always: bool = False
    """Whether that is then taken in any case."""
    extras: str = ""
    """Words of the sketch that change nothing here."""

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return (*((Definition(self.event, self.name, *self.woken, self.reads),) if self.event else ()), *self.more)

    def has(self, event: str) -> bool:
        return any(each.event == event for each in self.definitions)

    @property
    def hides(self) -> tuple[tuple[str, int | None], ...]:
        """What hides a variable around it: neither Camunda knows data objects."""
        return tuple((name, value) for name, value in self.own if value is not None)

    @property
    def chooses(self) -> bool:
        """Whether a number says how often it runs, or by which way it is left."""
        return bool(self.until or self.repeat == "again" or self.default)


@dataclass(eq=False)
class Flow(Fixed):
    """A sequence flow; `number`: its place among the flows that leave its source."""

    id: str
    source: str
    target: str
    number: int


@dataclass(eq=False)
class Scope(Fixed):
    """A process or sub-process. Gateways with several flows out may choose. `begins`: which start event it is.

    `chosen`: the activities that an ad-hoc sub-process begins with, if not all.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    begins: str = ""
    chosen: tuple[str, ...] = ()

    def add(self, node: Node) -> str:
        self.nodes[node.id] = node
        return node.id

    def connect(self, source: str, target: str) -> str:
        number = len(self.leaving(source))
        self.flows.append(Flow(f"{source}_{target}_{number}", source, target, number))
        return target

    def leaving(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node]

    def entering(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node]

    def beside(self, host: str) -> list[Node]:
        """The boundary events of an activity."""
        return [node for node in self.nodes.values() if node.kind == "boundary" and node.host == host]

    def handlers(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind == "esub"]

    @property
    def started(self) -> bool:
        """Whether it says where it begins."""
        return bool(self.begins) or any(node.kind == "start" for node in self.nodes.values())

    def start(self) -> Node:
        if self.begins:
            return self.nodes[self.begins]
        return next(node for node in self.nodes.values() if node.kind == "start")

    def firsts(self) -> list[Node]:
        """What an ad-hoc sub-process may begin with, and a scope without a start event begins with."""
        if self.chosen:
            return [self.nodes[name] for name in self.chosen]
        apart = ("boundary", "esub")
        nodes = [node for node in self.nodes.values() if node.kind not in apart and not node.undoes]
        return [node for node in nodes if not self.entering(node.id) and (node.kind, node.event) != ("catch", "link")]

    @cached_property
    def by_id(self) -> dict[str, Flow]:
        return {flow.id: flow for flow in self.flows}

    def conditional(self, node: str) -> str:
        """`one` flow is taken, or `some`; empty where all are."""
        if len(self.leaving(node)) < 2:
            return ""
        each = self.nodes[node]
        return {"xor": "one", "or": "some"}.get(each.kind, "some" if each.default else "")

    def taken(self, node: str, number: int) -> list[Flow]:
        """The flows that a token takes: exclusive the one with its number, inclusive all with smaller ones."""
        flows = self.leaving(node)
        match self.conditional(node):
            case "one":
                return [flows[number] if number < len(flows) else flows[0]]
            case "some":
                found = [flow for flow in flows[1:] if number > flow.number]
                return [flows[0], *found] if self.nodes[node].always or not found else found
        return flows

    def joins(self, node: str) -> bool:
        return self.nodes[node].kind in ("and", "or") and len(self.entering(node)) > 1

    def every(self) -> Iterator[Node]:
        """The nodes, also those of called processes."""
        for node in self.walk():
            yield node
            if node.kind == "call" and node.body:
                yield from node.body.every()

    def numbers(self) -> list[str]:
        """The variables that completion conditions and conditional events compare with 0."""
        asked = [node.until.split()[0] for node in self.every() if node.kind == "adhoc" and node.until]
        return [*asked, *(each.name for node in self.every() for each in node.definitions if each.reads)]

    def walk(self) -> Iterator[Node]:
        for node in self.nodes.values():
            yield node
            if node.body and node.kind != "call":
                yield from node.body.walk()
