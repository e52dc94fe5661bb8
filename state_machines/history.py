"""What a part of an execution has written, read from its history (docs/records.md, "What was written").

A token stands in one state. What the state gives that differs from what its token knew, has been written there. So what
ended branches and running states know is known too, without a record of it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from state_machines.resume.token import begins, moved, number_of, original

Event = Mapping[str, Any]
Variables = dict[str, Any]
RESERVED = "_dpc"
_LOCAL = (RESERVED, "_dpc.element")
"""What is no variable: the reserved one, and what an ad-hoc sub-process has chosen for a turn."""
_FORKS = ("ParallelStateStarted", "MapStateStarted", "MapIterationStarted")
_JOINS = ("ParallelStateSucceeded", "MapIterationSucceeded", "MapStateSucceeded")
_NO_FORKS = ("PassStateEntered", "ChoiceStateEntered")
"""What leads to where a fork goes on has its name too."""
_RUN = "startExecution.sync"


@dataclass(frozen=True)
class Write:
    """Variables that were written at one moment."""

    at: datetime
    variables: Mapping[str, Any]


@dataclass
class Part:
    """What a part of an execution has done: its writes in order, and the names of the executions that it has run."""

    writes: list[Write] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    exits: list[tuple[Event, Variables]] = field(default_factory=list)
    """The ends of states, each with all that its token knew then: a state itself may give less."""
    complete: bool = False
    """Whether the part, or the execution, has ended."""


def entry(history: Sequence[Event], state: str, since: datetime, place: str) -> int:
    """The event by which a Parallel or Map was entered at a moment, at a place (`_dpc.at`) of a multi-instance. Or 0.

    Of what was entered in another execution, that by which it went on in this one.
    """
    copied = 0
    for event in reversed(history):
        details = event.get("stateEnteredEventDetails") or {}
        if not details or event["type"] in _NO_FORKS or original(details["name"]) != original(state):
            continue
        if place_of(json.loads(details.get("input") or "null")) == place:
            if event["timestamp"] == since:
                return int(event["id"])
            copied = int(event["id"]) if "~" in details["name"] else copied
    return copied


def entries(history: Sequence[Event], state: str, at: str, place: str) -> int:
    """How often a state was entered at a moment (ISO 8601), at a place of a multi-instance (`_dpc.at`), so far."""
    moment, found = datetime.fromisoformat(at), 0
    for event in history:
        details = event.get("stateEnteredEventDetails") or {}
        here = details.get("name") == state and event["timestamp"] == moment
        found += here and place_of(json.loads(details.get("input") or "null")) == place
    return found


def part(history: Sequence[Event], within: int = 0, depth: int = 0) -> Part:
    """What was done inside the Parallel or Map that an event entered, in a history from there on; 0: in all of it.

    `depth`: in how many scopes of own variables what follows lies; what is known in inner ones alone is no write.
    """
    reader = _Reader(within, depth)
    for event in history:
        if event["id"] >= within and not reader.found.complete:
            reader.read(event)
    return reader.found


def merged(parts: Sequence[Part]) -> Variables:
    """All that was written, as it was last."""
    writes = sorted((write for each in parts for write in each.writes), key=lambda write: write.at)
    return {name: value for write in writes for name, value in write.variables.items()}


def given_by_handler(given: Any) -> Variables:
    """What a handler aside has changed by its record: an object of that, or the list of its tokens."""
    tokens = given if isinstance(given, list) else []
    wrote = [each["wrote"] for each in tokens if "wrote" in each]
    return given if isinstance(given, dict) else {n: value["v"] for each in wrote for n, value in each.items()}


def place_of(variables: Any) -> str:
    """The place of the item that variables belong to (`_dpc.at`); empty outside of multi-instances."""
    return str(variables.get(RESERVED, {}).get("at", "")) if isinstance(variables, dict) else ""


def depth_of(variables: Mapping[str, Any]) -> int:
    """In how many scopes of own variables these are known."""
    return sum(1 for _ in _owners(variables))


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Variables:
    """What is in `after` and not the same before."""
    return {n: v for n, v in after.items() if n not in _LOCAL and not (n in before and _same(before[n], v))}


@dataclass
class _Token:
    parent: "_Token | None" = None
    state: str = ""
    given: Variables | None = None
    """What it began with."""
    known: Variables | None = None


class _Reader:
    def __init__(self, within: int, depth: int) -> None:
        self.within, self.depth = within, depth
        self.found = Part()
        self.around = _Token()
        self.at: dict[int, _Token] = {} if within else {0: self.around}
        """The token of each event; an execution's first ones follow none."""
        self.forks: set[int] = set()
        self.tokens = [self.around]

    def read(self, event: Event) -> None:
        kind, previous = str(event["type"]), self.at.get(event.get("previousEventId", 0))
        token = previous
        if event["id"] == self.within:
            token = self.around
        if kind.endswith("StateExited"):
            token = self._leaving(previous, event)
        elif kind in _JOINS and previous is not None:
            token = previous.parent or previous
        elif kind.endswith("StateEntered") and event.get("previousEventId", 0) in self.forks:
            token = _Token(previous)
            self.tokens.append(token)
        if token is None:
            return
        self.at[event["id"]] = token
        self._follow(kind, event, token)

    def _follow(self, kind: str, event: Event, token: _Token) -> None:
        if kind in _FORKS:
            self.forks.add(event["id"])
        elif kind.endswith("StateEntered"):
            self._enter(event, token)
        elif kind.endswith("StateExited"):
            self._exit(event, token)
        elif kind == "TaskScheduled":
            details = event["taskScheduledEventDetails"]
            if str(details.get("resource", "")).startswith(_RUN):
                self.found.runs.append(str(json.loads(details["parameters"]).get("Name", "")))
        elif kind.startswith("Execution") and kind != "ExecutionStarted":
            self.found.complete = True

    def _enter(self, event: Event, token: _Token) -> None:
        details = event["stateEnteredEventDetails"]
        variables = json.loads(details.get("input") or "null")
        token.state = details["name"]
        if _is_whole(variables):
            if token.known is None:
                token.given = token.known = variables
            self._learn(event, token, variables)
        elif event["type"] == "FailStateEntered" and isinstance(variables, dict):
            # A watcher hands on what its event has brought, and nothing else.
            self.found.writes.append(Write(event["timestamp"], variables))

    def _exit(self, event: Event, token: _Token) -> None:
        token.state = ""
        if token is self.around and self.within:
            self.found.complete = True
            return
        if token.known is None:
            token.given = token.known = _inherited(token)
        after = _after(token, json.loads(event["stateExitedEventDetails"].get("output") or "null"))
        if after is not None:
            self._learn(event, token, after)
        self.found.exits.append((event, token.known or {}))

    def _learn(self, event: Event, token: _Token, after: Variables) -> None:
        before = _outside(token.known or {}, self.depth)
        if written := differing(before, _outside(after, self.depth)):
            self.found.writes.append(Write(_moment(event), written))
        token.known = after

    def _leaving(self, token: _Token | None, event: Event) -> _Token | None:
        """Whose exit it is. A fork's exit follows one of its branches'; a failed evaluation breaks the chain."""
        name = event["stateExitedEventDetails"]["name"]
        while token is not None and token.state != name:
            token = token.parent
        if token is None and event.get("previousEventId", 0) not in self.at:
            place = place_of(json.loads(event["stateExitedEventDetails"].get("output") or "null"))
            standing = (each for each in reversed(self.tokens) if each.state == name)
            return next((each for each in standing if place_of(each.known) == place), None)
        return token


