"""Errors of end events that nobody in the process catches, nor a caller. BPMN does not say what comes of them.

In Camunda 7 they end their own token alone: "the execution semantics defaults to the none end event semantics" (its
manual, error events). In Camunda 8 they are an incident of the end event (its manual, error events, "unhandled
errors"), which ends that token alone if it is skipped. Anywhere else they fail the instance.
"""

from collections.abc import Mapping
from dataclasses import replace

from state_machines.bpmn.model import Event, FlowNode, Process
from state_machines.flow.catching import catchers_around
from state_machines.flow.graph import Graph


def with_unheard(process: Process, graphs: Mapping[str, Graph]) -> dict[str, Graph]:
    """The graphs of a process, told which end events may throw errors that end nothing but their token."""
    if process.engine == "bpmn":
        return dict(graphs)
    return {scope: replace(graph, unheard=_unheard(graph, graphs)) for scope, graph in graphs.items()}


def _unheard(graph: Graph, graphs: Mapping[str, Graph]) -> frozenset[str]:
    return frozenset(node.id for node in graph.nodes.values() if _may_pass(node, graph, graphs))


def _may_pass(node: FlowNode, graph: Graph, graphs: Mapping[str, Graph]) -> bool:
    if not isinstance(node, Event) or node.position != "end":
        return False
    codes = [None if d.computed else d.code for d in node.definitions if d.kind == "error"]
    found = [catchers_around(graphs, graph.path, "error", code) for code in codes]
    return any(not known or (code is None and known[-1].code) for code, known in zip(codes, found, strict=True))
