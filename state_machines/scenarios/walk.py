"""A whole history and its source map (docs/records.md, "Logs") to the path that was walked, and what is under way.

Unlike the telemetry's fold it has all events at once, in order and without gaps.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Event = Mapping[str, Any]
_FORKS = ("ParallelStateStarted", "MapStateStarted", "MapIterationStarted")


@dataclass
class Walk:
    """Elements in the order of their entry, flows with how often, and the names of the states that are open."""

    elements: list[str] = field(default_factory=list)
    flows: Counter[str] = field(default_factory=Counter)
    open_states: list[str] = field(default_factory=list)


def walk(history: Sequence[Event], source_map: Mapping[str, Any]) -> Walk:
    """Folds a history."""
    reader = _Reader(history, source_map)
    for event in history:
        reader.read(event)
    reader.found.open_states = [_name(reader.events[entry]) for entry in reader.open]
    return reader.found


def joined(walks: Iterable[Walk]) -> Walk:
    """Several walks as one, one behind the other."""
    whole = Walk()
    for one in walks:
        whole.elements += one.elements
        whole.flows += one.flows
        whole.open_states += one.open_states
    return whole


class _Reader:
    def __init__(self, history: Sequence[Event], source_map: Mapping[str, Any]) -> None:
        self.events = {int(event["id"]): event for event in history}
        self.map = source_map
        self.found = Walk()
        self.open: dict[int, bool] = {}
        """By the event that entered a state: whether an element is open in it."""
        self.carried: dict[int, bool] = {}
        """By the event that left a state: whether an element was open in it."""
        self.stateless = set(_entered_in(source_map))
        """The sub-processes without a state: paths tell when they are entered, and again when they are completed."""
        entries = [event for event in history if _entered(event)]
        self.followed = {before["id"] for event in entries if (before := self._before(event)) is not None}

    def read(self, event: Event) -> None:
        if _entered(event):
            self._enter(event)
        elif event["type"].endswith("StateExited"):
            self._exit(event)
        elif event["type"].endswith("StateAborted"):
            self.open.pop(self._entry_of(event, _entered), None)
        elif event["type"].startswith("Execution") and event["type"] != "ExecutionStarted":
            self.open.clear()

    def _enter(self, event: Event) -> None:
        before, name = self._before(event), _name(event)
        way: Mapping[str, Any] = {"path": self.map["start"]}
        carried = False
        if before is not None:
            way = self.map["transitions"].get(_name(before), {}).get(name, {})
            carried = self.carried.pop(before["id"], False) and way.get("outcome") == "continues"
        self._pass(way.get("path", ()))
        meaning = self.map["states"].get(name, {"role": "helper"})
        occupies = meaning["role"] == "element"
        if occupies and not carried and meaning["element"] not in self.stateless:
            self.found.elements.append(meaning["element"])
        self.open[event["id"]] = carried or occupies

    def _exit(self, event: Event) -> None:
        entry = self._entry(event)
        self.carried[event["id"]] = self.open.pop(entry, False)
        if event["id"] not in self.followed:
            self._pass(self.map["ends"].get(_name(event), {}).get("path", ()))

    def _pass(self, path: Sequence[Mapping[str, str]]) -> None:
        for passed in path:
            for kind, name in passed.items():
                if kind == "flow":
                    self.found.flows[name] += 1
                elif kind == "entered" or (kind == "element" and name not in self.stateless):
                    self.found.elements.append(name)

    def _before(self, event: Event) -> Event | None:
        """The exit of the state before; at the beginning of a branch or item, the entry of the state around it."""
        at = self.events.get(event["previousEventId"])
        while at is not None and not at["type"].endswith("StateExited"):
            if at["type"] in _FORKS:
                return self.events.get(self._entry_of(at, _entered))
            at = self.events.get(at["previousEventId"])
        return at

    def _entry(self, exited: Event) -> int:
        """The entry of the state that an event leaves. A failed evaluation breaks the chain of events."""
        name = _name(exited)
        found = self._entry_of(exited, lambda event: _entered(event) and _name(event) == name)
        if found:
            return found
        ids = (key for key, event in self.events.items() if key < exited["id"])
        return max((key for key in ids if _entered(self.events[key]) and _name(self.events[key]) == name), default=0)

    def _entry_of(self, event: Event, matches: Callable[[Event], bool]) -> int:
        at: Event | None = event
        while at is not None and not matches(at):
            at = self.events.get(at["previousEventId"])
        return int(at["id"]) if at is not None else 0


def _entered_in(source_map: Mapping[str, Any]) -> Iterator[str]:
    ways = [{"path": source_map["start"]}, *source_map["ends"].values()]
    ways += [way for targets in source_map["transitions"].values() for way in targets.values()]
    for way in ways:
        yield from (passed["entered"] for passed in way.get("path", ()) if "entered" in passed)


def _entered(event: Event) -> bool:
    return str(event["type"]).endswith("StateEntered")


def _name(event: Event) -> str:
    details = event.get("stateExitedEventDetails") or event["stateEnteredEventDetails"]
    return str(details["name"])
