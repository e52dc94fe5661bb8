"""Where the tokens of an execution stand, read from its history, with all that they know."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from state_machines.history import RESERVED, Event, differing, place_of
from state_machines.resume.token import (
    MOVED,
    Branch,
    Token,
    begins,
    moved,
    number_of,
    numbered,
    original,
    read_token,
)

_BEGINS = ("ParallelStateStarted", "MapIterationStarted")
_SUCCEEDS = ("ParallelStateSucceeded", "MapIterationSucceeded", "MapStateSucceeded")
_RUN = "startExecution.sync"
_RECORD = re.compile(r"wait#([^@'\"]*)@")


def standing(history: Sequence[Event], definition: Mapping[str, Any], execution: str) -> tuple[Token, ...]:
    """The tokens of an execution that was stopped, or waits; of one that has ended by itself, those that ended last.

    `definition`: that of the process's own machine, also where the execution ran one that was made to resume it.
    """
    reader = _Reader()
    for event in history:
        reader.read(event)
    began = json.loads(history[0]["executionStartedEventDetails"].get("input") or "{}")
    resumed = began.get(RESERVED, {}).get(MOVED, {})
    return _Standing(definition, execution, resumed).tokens(reader.root)


def every_state(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The states of a definition with those of branches and items, by name."""
    for name, state in machine["States"].items():
        yield name, state
        for inner in inside(state):
            yield from every_state(inner)


