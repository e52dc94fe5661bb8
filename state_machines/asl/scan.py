"""A definition in JSON as lint rules look at it: branches, states, expressions. Tolerates anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from state_machines.asl.fields import EXPRESSIONS
from state_machines.asl.model import Json


@dataclass(frozen=True)
class Fault:
    """What is wrong with a definition. `state` is empty where it is the definition itself."""

    code: str
    state: str
    message: str


@dataclass(frozen=True)
class Written:
    """A text where JSONata may stand. `result` and `error` say whether there is one to read there."""

    text: str
    result: bool = False
    error: bool = False

    @cached_property
    def expression(self) -> str | None:
        """What stands between the marks; None for a text that is none."""
        whole = self.text.startswith("{%") and self.text.endswith("%}")
        return self.text[2:-2] if whole else None


_KNOW_RESULT = ("Task", "Parallel", "Map")


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

    @cached_property
    def expressions(self) -> tuple[str, ...]:
        """Every text of the state that is JSONata, without its marks, each once."""
        found = (written.expression for written in self.written)
        return tuple(dict.fromkeys(expression for expression in found if expression is not None))

    @cached_property
    def written(self) -> tuple[Written, ...]:
        """Every text of the state where JSONata may stand."""
        return tuple(self._written())

    def _written(self) -> Iterator[Written]:
        after = self.type in _KNOW_RESULT
        for key, value in self.body.items():
            if key in EXPRESSIONS:
                yield from (Written(text, result=after and key in ("Output", "Assign")) for text in texts(value))
        for entry in _dicts(self.body.get("Choices")):
            yield from (Written(text) for key in EXPRESSIONS & entry.keys() for text in texts(entry[key]))
        for entry in _dicts(self.body.get("Catch")):
            yield from (Written(text, error=True) for key in EXPRESSIONS & entry.keys() for text in texts(entry[key]))

    def entries(self, field: str) -> Iterator[Mapping[str, Any]]:
        """What stands in a list of the state, such as its Catch."""
        yield from _dicts(self.body.get(field))

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
