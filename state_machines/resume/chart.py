"""A machine as those who move tokens see it: where each state stands, and for which element."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from state_machines.by_reference.marks import ASKED
from state_machines.resume.standing import every_state, inside
from state_machines.resume.token import original

Chain = tuple[tuple[str, int], ...]
"""The forks around a state, each with the branch that it is in, the outermost first."""

INNER = ("Branches", "ItemProcessor")
"""What holds states inside a state."""
BACK = f"{{% ${ASKED}_"
"""How the condition of a rule begins that leads back to those who led there."""
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)", re.ASCII)


class Chart:
    """A definition with its source map."""

    def __init__(self, definition: Mapping[str, Any], source_map: Mapping[str, Any]) -> None:
        self.definition, self.source_map = definition, source_map
        self.states = dict(every_state(definition))

    @cached_property
    def chains(self) -> Mapping[str, Chain]:
        """Where each state stands."""
        return dict(_chains(self.definition, ()))

    def element(self, state: str) -> str:
        """The element that a state stands for, or serves."""
        found = self.source_map["states"].get(state)
        return str(found["element"]) if found else ""

    def is_own(self, state: str) -> bool:
        """Whether a state is one of the process's own machine, and no entry."""
        found = self.source_map["states"].get(state)
        return bool(state) and (found is None or found["role"] != "entry")

    def around(self, element: str) -> Iterator[str]:
        """An element and the sub-processes that it lies in."""
        while element:
            yield element
            element = self.source_map["elements"].get(element, {}).get("scope", "")

    @cached_property
    def entries(self) -> Mapping[str, tuple[str, ...]]:
        """By element: the states with which a token begins that is put before it."""
        found: dict[str, list[str]] = {}
        for name, state in self.source_map["states"].items():
            if state["role"] == "entry" and name in self.states:
                found.setdefault(state["element"], []).append(name)
        return {element: tuple(names) for element, names in found.items()}

    def watches(self, fork: str, place: int) -> bool:
        """Whether a branch of a fork only waits for what happens beside the others, perhaps for several events."""
        branch = inside(self.states[fork])[place]
        return any(watches(state) or self._only_watches(name) for name, state in branch["States"].items())

    def _only_watches(self, fork: str) -> bool:
        branches = self.states[fork].get("Branches", ())
        return bool(branches) and all(self.watches(fork, place) for place in range(len(branches)))

    def branch_with(self, fork: str, state: str) -> int | None:
        """The branch of a fork in which a state stands; None: in none, or the fork is no Parallel."""
        chain = self.chains.get(state, ())
        return next((place for name, place in chain if name == fork), None)

    def is_map(self, fork: str) -> bool:
        """Whether a fork runs its one branch for each of several items."""
        return "ItemProcessor" in self.states[fork]


def watches(state: Mapping[str, Any]) -> bool:
    """Whether a state waits, as a watcher, for what happens beside something."""
    arguments = state.get("Arguments")
    if not isinstance(arguments, Mapping):
        return False
    writes = [arguments, *(write for item in arguments.get("TransactItems", ()) for write in item.values())]
    return any(write.get("Item", {}).get("kind") == {"S": "scope"} for write in writes)


def nothing(fork: Mapping[str, Any]) -> Any:
    """What a branch of a fork gives in which nothing has happened."""
    return [] if "$append($all, $r)" in str(fork.get("Output", "")) else {}


def targets(state: Mapping[str, Any]) -> list[str]:
    """The states that a state leads to."""
    ways = [state, *state.get("Choices", ()), *state.get("Catch", ())]
    return [way[key] for way in ways for key in ("Next", "Default") if key in way]


def reached(starts: Iterable[str], states: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The states of a branch that some lead to, themselves included.

    What only leads back to those who came there leads to no others, unless it is where one starts.
    """
    seen, pending = set[str](), list(starts)
    while pending:
        while pending:
            name = pending.pop()
            if name not in seen:
                seen.add(name)
                pending += set(targets(states[name])) - back(states[name])
        pending = [name for each in seen if not seen & (behind := back(states[each])) for name in behind]
    return seen


def back(state: Mapping[str, Any]) -> set[str]:
    """Where a state leads back to: those who led there (`state_machines/flow/by_reference`), if it does no more."""
    return {rule["Next"] for rule in state.get("Choices", ()) if rule["Condition"].startswith(BACK)}


def between(start: str, end: str, states: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The states from which a token that begins at `start` may come to `end`, without having been there."""
    onward = {name: {**state} if name != end else {} for name, state in states.items()}
    seen = reached([start], onward)
    if end not in seen:
        return set()
    leading = {end}
    while more := {name for name in seen - leading if leading & set(targets(onward[name]))}:
        leading |= more
    return leading - {end}


def assigned(states: Iterable[Mapping[str, Any]]) -> set[str]:
    """The machine's variables that states assign; those inside them, in branches, not included."""
    found = set[str]()
    for state in states:
        for part in (state, *state.get("Choices", ()), *state.get("Catch", ())):
            found |= part.get("Assign", {}).keys()
    return found


def needed(states: Iterable[Mapping[str, Any]]) -> set[str]:
    """The variables that states, and those in them, read without one of them assigning them.

    What they ask for by `$exists` they can do without.
    """
    found, every = set[str](), list(states)
    for state in every:
        text = json.dumps({key: value for key, value in state.items() if key not in INNER}, ensure_ascii=False)
        found |= {name for name in set(_VARIABLE.findall(text)) if f"$exists(${name})" not in text}
        for inner in inside(state):
            found |= needed(inner["States"].values())
    return found - assigned(every)


def _chains(machine: Mapping[str, Any], around: Chain) -> Iterator[tuple[str, Chain]]:
    for name, state in machine["States"].items():
        yield name, around
        for place, inner in enumerate(inside(state)):
            yield from _chains(inner, (*around, (name, place)))


def named(states: Mapping[str, Any], name: str) -> str:
    """What a state is called among copies."""
    return name if name in states else next(each for each in states if original(each) == name and "~~" not in each)
