"""Warns where parallel branches share variables: both write one, or one reads what another writes."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from state_machines.bpmn.model import Event, FlowNode, Task
from state_machines.diagnostics import Diagnostic
from state_machines.flow.expressions import reads
from state_machines.flow.graph import Graph
from state_machines.flow.regions import Region, reach


def shared_variables(graphs: Mapping[str, Graph], shapes: Mapping[str, Region]) -> Iterator[Diagnostic]:
    """One warning per pair of branches and variable. What forms and workers write is not known here."""
    for graph in graphs.values():
        for fork, region in shapes.items():
            if fork not in graph.nodes:
                continue
            reached = [reach(graph, flow, region.join) for flow in graph.outgoing[fork]]
            for one, other in combinations(reached, 2):
                # What both reach is a copy in each; it is not compared with itself.
                yield from _between(_use(graphs, graph, one - other), _use(graphs, graph, other - one))


@dataclass(frozen=True)
class _Use:
    """Who writes and who reads each variable in one branch."""

    writers: Mapping[str, list[FlowNode]]
    readers: Mapping[str, list[FlowNode]]


def _use(graphs: Mapping[str, Graph], graph: Graph, ids: set[str]) -> _Use:
    writers: dict[str, list[FlowNode]] = {}
    readers: dict[str, list[FlowNode]] = {}
    for node in _inside(graphs, graph, ids):
        for name in written(node):
            writers.setdefault(name, []).append(node)
        for name in read(node):
            readers.setdefault(name, []).append(node)
    return _Use(writers, readers)


def _between(one: _Use, other: _Use) -> Iterator[Diagnostic]:
    for name in sorted(one.writers.keys() & other.writers.keys()):
        first, second = one.writers[name][0], other.writers[name][0]
        words = f"'{first.id}' and '{second.id}' run at the same time and both write '{name}': the later branch wins."
        yield Diagnostic("FLOW-050", "warning", second.id, second.line, words)
    for reading, writing in ((one, other), (other, one)):
        for name in sorted(reading.readers.keys() & writing.writers.keys() - reading.writers.keys()):
            reader, writer = reading.readers[name][0], writing.writers[name][0]
            words = f"'{reader.id}' reads '{name}' while '{writer.id}' writes it; it sees the value from before."
            yield Diagnostic("FLOW-051", "warning", reader.id, reader.line, words)


def written(node: FlowNode) -> set[str]:
    """The variables that a node is known to write."""
    names = {mapping.target.split(".")[0].strip() for mapping in node.outputs}
    if isinstance(node, Task):
        names.add(node.result_variable)
        names.add(node.script.result_variable if node.script else "")
        names.add(node.decision.result_variable if node.decision else "")
    return names - {""}


def read(node: FlowNode) -> set[str]:
    """The variables that a node is known to read from its scope."""
    own = {mapping.target.split(".")[0].strip() for mapping in node.inputs}
    names = set(reads(node.inputs)) | (set(reads(node.outputs)) - own)
    if isinstance(node, Task):
        names |= set(reads(node.script.expression)) - own if node.script else set()
    if isinstance(node, Event):
        for definition in node.definitions:
            names |= set(reads(definition.timer.value)) if definition.timer else set()
    return names


def _inside(graphs: Mapping[str, Graph], graph: Graph, ids: Collection[str]) -> Iterator[FlowNode]:
    """The nodes with these ids and what their sub-processes hold, by their lines."""
    for node in sorted((graph.nodes[node_id] for node_id in ids), key=lambda node: (node.line, node.id)):
        yield node
        if node.id in graphs:
            yield from _inside(graphs, graphs[node.id], graphs[node.id].nodes.keys())
