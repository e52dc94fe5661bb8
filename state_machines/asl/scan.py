"""A definition in JSON as lint rules look at it: branches, states, expressions. Tolerates anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from state_machines.asl.model import Json


@dataclass(frozen=True)
class Fault:
    """What is wrong with a definition. `state` is empty where it is the definition itself."""

    code: str
    state: str
    message: str


@dataclass(frozen=True)
class Scanned:
    """One state, with the names of the states around it from the outside in."""

    name: str
    body: Mapping[str, Any]
    parents: tuple[str, ...]

    @property
    def type(self) -> str:
        """The state's type, empty if it has none."""
        return str(self.body.get("Type", ""))

    def targets(self) -> Iterator[str]:
        """The names of the states that this one leads to."""
        places = [self.body, *_dicts(self.body.get("Choices")), *_dicts(self.body.get("Catch"))]
        for place in places:
            for key in ("Next", "Default"):
                if isinstance(place.get(key), str):
                    yield place[key]

    def inner(self) -> Iterator[Mapping[str, Any]]:
        """The branches of a Parallel, the processor of a Map."""
        yield from _dicts(self.body.get("Branches"))
        if isinstance(self.body.get("ItemProcessor"), dict):
            yield self.body["ItemProcessor"]

    def expressions(self) -> Iterator[str]:
        """Every text of the state that is JSONata, without its marks."""
        own = {key: value for key, value in self.body.items() if key not in ("Branches", "ItemProcessor")}
        yield from (text[2:-2] for text in texts(own) if text.startswith("{%") and text.endswith("%}"))

    def assigned(self) -> Iterator[str]:
        """The variables that the state sets."""
        for place in [self.body, *_dicts(self.body.get("Choices")), *_dicts(self.body.get("Catch"))]:
            if isinstance(place.get("Assign"), dict):
                yield from place["Assign"]


@dataclass(frozen=True)
class Part:
    """States with an entry: the definition, a branch, a processor."""

    start_at: str
    states: tuple[Scanned, ...]
    parents: tuple[str, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its states."""
        return frozenset(state.name for state in self.states)


@dataclass(frozen=True)
class Definition:
    """A whole definition."""

    json: Mapping[str, Json]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The body and all branches, outer ones first."""
        return tuple(_parts(self.json, ()))

    @cached_property
    def states(self) -> tuple[Scanned, ...]:
        """Every state."""
        return tuple(state for part in self.parts for state in part.states)


def texts(value: object) -> Iterator[str]:
    """Every text in a JSON value, keys not included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def _parts(body: Mapping[str, Any], parents: tuple[str, ...]) -> Iterator[Part]:
    states = body.get("States")
    found = tuple(
        Scanned(name, state, parents)
        for name, state in (states if isinstance(states, Mapping) else {}).items()
        if isinstance(state, Mapping)
    )
    yield Part(str(body.get("StartAt", "")), found, parents)
    for state in found:
        for inner in state.inner():
            yield from _parts(inner, (*parents, state.name))


def _dicts(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
