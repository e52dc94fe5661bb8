"""The report of a compilation as JSON: shapes, states, expressions, and what representative paths cost."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from state_machines.asl.model import Json
from state_machines.bpmn.model import Process
from state_machines.flow.compiling import Build
from state_machines.flow.costs import START_AND_END, cost_of, total
from state_machines.flow.expressions import Translated
from state_machines.flow.paths import Walk, Ways
from state_machines.flow.regions import Region

MAX_PATHS = 12


def report(
    process: Process,
    definition: Mapping[str, Any],
    mapped: Mapping[str, Any],
    shapes: Iterable[Region],
    build: Build,
    expressions: Iterable[Translated],
) -> dict[str, Json]:
    """The report of one process. The first path is the happy one; up to `MAX_PATHS` show where others lead."""
    read = _Paths(definition, mapped, build)
    found = list(islice(read.paths(), MAX_PATHS + 1))
    happy = found[0] if found else {}
    paths: list[Json] = [*found[:MAX_PATHS]]
    return {
        "processId": process.id,
        "nodes": sum(1 for _ in process.scope.walk()),
        "states": len(mapped["states"]),
        "transitionsOnHappyPath": happy.get("transitions", 0),
        "nodesOnHappyPath": happy.get("nodes", 0),
        "paths": paths,
        "morePaths": len(found) > MAX_PATHS,
        "elements": _elements(mapped),
        "shared": [name for name, state in mapped["states"].items() if not state["element"]],
        "loops": [{"elementId": name, "roundsAtOnce": rounds} for name, rounds in build.rounds.items()],
        "regions": [{"fork": r.fork, "shape": r.shape, "join": r.join, "opens": r.opens} for r in shapes],
        "expressions": [
            {"elementId": e.element_id, "text": e.text, "verdict": e.verdict, "reason": e.reason} for e in expressions
        ],
    }


def _elements(mapped: Mapping[str, Any]) -> dict[str, Json]:
    states: dict[str, list[Json]] = {element: [] for element in mapped["elements"]}
    for name, state in mapped["states"].items():
        if state["element"]:  # else it is one of the shared ones
            states[state["element"]].append(name)
    return {**states}


class _Paths:
    """Reads ways through a definition with its source map."""

    def __init__(self, definition: Mapping[str, Any], mapped: Mapping[str, Any], build: Build) -> None:
        self.states = dict(_states(definition))
        self.costs = {name: cost_of(state) for name, state in self.states.items()}
        self.mapped = mapped
        choices = {name: s["element"] for name, s in mapped["states"].items() if self.states[name]["Type"] == "Choice"}
        incidents = {name for name, state in mapped["states"].items() if state["role"] == "incident"}
        self.ways = Ways(
            definition,
            incidents | build.handed | build.escaping,
            {name: element for name, element in choices.items() if element in build.open_joins},
            {name for name in choices if self._repeats(name, incidents | build.handed)},
        )

    def paths(self) -> Iterator[dict[str, Json]]:
        """What each way passes and costs."""
        begun = _elements_in(self.mapped["start"])
        for walk in self.ways:
            elements = [*begun, *self._passed(walk)]
            states = list(walk.states())
            cost = total([START_AND_END, *(self.costs[name] for name in states)])
            yield {
                "states": [*states],
                "elements": [*elements],
                "nodes": len(elements),
                "transitions": cost.transitions,
                "events": cost.events,
                "lambdaCalls": cost.lambda_calls,
                "reads": cost.reads,
                "writes": cost.writes,
                "writeUnits": cost.write_units,
                "logEvents": cost.events,
                "dollarsPerThousand": cost.dollars_per_thousand,
            }

    def _repeats(self, choice: str, apart: Collection[str]) -> bool:
        """Whether a choice leads back into the activity that it belongs to, not over a flow behind it."""
        element = self.mapped["states"][choice]["element"]
        if self.mapped["elements"].get(element, {}).get("type", "").endswith(("Gateway", "Event")):
            return False
        ways = [way for to, way in self.mapped["transitions"][choice].items() if to not in apart]
        return len(ways) > 1 and any(not way["path"] or "element" in way["path"][0] for way in ways)

    def _passed(self, walk: Walk) -> Iterator[str]:
        """The elements of a way, in order; those of branches behind the fork."""
        for at, visit in enumerate(walk.visits):
            state, ways = self.mapped["states"][visit.state], self.mapped["transitions"].get(visit.state, {})
            if state["role"] == "element":
                yield state["element"]
            for branch in visit.branches:
                if branch.visits:
                    yield from _elements_in(ways[branch.visits[0].state]["path"])
                    yield from self._passed(branch)
            following = walk.visits[at + 1].state if at + 1 < len(walk.visits) else ""
            left = ways[following] if following else self.mapped["ends"].get(visit.state, {"path": []})
            yield from _elements_in(left["path"])


def _states(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, state in body["States"].items():
        yield name, state
        for inner in (*state.get("Branches", []), *filter(None, [state.get("ItemProcessor")])):
            yield from _states(inner)


def _elements_in(path: Iterable[Mapping[str, str]]) -> list[str]:
    return [passed["element"] for passed in path if "element" in passed]
