"""The source map: which element each state stands for, and what a token passes between two states (docs/records.md)."""

from collections.abc import Iterable, Iterator, Mapping

from state_machines.asl.model import Json
from state_machines.bpmn.model import Process
from state_machines.flow.graph import Graph, tag_of, unseen
from state_machines.flow.steps import END, Fork, Passed, Segment, Step, Way, ways_of


def source_map(process: Process, graphs: Iterable[Graph], segment: Segment) -> dict[str, Json]:
    """The source map of a machine as JSON."""
    steps = list(segment.walk())
    return {
        "elements": dict(_elements({graph.scope: graph for graph in graphs}, "")),
        "flows": [flow.id for flow in process.scope.walk_flows()],
        "states": {step.key: {"element": step.element, "role": step.role} for step in steps},
        "start": _path(segment.start.path),
        "transitions": {step.key: transitions for step in steps if (transitions := _transitions(step))},
        "ends": {step.key: {"path": _path(way.path)} for step in steps for way in ways_of(step) if way.to == END},
    }


def _elements(graphs: Mapping[str, Graph], scope: str) -> Iterator[tuple[str, Json]]:
    """In the order of the process: funnels show it."""
    for node in graphs[scope].in_order():
        if not unseen(node):
            yield node.id, {"type": tag_of(node), "name": node.name, "scope": scope}
        if node.id in graphs:
            yield from _elements(graphs, node.id)


def _transitions(step: Step) -> dict[str, Json]:
    ways = [way for way in ways_of(step) if way.to != END]
    entries = [branch.start for branch in step.branches] if isinstance(step, Fork) else []
    return {way.to: _transition(way) for way in (*ways, *entries)}


def _transition(way: Way) -> Json:
    return {"path": _path(way.path), "outcome": way.outcome}


def _path(path: tuple[Passed, ...]) -> list[Json]:
    return [{passed.kind: passed.id} for passed in path]
