"""Warns where parallel branches share variables: both write one, or one reads what another writes."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from state_machines.bpmn.model import Event, FlowNode, Task
from state_machines.diagnostics import Diagnostic
from state_machines.flow.expressions import reads
from state_machines.flow.graph import Graph
from state_machines.flow.regions import Region, reach


def shared_variables(graphs: Mapping[str, Graph], shapes: Mapping[str, Region]) -> Iterator[Diagnostic]:
    """One warning per pair of elements and variable. What forms and workers write is not known here."""
    for graph in graphs.values():
        for fork, region in shapes.items():
            if fork not in graph.nodes:
                continue
            branches = [sorted(reach(graph, flow, region.join)) for flow in graph.outgoing[fork]]
            for one, other in combinations(branches, 2):
                yield from _between(graphs, graph, one, other)


def _between(graphs: Mapping[str, Graph], graph: Graph, one: list[str], other: list[str]) -> Iterator[Diagnostic]:
    for first in _inside(graphs, graph, one):
        for second in _inside(graphs, graph, other):
            if first.id != second.id:
                yield from _pair(first, second)


def _pair(first: FlowNode, second: FlowNode) -> Iterator[Diagnostic]:
    both = written(first) & written(second)
    for name in sorted(both):
        words = f"'{first.id}' and '{second.id}' run at the same time and both write '{name}': the later branch wins."
        yield Diagnostic("FLOW-050", "warning", second.id, second.line, words)
    for reader, writer in ((first, second), (second, first)):
        for name in sorted((read(reader) & written(writer)) - both):
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


def _inside(graphs: Mapping[str, Graph], graph: Graph, ids: list[str]) -> Iterator[FlowNode]:
    for node_id in ids:
        if node_id in graph.nodes:
            yield graph.nodes[node_id]
        if node_id in graphs:
            yield from _inside(graphs, graphs[node_id], sorted(graphs[node_id].nodes))
