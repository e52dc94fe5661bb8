"""The compiled source map (docs/records.md), typed for the fold: which elements and flows stand behind which states."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from state_machines.resume.token import begins, original

Outcome = Literal["completed", "cancelled", "failed", "continues"]


@dataclass(frozen=True)
class Passed:
    """Something passed on the way: a flow node, a sequence flow, or the border of a sub-process without a state."""

    kind: Literal["element", "flow", "entered", "cancelled", "elsewhere", "inside"]
    id: str


@dataclass(frozen=True)
class Way:
    """What is passed between two states, and how the element of the first one was left."""

    path: tuple[Passed, ...] = ()
    outcome: Outcome = "completed"


@dataclass(frozen=True)
class StateMeaning:
    """What a state stands for."""

    element: str
    role: Literal["element", "incident", "choice", "helper", "entry"]


SILENT = StateMeaning("", "helper")


@dataclass(frozen=True)
class SourceMap:
    """A process version's map."""

    elements: Mapping[str, Mapping[str, str]]
    states: Mapping[str, StateMeaning]
    start: tuple[Passed, ...]
    transitions: Mapping[tuple[str, str], Way]
    ends: Mapping[str, Way]
    resumed: bool = False

    @cached_property
    def stateless(self) -> frozenset[str]:
        """The sub-processes that no state stands for: only paths tell when they are entered and left."""
        ways = (*self.transitions.values(), *self.ends.values(), Way(self.start))
        return frozenset(each.id for way in ways for each in way.path if each.kind == "entered")

    def around(self, element: str) -> list[str]:
        """The sub-processes that an element lies in, the outermost first."""
        scope = self.elements.get(element, {}).get("scope", "")
        return [*self.around(scope), scope] if scope else []

    def way(self, source: str, target: str) -> Way:
        """What lies between two states; nothing if the map does not say, and where tokens only go on."""
        if begins(source) or begins(target):
            return Way()
        return self.transitions.get((original(source), original(target)), Way())

    def meaning(self, state: str) -> StateMeaning:
        """What a state stands for; a helper if the map does not say, and where tokens only go on."""
        return SILENT if begins(state) else self.states.get(original(state), SILENT)

    def end(self, state: str) -> Way | None:
        """What is passed where a branch, or the execution, ends with a state."""
        return None if begins(state) else self.ends.get(original(state))


def read_source_map(data: Mapping[str, Any], *, resumed: bool = False) -> SourceMap:
    """The typed map from its JSON; of a `resumed` execution, which does not begin where its process does."""
    return SourceMap(
        elements=data["elements"],
        states={name: StateMeaning(s.get("element", ""), s["role"]) for name, s in data["states"].items()},
        start=() if resumed else _path(data["start"]),
        transitions={
            (source, target): _way(way)
            for source, targets in data["transitions"].items()
            for target, way in targets.items()
        },
        ends={name: _way(way) for name, way in data["ends"].items()},
        resumed=resumed,
    )


def _way(data: Mapping[str, Any]) -> Way:
    return Way(_path(data.get("path", ())), data.get("outcome", "completed"))


def _path(items: Any) -> tuple[Passed, ...]:
    return tuple(Passed(kind, passed) for item in items for kind, passed in item.items())
