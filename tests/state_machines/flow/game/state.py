"""Where a game stands: runs of scopes, the tokens in them, and what is on its way."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.state_machines.flow.game.knowledge import Knowledge, merged
from tests.state_machines.flow.game.model import Node, Scope


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
    spent: set[str] = field(default_factory=set)
    """Event sub-processes whose event does not come again."""
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

    def known(self) -> Knowledge:
        return self.knows if self.run is None or self.node.kind == "call" else self.run.known()


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
    results: list[Knowledge] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)
    """Boundary events whose event does not come again."""
    todo: list[Node] = field(default_factory=list)
    """Handlers of compensation, the next one last."""
    alive: bool = True

    def known(self) -> Knowledge:
        return merged([self.knows, *self.results, *(part.known() for part in self.parts)])


@dataclass(eq=False)
class Delivery:
    """An event on its way to who waits for it: a token, or (an event sub-process) a run."""

    run: Run
    token: Token | None
    node: Node
    variable: str = ""
    value: int = 0


@dataclass
class State:
    """All of it. `moving`: what happens next, in no certain order."""

    root: Run
    moving: list[Token | Delivery] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    clock: int = 0
    flags: set[str] = field(default_factory=set)
    thrown: dict[str, int] = field(default_factory=dict)
    """When signals were thrown last."""
    failed: bool = False
    over: bool = False
    unsure: set[str] = field(default_factory=set)
    """Variables of instances that a completion condition has cut short: whether they count is not said."""

    def key(self) -> Any:
        return (self.failed, self.over, frozenset(self.seen.items()), _key(self.root))


def _key(run: Run) -> Any:
    done = tuple(each.node.id for each in run.done)
    return (run.stopped, frozenset(run.spent), done, frozenset(Counter(map(_token, run.tokens)).items()))


def _token(token: Token) -> Any:
    parts = tuple((part.index, part.node.id, _key(part.run) if part.run else None) for part in token.parts)
    todo = tuple(node.id for node in token.todo)
    knows = frozenset(token.known().now.items())
    return (token.flow, token.node, token.since, parts, todo, frozenset(token.spent), knows)