def _after(token: _Token, given: Any) -> Variables | None:
    """A token's variables behind a state; None if it gives nothing of the kind. Ends of branches give less than all."""
    if _is_whole(given):
        return dict(given)
    known, began = token.known or {}, token.given or {}
    if isinstance(given, dict) and given.keys() <= {"set", "gone"}:
        gone = given.get("gone", [])
        names = [gone] if isinstance(gone, str) else gone  # JSONata gives one alone without its list
        return {**{n: v for n, v in began.items() if n not in names}, **given.get("set", {})}
    if isinstance(given, dict) and isinstance(given.get("changes"), dict):
        return {**began, **given["changes"]}
    if isinstance(given, list):
        wrote = [each["wrote"] for each in given if isinstance(each, dict) and "wrote" in each]
        return {**known, **{n: value["v"] for each in wrote for n, value in each.items()}}
    return None


def _moment(event: Event) -> datetime:
    """When something was written; what a token has brought along from another execution was written before."""
    details = event.get("stateExitedEventDetails") or {}
    if begins(details.get("name", "")):
        told = (details.get("assignedVariables") or {}).get(moved(number_of(details["name"])))
        if told and (since := json.loads(told).get("since")):
            return datetime.fromisoformat(since)
    moment: datetime = event["timestamp"]
    return moment


def _inherited(token: _Token) -> Variables:
    """What an item of a Map knows: what the Map was given."""
    at: _Token | None = token
    while at is not None and at.known is None:
        at = at.parent
    return (at.known if at else None) or {}


def _is_whole(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get(RESERVED), dict)


def _outside(variables: Variables, depth: int) -> Variables:
    """The variables as they are known outside of inner scopes of own variables."""
    for own in list(_owners(variables))[: max(0, depth_of(variables) - depth)]:
        variables = {**{n: v for n, v in variables.items() if n not in own["names"]}, **own["hidden"]}
    return variables


def _owners(variables: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """`_dpc.own` of the scopes around, the innermost first."""
    own = variables.get(RESERVED, {}).get("own")
    while own:
        yield own
        own = own.get("around")


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
