"""Conditional events: what they read, and who has to tell that it has written some of it. Reads the model only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from state_machines.bpmn.model import (
    Activity,
    CallActivity,
    Event,
    EventDefinition,
    FlowNode,
    Gateway,
    MultiInstance,
    Process,
    SubProcess,
    Task,
)
from state_machines.flow.expressions import reads
from state_machines.flow.graph import Graph
from state_machines.flow.regions import Region


@dataclass(frozen=True)
class Conditions:
    """The conditional events of a process that wait while an instance runs."""

    names: tuple[str, ...] = ()
    """The variables that they read."""
    around: frozenset[str] = frozenset()
    """What they stand around: activities, and scopes (the process: empty)."""
    beside: bool = False
    """Whether a token may write what another waits for."""

    def hears(self, node: FlowNode, path: tuple[str, ...], *, inside: bool) -> bool:
        """Whether somebody may wait for what a node writes. `inside`: its own boundary events stand around it."""
        if not self.names or not _may_write(node):
            return False
        own = {node.id} if inside else set[str]()
        return self.beside or bool(self.around & {"", *path, *own})

    def meets(self, node: FlowNode, graph: Graph) -> bool:
        """Whether conditions are evaluated when a token reaches a node: a catch event, a gateway that waits for one."""
        if isinstance(node, Gateway) and node.kind == "eventBased":
            return any(_waits(graph.nodes[flow.target]) for flow in graph.outgoing[node.id])
        return _waits(node) and isinstance(node, Event) and node.takes_any


def conditions_of(process: Process, graphs: Mapping[str, Graph], regions: Mapping[str, Region]) -> Conditions:
    """The conditional events of a process, but for those that start it."""
    found: set[str] = set()
    around: set[str] = set()
    for graph in graphs.values():
        for node in graph.nodes.values():
            for definition in _conditional(node):
                if node not in graph.starts() or graph.scope:
                    found |= condition_reads(definition)
                    around |= _around(node, graph)
    beside = bool(regions) or any(_accompanies(node) for node in process.scope.walk())
    return Conditions(tuple(sorted(found)), frozenset(around), beside)


@lru_cache(maxsize=1_024)
def condition_reads(definition: EventDefinition) -> frozenset[str]:
    """The variables that a conditional event has to know."""
    return reads(definition.condition) | frozenset(definition.variables)


def woken_by(definition: EventDefinition) -> list[str]:
    """The variables whose writing has the condition evaluated again."""
    return sorted(definition.variables or reads(definition.condition))


def _conditional(node: FlowNode) -> Iterator[EventDefinition]:
    if isinstance(node, Event):
        yield from (definition for definition in node.definitions if definition.condition is not None)


def _waits(node: FlowNode) -> bool:
    return isinstance(node, Event) and node.position == "intermediateCatch" and node.has("conditional")


def _around(node: FlowNode, graph: Graph) -> set[str]:
    if not isinstance(node, Event) or node.position == "intermediateCatch":
        return set()
    if node.position == "boundary":
        return {node.attached_to}
    return {graph.path[-2] if len(graph.path) > 1 else ""}


def _accompanies(node: FlowNode) -> bool:
    """Whether something runs beside the token from here on: a handler, another instance."""
    if isinstance(node, Event):
        return not node.interrupting and bool(node.definitions)
    return isinstance(node, Activity) and isinstance(node.loop, MultiInstance) and not node.loop.sequential


def _may_write(node: FlowNode) -> bool:
    """Whether variables may have changed when a node is left."""
    if isinstance(node, Task):
        idle = node.kind in ("task", "manual") and node.job is None
        return bool(node.outputs) or not idle
    if isinstance(node, Event):
        caught = node.position in ("intermediateCatch", "boundary", "start") and bool(node.definitions)
        return caught or bool(node.outputs) or node.job is not None
    return isinstance(node, CallActivity) or (isinstance(node, SubProcess) and bool(node.outputs or node.loop))
