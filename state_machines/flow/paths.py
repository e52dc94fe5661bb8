"""Representative ways through a machine: the happy one, and one for each way on that is on none before.

A fork is passed by one way through each of its branches, a loop once, an incident never.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

Body = Mapping[str, Any]
"""A definition, a branch or an item processor, in JSON."""

_TECHNICAL = ("States.", "DynamoDb.")
"""How the names of errors begin that no model throws."""


@dataclass(frozen=True)
class Visit:
    """A state that is passed, with the ways through its branches."""

    state: str
    branches: tuple["Walk", ...] = ()


@dataclass(frozen=True)
class Walk:
    """One way through a body, from its first state to an end."""

    visits: tuple[Visit, ...]

    def states(self) -> Iterator[str]:
        """Every state that is entered, those of branches behind their fork."""
        for visit in self.visits:
            yield visit.state
            for branch in visit.branches:
                yield from branch.states()


@dataclass(frozen=True)
class Ways:
    """The ways through a body. What they leave out (incidents) and where tokens may have to wait is of the machine."""

    body: Body
    incidents: Set[str]
    """States that no ordinary way passes."""
    arrivals: Mapping[str, str]
    """Choices of tokens that arrive at a join which closes no block: the join."""
    loops: Set[str] = frozenset()
    """Choices whether an activity is repeated."""
    waiting: Set[str] = frozenset()
    """The joins at which tokens of this body wait for those of other branches."""

    def __iter__(self) -> Iterator[Walk]:
        """All ways; the first is the happy one: it takes each choice's first rule that leads to an end."""
        if self._happy is None:
            return
        walks = [self._walk(self._happy)]
        yield walks[0]
        seen = set(pairwise(self._happy))
        for way in self._edges():
            if way in seen or (tail := self._tail(way[1])) is None:
                continue
            states = [*self._way_to(way[0]), *tail]
            seen.update(pairwise(states))
            walks.append(self._walk(states, way))
            yield walks[-1]
        yield from self._inner_ways(walks)

    def _edges(self) -> Iterator[tuple[str, str]]:
        return ((state, following) for state in self._before for following in self._following(state))

    def _inner_ways(self, walks: Sequence[Walk]) -> Iterator[Walk]:
        """What differs inside a fork alone, on the first way that passes it."""
        varied: set[str] = set()
        for walk in walks:
            for at, visit in enumerate(walk.visits):
                if visit.branches and visit.state not in varied:
                    varied.add(visit.state)
                    for changed in self._variants(visit):
                        yield Walk((*walk.visits[:at], changed, *walk.visits[at + 1 :]))

    def _variants(self, visit: Visit) -> Iterator[Visit]:
        for place, ways in enumerate(self._branches(visit.state)):
            for other in ways:
                if other != visit.branches[place] and not ways._throws(other.visits[-1].state):
                    yield replace(visit, branches=(*visit.branches[:place], other, *visit.branches[place + 1 :]))

    def _walk(self, states: Sequence[str], way: tuple[str, str] = ("", "")) -> Walk:
        """With the branches of each fork; where `way` leaves one by an error, a branch that throws it."""
        visits = []
        for state, following in zip(states, [*states[1:], ""], strict=False):
            errors = self._errors(state, following) if (state, following) == way else []
            visits.append(self._visit(state, errors) if errors else self._happy_visit(state))
        return Walk(tuple(visits))

    def _happy_visit(self, state: str) -> Visit:
        if state not in self._visits:
            self._visits[state] = self._visit(state, [])
        return self._visits[state]

    def _visit(self, state: str, errors: Sequence[str]) -> Visit:
        branches = self._branches(state)
        return Visit(state, tuple(ways._walk(ways._thrown(errors) or ways._happy or []) for ways in branches))

    def _errors(self, state: str, following: str) -> list[str]:
        catchers = self._state(state).get("Catch", [])
        return [error for catcher in catchers if catcher["Next"] == following for error in catcher["ErrorEquals"]]

    def _thrown(self, errors: Sequence[str]) -> list[str] | None:
        """The way to a state that ends the body by one of these errors."""
        throwing = (name for name in self._before if self._throws(name) and self._state(name)["Error"] in errors)
        name = next(throwing, None)
        return None if name is None else self._way_to(name)

    def _branches(self, fork: str) -> list["Ways"]:
        """Of the branches that meet in a join, the last goes on behind it."""
        state = self._state(fork)
        if state["Type"] not in ("Parallel", "Map"):
            return []
        bodies = [*state.get("Branches", []), *filter(None, [state.get("ItemProcessor")])]
        meeting = [{self.arrivals[n] for n in _names(body) if n in self.arrivals} for body in bodies]
        later: list[set[str]] = [set().union(*meeting[at + 1 :]) for at in range(len(bodies))]
        return [replace(self, body=body, waiting=self.waiting | met) for body, met in zip(bodies, later, strict=True)]

    @cached_property
    def _visits(self) -> dict[str, Visit]:
        return {}

    @cached_property
    def _happy(self) -> list[str] | None:
        return self._tail(self.body["StartAt"])

    @cached_property
    def _before(self) -> dict[str, str]:
        """Each state that can be reached, nearest ones first, with the one before it on the shortest way."""
        start = self.body["StartAt"]
        before, pending = {start: ""}, deque([start])
        while pending:
            state = pending.popleft()
            for following in self._following(state):
                if following not in before:
                    before[following] = state
                    pending.append(following)
        return before

    def _way_to(self, state: str) -> list[str]:
        way = [state]
        while before := self._before[way[-1]]:
            way.append(before)
        return way[::-1]

    def _tail(self, start: str) -> list[str] | None:
        """From a state to an end; only where there is none, to an error."""
        return self._search(start, self._ends) or self._search(start, self._throws)

    def _search(self, start: str, found: Callable[[str], bool]) -> list[str] | None:
        """Depth first: a way is left only where it leads to nothing new; loops are closed."""
        seen, way, open_ways = {start}, [start], [iter(self._following(start))]
        while way and not found(way[-1]):
            following = next((name for name in open_ways[-1] if name not in seen), None)
            if following is None:
                way.pop(), open_ways.pop()
                continue
            if following not in self.loops:
                seen.add(following)
            way.append(following)
            open_ways.append(iter(self._following(following)))
        return way or None

    def _state(self, name: str) -> Body:
        state: Body = self.body["States"][name]
        return state

    def _ends(self, name: str) -> bool:
        state = self._state(name)
        return bool(state.get("End")) or state["Type"] == "Succeed"

    def _throws(self, name: str) -> bool:
        return bool(self._state(name)["Type"] == "Fail")

    def _following(self, name: str) -> list[str]:
        """Where a state leads in the ordinary course: by its rules, timers and the model's errors."""
        state = self._state(name)
        ordered = [rule["Next"] for rule in state.get("Choices", [])]
        ordered += [state[key] for key in ("Next", "Default") if key in state]
        if self.arrivals.get(name) in self.waiting:
            ordered.reverse()
        ordered += [c["Next"] for c in state.get("Catch", []) if any(map(_of_the_model, c["ErrorEquals"]))]
        return [following for following in dict.fromkeys(ordered) if following not in self.incidents]


def _of_the_model(error: str) -> bool:
    return error == "States.Timeout" or not error.startswith(_TECHNICAL)


def _names(body: Body) -> Iterator[str]:
    for name, state in body["States"].items():
        yield name
        for inner in (*state.get("Branches", []), *filter(None, [state.get("ItemProcessor")])):
            yield from _names(inner)
