"""The fold: one execution's history events, in the order of their ids, to passages of elements and flows. Pure.

A token stands in one state; events are chained to it by their `previous` id:

    StateEntered --> Task... events --> StateExited --> StateEntered of the next state
    ParallelStateStarted --> the first StateEntered of each branch (a token of its own, child of the Parallel's)
    ParallelStateSucceeded (previous: the last branch's exit) --> back to the Parallel's token
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from functions.telemetry.source_map import Passed, SourceMap, Way

ElementState = Literal["active", "completed", "cancelled", "failed"]
TERMINAL = {
    "ExecutionSucceeded": "completed",
    "ExecutionFailed": "failed",
    "ExecutionTimedOut": "failed",
    "ExecutionAborted": "cancelled",
}
_STATES: Mapping[str, ElementState] = {"cancelled": "cancelled", "failed": "failed"}
_FAILURES = ("Failed", "TimedOut")
_KEPT = ("ParallelStateStarted", "MapStateStarted", "MapIterationStarted", "MapIterationFailed")
"""Events that others may follow beside them: forks, and the item for which its Map fails."""
_JOINS = (
    "ParallelStateSucceeded",
    "ParallelStateFailed",
    "MapIterationSucceeded",
    "MapStateSucceeded",
    "MapStateFailed",
)


@dataclass(frozen=True)
class LogEvent:
    """One history event as the log has it. `at`: ISO 8601, UTC."""

    id: int
    previous: int
    type: str
    state: str
    at: str


@dataclass
class Token:
    """Where a token stands. `passage` is the number of the open passage of an element, 0 if none is open."""

    state: str
    passage: int
    parent: int
    left_at: str = ""
    inside: dict[str, int] = field(default_factory=dict)
    """The passages of the sub-processes without a state of their own that the token has entered, the innermost last;
    0: another execution shows it."""
    failed: bool = False
    """Whether the newest event is a failure: a state that is left then goes where its catch leads, not to its end."""


@dataclass(frozen=True)
class Passage:
    """One passage of an element; the same number later means the same passage with its end."""

    number: int
    element: str
    state: ElementState
    started_at: str
    ended_at: str
    iteration: int


@dataclass
class Fold:
    """What must be known of the events so far to understand the next one. Plain data; `dump` and `load` keep it."""

    cursor: int = 0
    next_token: int = 1
    next_passage: int = 1
    tokens: dict[int, Token] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    """The last event of each chain -> its token (0: the machine's start)."""
    open: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    """Open passages: number -> (element, started at, iteration)."""
    iterations: dict[str, int] = field(default_factory=dict)
    ended: str = ""
    counted: str = ""
    """The status under which the instance stands in its process's counts."""
    moved: bool = False
    """Whether it was stopped so that another execution goes on; then what is open goes on there."""
    carried: list[tuple[str, str, int]] = field(default_factory=list)
    """What goes on in this execution of another one's: open passages that no state has taken up yet."""

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @staticmethod
    def load(data: Mapping[str, Any]) -> "Fold":
        """From JSON, where the keys of objects have become text."""
        return Fold(
            cursor=data["cursor"],
            next_token=data["next_token"],
            next_passage=data["next_passage"],
            tokens={int(k): Token(**t) for k, t in data["tokens"].items()},
            heads={int(k): v for k, v in data["heads"].items()},
            open={int(k): (o[0], o[1], o[2]) for k, o in data["open"].items()},
            iterations=dict(data["iterations"]),
            ended=data["ended"],
            counted=data["counted"],
            moved=data.get("moved", False),
            carried=[(element, at, iteration) for element, at, iteration in data.get("carried", ())],
        )


@dataclass
class Findings:
    """What a run of events showed: passages by number (the newest state of each) and flows with how often."""

    passages: dict[int, Passage] = field(default_factory=dict)
    opened: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    """The passages that were open when the execution ended."""
    flows: dict[str, int] = field(default_factory=dict)


class Folder:
    """Applies events to a fold. One instance per run; `findings` collects what is new."""

    def __init__(self, fold: Fold, source_map: SourceMap) -> None:
        self.fold, self.map, self.findings = fold, source_map, Findings()

    def apply(self, event: LogEvent) -> None:
        """The next event: its id is `fold.cursor + 1`."""
        fold = self.fold
        fold.cursor = event.id
        if event.type == "ExecutionStarted":
            fold.heads[event.id] = 0
        elif event.type.endswith("StateEntered"):
            self._enter(event)
        elif event.type.endswith("StateExited"):
            self._exit(event)
        elif event.type.endswith("StateAborted"):
            self._abort(event)
        elif event.type in TERMINAL:
            self._end(event)
        else:
            self._follow(event)

    @property
    def status(self) -> str:
        """How the execution stands: as it ended, `incident` if a token is parked, else `active`."""
        parked = any(self.map.meaning(t.state).role == "incident" for t in self.fold.tokens.values())
        return self.fold.ended or ("incident" if parked else "active")

    def _enter(self, event: LogEvent) -> None:
        before = self.fold.heads.get(event.previous, 0)
        token = self.fold.tokens.get(before)
        if token is None:
            # the first entry follows event 0
            first = not event.previous or event.previous in self.fold.heads
            self._place(event, 0, self.map.start if first else ())
        elif token.left_at:
            del self.fold.heads[event.previous]
            self._move(before, token, event)
        else:
            self._place(event, before, self.map.way(token.state, event.state).path)

    def _place(self, event: LogEvent, parent: int, path: tuple[Passed, ...]) -> None:
        token = Token(event.state, 0, parent)
        self._walk(token, path, event.at)
        number = self.fold.next_token
        self.fold.next_token += 1
        self.fold.tokens[number] = token
        self.fold.heads[event.id] = number
        self._occupy(token, event)

    def _move(self, number: int, token: Token, event: LogEvent) -> None:
        way = self.map.way(token.state, event.state)
        carried = token.passage if way.outcome == "continues" else 0
        if not carried:
            self._close(token.passage, way.outcome, token.left_at)
        self._walk(token, way.path, event.at)
        token.state, token.passage, token.left_at, token.failed = event.state, carried, "", False
        self.fold.heads[event.id] = number
        if not carried:
            self._occupy(token, event)

    def _occupy(self, token: Token, event: LogEvent) -> None:
        meaning = self.map.meaning(event.state)
        element = meaning.element
        if self.map.resumed:
            self._stand_in(token, element, event.at)
        carried = element not in self.map.stateless and any(element == each[0] for each in self.fold.carried)
        if meaning.role == "element" or carried:
            token.passage = token.inside.pop(element, 0) or self._take_up(element) or self._open(element, event.at)

    def _stand_in(self, token: Token, element: str, at: str) -> None:
        """A token that goes on, or was put somewhere, stands in the sub-processes around it, which it did not enter."""
        outer = list(self._outer(token))
        around = [*self.map.around(element), *(each[0] for each in self.fold.carried if each[0] == element)]
        for scope in (each for each in around if each in self.map.stateless):
            if not any(scope in each.inside for each in (token, *outer)):
                holder = next((each for each in outer if self.map.meaning(each.state).element == scope), token)
                holder.inside[scope] = self._take_up(scope) or self._open(scope, at)

    def _outer(self, token: Token) -> Iterator[Token]:
        """The tokens of the forks that a token stands in."""
        while (outer := self.fold.tokens.get(token.parent)) is not None:
            yield outer
            token = outer

    def _exit(self, event: LogEvent) -> None:
        number = self._leaving(event)
        token = self.fold.tokens.get(number)
        if token is None:
            return
        self._drop_children(number, event.at)
        token.left_at = event.at
        self.fold.heads[event.id] = number
        if not token.failed and (end := self.map.end(token.state)) is not None:
            self._finish(token, end)

    def _leaving(self, event: LogEvent) -> int:
        """Whose exit it is. A Parallel's exit follows its last branch's; a failed evaluation breaks the chain."""
        number = self.fold.heads.pop(event.previous, 0)
        while (token := self.fold.tokens.get(number)) is not None and token.state != event.state:
            number = token.parent
        if token is None and (number := self._standing_in(event.state)):
            self.fold.tokens[number].failed = True
        return number

    def _standing_in(self, state: str) -> int:
        """The newest token in a state."""
        found = (n for n, token in self.fold.tokens.items() if token.state == state and not token.left_at)
        return max(found, default=0)

    def _finish(self, token: Token, end: Way) -> None:
        self._close(token.passage, end.outcome, token.left_at)
        token.passage = 0
        self._walk(token, end.path, token.left_at)
        self._leave(token, token.left_at)

    def _follow(self, event: LogEvent) -> None:
        number = self.fold.heads.get(event.previous, 0)
        if (token := self.fold.tokens.get(number)) is None:
            return
        if event.type in _JOINS:
            number = token.parent or number
        elif event.type not in _KEPT:
            self.fold.heads.pop(event.previous, None)
        self.fold.heads[event.id] = number
        self.fold.tokens[number].failed = event.type.endswith(_FAILURES)

    def _abort(self, event: LogEvent) -> None:
        """A branch or item that a sibling cut off. The event names no state: its chain tells whose it is."""
        number = self.fold.heads.pop(event.previous, 0)
        if number in self.fold.tokens:
            self._drop(number, event.at)

    def _end(self, event: LogEvent) -> None:
        self.fold.ended = TERMINAL[event.type]
        state: ElementState = "failed" if self.fold.ended == "failed" else "cancelled"
        self.findings.cut = list(self.fold.open)
        for passage in self.findings.cut:
            self._close(passage, state, event.at)
        self.fold.tokens.clear()
        self.fold.heads.clear()

    def _drop_children(self, parent: int, at: str) -> None:
        for number, token in list(self.fold.tokens.items()):
            if token.parent == parent:
                self._drop(number, at)
        gone = [e for e, number in self.fold.heads.items() if number not in self.fold.tokens or number == parent]
        for event_id in gone:
            del self.fold.heads[event_id]

    def _drop(self, number: int, at: str) -> None:
        token = self.fold.tokens.pop(number)
        self._close(token.passage, "cancelled", at)
        self._drop_children(number, at)
        self._leave(token, at)

    def _leave(self, token: Token, at: str) -> None:
        for passage in reversed(token.inside.values()):
            self._close(passage, "cancelled", at)
        token.inside = {}

    def _walk(self, token: Token, path: tuple[Passed, ...], at: str) -> None:
        for passed in path:
            if passed.kind == "flow":
                self.findings.flows[passed.id] = self.findings.flows.get(passed.id, 0) + 1
            elif passed.kind == "entered":
                token.inside[passed.id] = self._open(passed.id, at)
            elif passed.kind == "cancelled":
                self._close(token.inside.pop(passed.id, 0), "cancelled", at)
            elif passed.kind == "elsewhere":
                self._close(token.inside.pop(passed.id, 0), "completed", at)
            elif passed.kind == "inside":
                token.inside[passed.id] = 0
            else:
                entered = token.inside.pop(passed.id, None)
                self._close(self._open(passed.id, at) if entered is None else entered, "completed", at)

    def _take_up(self, element: str) -> int:
        """The passage of another execution that goes on here; 0: there is none."""
        fold = self.fold
        found = next((each for each in fold.carried if each[0] == element), None)
        if found is None:
            return 0
        fold.carried.remove(found)
        number = fold.next_passage
        fold.next_passage, fold.open[number] = number + 1, found
        self.findings.passages[number] = Passage(number, element, "active", found[1], "", found[2])
        return number

    def _open(self, element: str, at: str) -> int:
        fold = self.fold
        number, iteration = fold.next_passage, fold.iterations.get(element, 0) + 1
        fold.next_passage, fold.iterations[element] = number + 1, iteration
        fold.open[number] = (element, at, iteration)
        self.findings.opened.append(number)
        self.findings.passages[number] = Passage(number, element, "active", at, "", iteration)
        return number

    def _close(self, number: int, outcome: str, at: str) -> None:
        if (passage := self.fold.open.pop(number, None)) is None:
            return
        element, started, iteration = passage
        state = _STATES.get(outcome, "completed")
        self.findings.passages[number] = Passage(number, element, state, started, at, iteration)
