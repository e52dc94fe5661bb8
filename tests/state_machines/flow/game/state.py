"""Where a game stands: runs of scopes, the tokens in them, and what is on its way."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.state_machines.flow.game.knowledge import Knowledge, merged
from tests.state_machines.flow.game.model import Definition, Node, Scope

Place = tuple[str, int]
"""A definition: the id of its node, and its number there."""


class AmbiguousError(Exception):
    """What comes next depends on the order of moves that take no time."""


@dataclass(eq=False)
class Heard:
    """What events have come so far: `times` of each definition, and `some` of a node that needs all of them."""

    times: Counter[Place] = field(default_factory=Counter)
    some: dict[Place, dict[str, int]] = field(default_factory=dict)
    """With the variables that came with them."""

    def key(self) -> Any:
        return (frozenset(self.times.items()), frozenset(self.some))


@dataclass(eq=False)
class Done:
    """An activity that has completed, and its run if it had one: what can be compensated."""

    node: Node
    run: "Run | None"


@dataclass(eq=False)
class Run:
    """One run of a scope. `owner`: the part of the activity that it is; None: the process."""

    scope: Scope
    owner: "Part | None"
    begun: Knowledge
    since: int
    tokens: list["Token"] = field(default_factory=list)
    left: list[Knowledge] = field(default_factory=list)
    """What the tokens knew that have ended."""
    done: list[Done] = field(default_factory=list)
    heard: Heard = field(default_factory=Heard)
    """By its event sub-processes."""
    stopped: bool = False
    """Whether an event sub-process has interrupted it."""

    def known(self) -> Knowledge:
        """What has been written in it, by whomever."""
        return merged([self.begun, *self.left, *(token.known() for token in self.tokens)])

    def runs(self) -> Iterator["Run"]:
        """Itself and those in it."""
        yield self
        for token in self.tokens:
            for part in token.parts:
                if part.run:
                    yield from part.run.runs()


@dataclass(eq=False)
class Part:
    """One instance of an activity: of a task, or with a run of its own."""

    token: "Token"
    node: Node
    index: int
    knows: Knowledge
    run: Run | None = None
    parked: bool = False
    """Whether it has failed, and waits for somebody to try it again."""
    around: Knowledge = field(init=False)
    """What was known where it began."""

    def __post_init__(self) -> None:
        self.around = self.knows

    def known(self) -> Knowledge:
        """What of its knowledge is seen around it while it runs."""
        if self.node.kind == "call":
            return self.around
        return self._inside().outside(self._own(), self.around)

    def result(self, *, narrow: bool) -> Knowledge:
        """What is known behind it. `narrow`: nothing but what is mapped out remains of what a task has written, and
        what is mapped into a called process is its own."""
        inside, node = self._inside(), self.node
        gives = narrow and node.gives and not self.run
        if node.kind == "call" and node.returns is not None:
            found = self.around
            for name in node.returns:
                found = found.write(f"r_{name}", *inside.now.get(name, (None,)))
            return found
        hidden = (node.takes or ()) if narrow else ()
        unwritten = [name for name, values in inside.now.items() if values == {None}]
        found = inside.outside([*self._own(), *hidden, *unwritten, *([node.id] if gives else [])], self.around)
        return found.write(f"r_{node.id}", *inside.now.get(node.gives, (None,))) if node.gives else found

    def _inside(self) -> Knowledge:
        return self.run.known() if self.run else self.knows

    def _own(self) -> list[str]:
        return [name for name, _ in self.node.hides]


@dataclass(eq=False)
class Token:
    """On a flow (`node` empty), resting before the join there, or in a node."""

    run: Run
    knows: Knowledge
    number: int = 0
    flow: str = ""
    resting: bool = False
    node: str = ""
    since: int = 0
    parts: list[Part] = field(default_factory=list)
    count: int = 0
    """How many parts have been done."""
    ended: set[int] = field(default_factory=set)
    """Which of them."""
    results: list[Knowledge] = field(default_factory=list)
    done: list["Done"] = field(default_factory=list)
    """What of them can be compensated when all have ended."""
    heard: Heard = field(default_factory=Heard)
    """By itself and its boundary events."""
    todo: list[Node] = field(default_factory=list)
    """Handlers of compensation, the next one last."""
    beside: bool = False
    """Whether it only runs such handlers: what has thrown it has gone on."""
    alive: bool = True

    def known(self) -> Knowledge:
        return merged([self.knows, *self.results, *(part.known() for part in self.parts)])

    def known_in(self, run: Run) -> Knowledge:
        """The same in a run around its own, where what is known inside alone is not."""
        knows, at = self.known(), self.run
        while at is not run and at.owner:
            knows, at = knows.outside((name for name, _ in at.owner.node.hides), at.owner.around), at.owner.token.run
        return knows


@dataclass(eq=False)
class Delivery:
    """An event on its way to who waits for it: a token, or (an event sub-process) a run."""

    run: Run
    token: Token | None
    node: Node
    number: int = 0
    """Which of the node's definitions it is."""
    values: dict[str, int] = field(default_factory=dict)

    @property
    def definition(self) -> Definition:
        return self.node.definitions[self.number]

    @property
    def place(self) -> Place:
        return (self.node.id, self.number)

    @property
    def heard(self) -> Heard:
        return self.token.heard if self.token else self.run.heard

    def waits(self) -> bool:
        """Whether this may come (again) to who waits."""
        times = self.heard.times[self.place]
        limit = max(1, len(self.definition.moments())) if self.node.stays else 1
        return self.place not in self.heard.some and (self.definition.event != "timer" or times < limit)

    def since(self) -> int:
        return self.token.since if self.token else self.run.since

    def due(self) -> int:
        """Of a timer: when it comes next."""
        return self.definition.due(self.since(), self.heard.times[self.place])

    def same(self, other: "Delivery") -> bool:
        return (self.run, self.token, self.place) == (other.run, other.token, other.place)


@dataclass
class State:
    """All of it. `moving`: what happens next, in no certain order."""

    root: Run
    moving: list[Token | Delivery] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    clock: int = 0
    flags: set[str] = field(default_factory=set)
    """What conditions wait for and is true."""
    written: set[str] = field(default_factory=set)
    """What conditions wait for and is there."""
    thrown: dict[str, int] = field(default_factory=dict)
    """When signals were thrown last."""
    mail: list[str] = field(default_factory=list)
    """Messages that were thrown and that nobody has taken."""
    over: bool = False
    dialect: str = "camunda8"
    unsure: set[str] = field(default_factory=set)
    """Variables of instances that a completion condition has cut short: whether they count is not said."""

    @property
    def narrow(self) -> bool:
        """Whether output mappings say what remains of an activity, and multi-instances collect what theirs give."""
        return self.dialect == "camunda8"

    def key(self) -> Any:
        mail = () if self.over else tuple(sorted(self.mail))
        return (self.over, mail, frozenset(self.seen.items()), _key(self.root))


def _key(run: Run) -> Any:
    done = tuple(each.node.id for each in run.done)
    return (run.stopped, run.heard.key(), done, frozenset(Counter(map(_token, run.tokens)).items()))


def _token(token: Token) -> Any:
    parts = tuple((part.index, part.node.id, part.parked, _key(part.run) if part.run else None) for part in token.parts)
    todo = tuple(node.id for node in token.todo)
    knows = frozenset(token.known().now.items())
    done = tuple(each.node.id for each in token.done)
    return (token.flow, token.node, token.since, parts, todo, done, token.heard.key(), knows)