def inside(state: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The machines of a Parallel's branches, or of a Map's items."""
    return (*state.get("Branches", ()), *((state["ItemProcessor"],) if "ItemProcessor" in state else ()))


def record_in(arguments: str) -> str:
    """What the key of a wait record holds that a task has among its arguments; empty: there is none."""
    found = _RECORD.search(arguments)
    return found[1] if found else ""


class _Strand:
    """What goes through the states of one branch. `first`: the state that it began with, or its item's place."""

    def __init__(self, parent: "_Strand | None" = None, first: str | int = "") -> None:
        self.parent, self.first = parent, first
        self.state, self.since, self.given, self.runs, self.record = "", "", None, "", ""
        self.left, self.output = "", None
        self.result: dict[str, Any] | None = None
        """What its task has given, while it has not left the state yet."""
        self.known: dict[str, Any] = {}
        self.branches: list[_Strand] = []
        self.began: Any = None
        self.whole: Any = None
        """The variables that it began with, and those that it knew last."""

    def learn(self, value: Any) -> None:
        """Remembers variables; what branches and regions give is less."""
        if isinstance(value, dict) and RESERVED in value:
            self.began = value if self.began is None else self.began
            self.whole = value

    def gather(self) -> None:
        """Takes over what its branches knew when they ended."""
        for branch in self.branches:
            if branch.whole is not None:
                self.whole = {**(self.whole or {}), **differing(branch.began, branch.whole)}


class _Reader:
    """Follows the events to what each branch has come to."""

    def __init__(self) -> None:
        self.root = _Strand()
        self.at: dict[int, _Strand] = {0: self.root}
        self.begun: dict[int, int | None] = {}
        """The events with which branches begin, with the place of the item."""
        self.strands = [self.root]

    def read(self, event: Event) -> None:
        kind, before = str(event["type"]), int(event.get("previousEventId", 0))
        strand = self.at.get(before)
        if kind.endswith("StateEntered") and before in self.begun and strand is not None:
            place = self.begun[before]
            strand = self._branch(strand, event["stateEnteredEventDetails"]["name"] if place is None else place)
        elif kind.endswith("StateExited"):
            strand = self._leaving(strand, event)
        elif kind in _SUCCEEDS and strand is not None:
            strand = strand.parent or strand
        if strand is None:
            return
        self.at[event["id"]] = strand
        self._follow(kind, event, strand)

    def _branch(self, around: _Strand, first: str | int) -> _Strand:
        strand = _Strand(around, first)
        around.branches.append(strand)
        self.strands.append(strand)
        return strand

    def _follow(self, kind: str, event: Event, strand: _Strand) -> None:
        if kind in _BEGINS:
            self.begun[event["id"]] = (event.get("mapIterationStartedEventDetails") or {}).get("index")
        elif kind.endswith("StateEntered"):
            details = event["stateEnteredEventDetails"]
            strand.state, strand.since = details["name"], iso(event["timestamp"])
            strand.given, strand.branches = json.loads(details.get("input") or "null"), []
            strand.runs, strand.record, strand.result = "", "", None
            strand.learn(strand.given)
        elif kind.endswith("StateExited"):
            details = event["stateExitedEventDetails"]
            strand.gather()
            strand.left, strand.state, strand.branches = details["name"], "", []
            strand.since = iso(event["timestamp"])
            strand.output = json.loads(details.get("output") or "null")
            strand.learn(strand.output)
            assigned = details.get("assignedVariables") or {}
            strand.known |= {name: json.loads(value) for name, value in assigned.items()}
        elif kind == "TaskSucceeded":
            strand.result = {"result": json.loads(event["taskSucceededEventDetails"].get("output") or "null")}
        elif kind == "TaskScheduled":
            details = event["taskScheduledEventDetails"]
            if details["resource"].startswith(_RUN):
                strand.runs = _started(json.loads(details["parameters"]))
            elif details["resource"].endswith("waitForTaskToken"):
                strand.record = record_in(details["parameters"])

    def _leaving(self, strand: _Strand | None, event: Event) -> _Strand | None:
        """Whose exit it is: a fork's follows one of its branches'; a failed evaluation breaks the chain."""
        name = event["stateExitedEventDetails"]["name"]
        while strand is not None and strand.state != name:
            strand = strand.parent
        if strand is not None:
            return strand
        place = place_of(json.loads(event["stateExitedEventDetails"].get("output") or "null"))
        found = [each for each in reversed(self.strands) if each.state == name]
        return next((each for each in found if place_of(each.given) == place), found[0] if found else None)


class _Standing:
    """What the strands are in the process's own machine. `resumed`: what the execution was given to go on with."""

    def __init__(self, definition: Mapping[str, Any], execution: str, resumed: Mapping[str, Any]) -> None:
        self.states, self.execution = dict(every_state(definition)), execution
        self.given: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
        for place, data in numbered(resumed):
            self.given.setdefault(str(data["number"]), []).append((place, data))

    def tokens(self, strand: _Strand) -> tuple[Token, ...]:
        """The token of a strand; where it is in a fork around several tokens, these."""
        at = strand.state or strand.left
        if begins(at):
            return (read_token(self._given(strand, number_of(at))),)
        known = {variable: value for variable, value in strand.known.items() if not variable.startswith(moved(""))}
        name = original(at)
        if not strand.state:
            return (self._between(strand, name, known),)
        if not name:
            return tuple(token for each in strand.branches for token in self.tokens(each))
        told = strand.known.get(moved(number_of(at)), {}) if at != name else {}
        branches = tuple(self._branch(self.states[name], each) for each in strand.branches)
        since, execution = told.get("since") or strand.since, told.get("execution") or self.execution
        result = None if strand.runs else strand.result
        return (
            Token(name, strand.given, known, since, execution, branches, strand.runs, result, record=strand.record),
        )

    def _given(self, strand: _Strand, number: str) -> Mapping[str, Any]:
        """Of the items of a Map that have the same states, each has its own."""
        found, around = self.given[number], strand
        while len(found) > 1 and not isinstance(around.first, int):
            around = around.parent or _Strand(first=-1)
        return next((data for place, data in found if place == around.first), found[0][1])

    def _between(self, strand: _Strand, name: str, known: Mapping[str, Any]) -> Token:
        """Stopped between two states, or ended. What a choice leads to is told by its input: it chooses again."""
        state = self.states.get(name, {"End": True})
        if state.get("End") or state["Type"] in ("Succeed", "Fail"):
            before = strand.whole if isinstance(strand.output, list) else None
            return Token("", strand.output, known, strand.since, before=before)
        if state["Type"] == "Choice":
            return Token(name, strand.given, known)
        return Token(state["Next"], strand.output, known)

    def _branch(self, fork: Mapping[str, Any], strand: _Strand) -> Branch:
        if isinstance(strand.first, int):
            return Branch(strand.first, self.tokens(strand))
        first = original(strand.first)
        place = next(i for i, each in enumerate(inside(fork)) if first in each["States"])
        return Branch(place, self.tokens(strand))


def _started(parameters: Mapping[str, Any]) -> str:
    """The ARN of an execution that is started by its machine's ARN, or that of a version of it, and a name."""
    machine = parameters["StateMachineArn"].split(":")[:7]
    return ":".join([*machine[:5], "execution", machine[6], parameters["Name"]])


def iso(at: datetime) -> str:
    """A moment as Step Functions writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
