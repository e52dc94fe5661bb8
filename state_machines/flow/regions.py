"""Which shape each fork has: a block, branches that all end, or none that can be compiled. Reads graphs only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from state_machines.bpmn.model import Activity, FlowNode, Gateway, SequenceFlow
from state_machines.flow.graph import Graph
from state_machines.flow.starting import begins_all

Shape = Literal["block", "allEnd", "multiMerge", "unstructured"]

_EXIT = "\0exit"


@dataclass(frozen=True)
class Region:
    """A fork with its shape; `join` is the gateway that closes a block."""

    fork: str
    shape: Shape
    join: str = ""
    opens: bool = False
    """Its branches can meet in a join that closes no block."""


def is_fork(graph: Graph, node: FlowNode) -> bool:
    """Whether several tokens can leave a node: a parallel or inclusive gateway, or anything that splits implicitly."""
    if len(graph.outgoing[node.id]) < 2 or is_choice(graph, node):
        return False
    return not isinstance(node, Gateway) or node.kind in ("parallel", "inclusive") or begins_all(node)


def is_choice(graph: Graph, node: FlowNode) -> bool:
    """Whether an activity or event chooses behind itself: one flow has a condition, the other is the default."""
    flows = graph.outgoing[node.id]
    if isinstance(node, Gateway) or len(flows) != 2 or not node.default_flow:
        return False
    return sorted(flow.condition is not None for flow in flows if flow.id != node.default_flow) == [True]


def takes_some(graph: Graph, node: FlowNode) -> bool:
    """Whether only flows whose conditions hold are taken: an inclusive gateway, conditions on an activity."""
    if isinstance(node, Gateway):
        return node.kind == "inclusive"
    return any(flow.condition is not None for flow in graph.outgoing[node.id])


def is_join(graph: Graph, node: FlowNode) -> bool:
    """Whether a node waits for several tokens."""
    return isinstance(node, Gateway) and node.kind in ("parallel", "inclusive") and len(graph.incoming[node.id]) > 1


def regions(graph: Graph) -> dict[str, Region]:
    """The region of each fork of a scope, by the fork's id."""
    forks = [node for node in graph.nodes.values() if is_fork(graph, node)]
    if not forks:
        return {}
    behind = _post_dominators(graph)
    found = {fork.id: _region(graph, fork, behind.get(fork.id, _EXIT)) for fork in forks}
    while loose := [region for region in found.values() if region.join and not _closed_inside(graph, region, found)]:
        found.update((region.fork, _loose(graph, graph.nodes[region.fork])) for region in loose)
    joins = {join.id for join in open_joins(graph, found)}
    return {key: replace(region, opens=not region.join and _meets(graph, key, joins)) for key, region in found.items()}


def _closed_inside(graph: Graph, region: Region, found: Mapping[str, Region]) -> bool:
    """Whether every fork inside a block is one: else more tokens than one could come over a branch to the join."""
    inside = set().union(*(reach(graph, flow, region.join) for flow in graph.outgoing[region.fork]))
    return all(found[node_id].join for node_id in inside if node_id in found)


def _meets(graph: Graph, fork: str, joins: set[str]) -> bool:
    return any(reach(graph, flow) & joins for flow in graph.outgoing[fork])


def open_joins(graph: Graph, found: Mapping[str, Region]) -> Iterator[FlowNode]:
    """Joins that close no block: the model has to be drawn differently, or is not structured."""
    closed = {region.join for region in found.values()}
    return (node for node in graph.nodes.values() if is_join(graph, node) and node.id not in closed)


def reach(graph: Graph, flow: SequenceFlow, stop: str = "") -> set[str]:
    """The nodes that a token on `flow` can come to without passing `stop`."""
    seen: set[str] = set()
    open_ids = [flow.target]
    while open_ids:
        node_id = open_ids.pop()
        if node_id == stop or node_id in seen:
            continue
        seen.add(node_id)
        open_ids.extend(graph.followers(node_id))
    return seen


def _region(graph: Graph, fork: FlowNode, behind: str) -> Region:
    if behind != _EXIT and _is_block(graph, fork, behind):
        return Region(fork.id, "block", behind)
    return _loose(graph, fork)


def _loose(graph: Graph, fork: FlowNode) -> Region:
    branches = [reach(graph, flow) for flow in graph.outgoing[fork.id]]
    if any(fork.id in branch for branch in branches):
        return Region(fork.id, "unstructured")
    return Region(fork.id, "allEnd" if _disjoint(branches) else "multiMerge")


def _is_block(graph: Graph, fork: FlowNode, join: str) -> bool:
    flows = graph.outgoing[fork.id]
    if not _can_close(graph, fork, graph.nodes[join]) or len(graph.incoming[join]) != len(flows):
        return False
    branches = [reach(graph, flow, join) for flow in flows]
    if not _disjoint(branches) or any(fork.id in branch for branch in branches):
        return False
    return all(_is_branch(graph, flow, branch, join) for flow, branch in zip(flows, branches, strict=True))


def _is_branch(graph: Graph, entry: SequenceFlow, branch: set[str], join: str) -> bool:
    """Entered by its flow alone, left by one flow to the join alone, with no end inside."""
    into_join = [flow for flow in graph.incoming[join] if flow.source in branch or flow.id == entry.id]
    entered = all(flow.source in branch or flow.id == entry.id for n in branch for flow in graph.incoming[n])
    ends = any(not graph.outgoing[n] for n in branch)
    return len(into_join) == 1 and entered and not ends


def _can_close(graph: Graph, fork: FlowNode, join: FlowNode) -> bool:
    if not isinstance(join, Gateway):
        return False
    if takes_some(graph, fork):
        return join.kind == "inclusive"
    return join.kind in ("parallel", "inclusive")


def _disjoint(branches: list[set[str]]) -> bool:
    return sum(map(len, branches)) == len(set().union(*branches))


def _post_dominators(graph: Graph) -> dict[str, str]:
    """The nearest node that every way from a node to an end passes."""
    import networkx as nx  # here, because it takes half a second and most processes have no fork

    backward: nx.DiGraph[str] = nx.DiGraph()
    backward.add_node(_EXIT)
    for node in graph.nodes.values():
        followers = list(graph.followers(node.id))
        for follower in followers or [_EXIT]:
            backward.add_edge(follower, node.id)
        if isinstance(node, Activity) and followers and not graph.outgoing[node.id]:
            backward.add_edge(_EXIT, node.id)
    return dict(nx.immediate_dominators(backward, _EXIT))
