"""An interpreter of BPMN's token game, written from clause 13 of the standard: nothing here knows of the compiler.

It plays nets of tasks, gateways and ends. A task waits until it is done and then says a number, by which the exclusive
or inclusive gateway behind it chooses. Where the order of moves that take no time would matter, it says so.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `number`: its place among the flows that leave its source."""

    id: str
    source: str
    target: str
    number: int


@dataclass
class Net:
    """Kinds by node: start, end, task, event, parallel, exclusive, inclusive.

    Gateways with several flows out may choose. `beside`: to which task an event belongs that begins a token beside it.
    """

    kinds: dict[str, str]
    flows: list[Flow] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)

    def connect(self, source: str, target: str) -> None:
        number = len(self.leaving(source))
        self.flows.append(Flow(f"{source}.{target}.{number}", source, target, number))

    def leaving(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node]

    def entering(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node]

    def taken(self, node: str, number: int) -> list[Flow]:
        """The flows that a token takes: exclusive the one with its number, inclusive all with smaller ones."""
        flows = self.leaving(node)
        if len(flows) < 2 or self.kinds[node] not in ("exclusive", "inclusive"):
            return flows
        if self.kinds[node] == "exclusive":
            return [flows[number] if number < len(flows) else flows[0]]
        return [flow for flow in flows[1:] if number > flow.number] or [flows[0]]


class AmbiguousError(Exception):
    """What comes next depends on the order of moves that take no time."""


@dataclass
class Marking:
    """Where tokens are: moving on flows (with the number they carry), resting before joins, in tasks; and who ran."""

    moving: list[tuple[str, int]] = field(default_factory=list)
    resting: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def copy(self) -> "Marking":
        return Marking(list(self.moving), Counter(self.resting), Counter(self.tasks), Counter(self.seen))

    def key(self) -> tuple[frozenset[tuple[str, int]], ...]:
        return tuple(frozenset((+counter).items()) for counter in (self.resting, self.tasks, self.seen))


class Game:
    """Plays a net. `waiting` are the tasks that can be done."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.flows = {flow.id: flow for flow in net.flows}
        self.marking = Marking()
        self._leave(self.marking, next(n for n, kind in net.kinds.items() if kind == "start"), 0)
        self._settle()

    @property
    def waiting(self) -> list[str]:
        return sorted((+self.marking.tasks).elements())

    @property
    def seen(self) -> Counter[str]:
        return +self.marking.seen

    @property
    def stuck(self) -> bool:
        return bool(+self.marking.resting)

    def do(self, task: str, number: int) -> None:
        self.marking.tasks[task] -= 1
        self._leave(self.marking, task, number)
        self._settle()

    def hear(self, event: str) -> None:
        self._leave(self.marking, event, 0)
        self._settle()

    def _settle(self) -> None:
        ends = [self._played(self.marking.copy(), first, eager) for first in (0, -1) for eager in (True, False)]
        if len({end.key() for end in ends}) > 1:
            raise AmbiguousError
        self.marking = ends[0]

    def _played(self, m: Marking, first: int, eager: bool) -> Marking:
        while m.moving or self._ready(m):
            join = self._ready(m) if eager or not m.moving else ""
            if join:
                self._join(m, join)
            else:
                self._move(m, *m.moving.pop(first))
        return m

    def _move(self, m: Marking, flow: str, number: int) -> None:
        node = self.flows[flow].target
        kind = self.net.kinds[node]
        if kind == "task":
            m.tasks[node] += 1
        elif kind in ("parallel", "inclusive") and len(self.net.entering(node)) > 1:
            m.resting[flow] += 1
        else:
            self._leave(m, node, number)

    def _leave(self, m: Marking, node: str, number: int) -> None:
        m.seen[node] += 1
        m.moving.extend((flow.id, number) for flow in self.net.taken(node, number))

    def _join(self, m: Marking, join: str) -> None:
        for flow in self.net.entering(join):
            m.resting[flow.id] -= min(1, m.resting[flow.id])
        self._leave(m, join, 0)

    def _ready(self, m: Marking) -> str:
        for node, kind in self.net.kinds.items():
            entering = [flow.id for flow in self.net.entering(node)]
            filled = {flow for flow in entering if m.resting[flow]}
            if len(entering) < 2 or not filled or kind not in ("parallel", "inclusive"):
                continue
            if len(filled) == len(entering) or (kind == "inclusive" and not self._awaited(m, node, filled)):
                return node
        return ""

    def _awaited(self, m: Marking, join: str, filled: set[str]) -> bool:
        """Table 13.3: some token can come to an empty flow of the join, and to none that is filled."""
        empty = {flow.id for flow in self.net.entering(join)} - filled
        return any(bool(reached & empty) and not reached & filled for reached in self._ahead(m, join))

    def _ahead(self, m: Marking, join: str) -> Iterator[set[str]]:
        for flow in {*(+m.resting), *(flow for flow, _ in m.moving)}:
            yield self._reached([flow], join)
        for task in +m.tasks:
            yield self._reached([flow.id for flow in self.net.leaving(task)], join)

    def _reached(self, flows: list[str], join: str) -> set[str]:
        seen, pending = set(), list(flows)
        while pending:
            flow = pending.pop()
            if flow not in seen:
                seen.add(flow)
                if self.flows[flow].target != join:
                    pending.extend(each.id for each in self.net.leaving(self.flows[flow].target))
        return seen
