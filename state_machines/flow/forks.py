"""Which nodes split tokens, choose or wait for several. Judges one node by its flows; shapes are for `regions`."""

from state_machines.bpmn.model import FlowNode, Gateway
from state_machines.flow.graph import Graph
from state_machines.flow.starting import begins_all


def is_fork(graph: Graph, node: FlowNode) -> bool:
    """Whether several tokens can leave a node: a parallel or inclusive gateway, or anything that splits implicitly."""
    if len(graph.outgoing[node.id]) < 2 or is_choice(graph, node):
        return False
    return not isinstance(node, Gateway) or node.kind in ("parallel", "inclusive") or begins_all(node)


def is_choice(graph: Graph, node: FlowNode) -> bool:
    """Whether an activity or event chooses behind itself: a flow with a condition, and at most the default beside."""
    if isinstance(node, Gateway):
        return False
    flows = graph.outgoing[node.id]
    conditional = [flow for flow in flows if flow.condition is not None and flow.id != node.default_flow]
    default = [flow for flow in flows if flow.id == node.default_flow]
    return len(conditional) == 1 and len(flows) == 1 + len(default)


def takes_some(graph: Graph, node: FlowNode) -> bool:
    """Whether only flows whose conditions hold are taken: an inclusive gateway, conditions on an activity."""
    if isinstance(node, Gateway):
        return node.kind == "inclusive"
    return any(flow.condition is not None for flow in graph.outgoing[node.id])


def is_join(graph: Graph, node: FlowNode) -> bool:
    """Whether a node waits for several tokens."""
    return isinstance(node, Gateway) and node.kind in ("parallel", "inclusive") and len(graph.incoming[node.id]) > 1


def is_inclusive(node: FlowNode) -> bool:
    """Whether a join waits for some of its flows only."""
    return isinstance(node, Gateway) and node.kind == "inclusive"
