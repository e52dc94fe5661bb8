"""The report of a compilation as JSON: shapes, states, expressions, and what representative paths cost."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from state_machines.asl.model import Json
from state_machines.bpmn.model import Process
from state_machines.flow.costs import Cost, cost_of
from state_machines.flow.expressions import Translated
from state_machines.flow.regions import Region

MAX_PATHS = 12
START_AND_END = Cost(0, 2)
"""ExecutionStarted and ExecutionSucceeded."""


def report(
    process: Process,
    definition: Mapping[str, Any],
    mapped: Mapping[str, Any],
    shapes: Iterable[Region],
    expressions: Iterable[Translated],
) -> dict[str, Json]:
    """The report of one process. The first path is the happy one: it takes each choice's first rule that leads on."""
    paths = list(_paths(definition, mapped))
    happy = paths[0] if paths else {}
    return {
        "processId": process.id,
        "nodes": sum(1 for _ in process.scope.walk()),
        "states": len(mapped["states"]),
        "transitionsOnHappyPath": happy.get("transitions", 0),
        "nodesOnHappyPath": happy.get("nodes", 0),
        "paths": [*paths],
        "elements": _elements(mapped),
        "regions": [{"fork": r.fork, "shape": r.shape, "join": r.join} for r in shapes],
        "expressions": [
            {"elementId": e.element_id, "text": e.text, "verdict": e.verdict, "reason": e.reason} for e in expressions
        ],
    }


def _elements(mapped: Mapping[str, Any]) -> dict[str, Json]:
    states: dict[str, list[Json]] = {element: [] for element in mapped["elements"]}
    for name, state in mapped["states"].items():
        states[state["element"]].append(name)
    return {**states}


def _paths(definition: Mapping[str, Any], mapped: Mapping[str, Any]) -> Iterator[dict[str, Json]]:
    seen = set()
    for path in _walk(definition, mapped):
        if tuple(path) in seen:
            continue
        seen.add(tuple(path))
        cost = sum((_whole_cost(definition["States"][name], mapped) for name in path), START_AND_END)
        nodes = _passed(definition, mapped, path)
        yield {
            "states": list(path),
            "nodes": nodes,
            "transitions": cost.transitions,
            "events": cost.events,
            "lambdaCalls": cost.lambda_calls,
            "writes": cost.writes,
            "writeUnits": cost.write_units,
            "logEvents": cost.events,
            "dollarsPerThousand": cost.dollars_per_thousand,
        }
        if len(seen) >= MAX_PATHS:
            return


def _walk(body: Mapping[str, Any], mapped: Mapping[str, Any]) -> Iterator[list[str]]:
    """Paths from the start to an end, none through a state twice; bounded, for models have very many."""
    pending: list[list[str]] = [[body["StartAt"]]]
    budget = 2_000
    while pending and budget:
        budget -= 1
        path = pending.pop()
        state = body["States"][path[-1]]
        if state.get("End") or state["Type"] == "Fail":
            yield path
            continue
        following = [name for name in _next(state, mapped) if name not in path]
        pending.extend([*path, name] for name in reversed(following))


def _next(state: Mapping[str, Any], mapped: Mapping[str, Any]) -> list[str]:
    """Where a state leads in the ordinary course: no errors and no incidents, but timers."""
    choices = [rule["Next"] for rule in state.get("Choices", [])]
    timers = [c["Next"] for c in state.get("Catch", []) if c["ErrorEquals"] == ["States.Timeout"]]
    names = [state[key] for key in ("Next", "Default") if key in state]
    ordered = [*choices, *names, *timers]
    return [name for name in dict.fromkeys(ordered) if mapped["states"][name]["role"] != "incident"]


def _whole_cost(state: Mapping[str, Any], mapped: Mapping[str, Any]) -> Cost:
    """A state with, for a Parallel, the first path of each branch."""
    cost = cost_of(state)
    for branch in _inner(state):
        path = next(_walk(branch, mapped), [])
        cost = sum((_whole_cost(branch["States"][name], mapped) for name in path), cost)
    return cost


def _inner(state: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The branches of a Parallel; of a Map one item, whose number is not known."""
    return [*state.get("Branches", []), *filter(None, [state.get("ItemProcessor")])]


def _passed(definition: Mapping[str, Any], mapped: Mapping[str, Any], path: list[str]) -> int:
    """How many nodes a path passes, those in the first path of each branch included."""
    count = len(_elements_in(mapped["start"])) if definition.get("QueryLanguage") else 0
    for at, name in enumerate(path):
        following = path[at + 1] if at + 1 < len(path) else None
        way = mapped["transitions"].get(name, {}).get(following) if following else mapped["ends"].get(name)
        count += len(_elements_in((way or {}).get("path", [])))
        count += int(mapped["states"][name]["role"] == "element")
        for branch in _inner(definition["States"][name]):
            inner = next(_walk(branch, mapped), [])
            entry = mapped["transitions"][name][branch["StartAt"]]["path"]
            count += len(_elements_in(entry)) + _passed(branch, mapped, inner)
    return count


def _elements_in(path: Iterable[Mapping[str, str]]) -> list[str]:
    return [passed["element"] for passed in path if "element" in passed]
