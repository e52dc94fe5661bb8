"""The graph of one scope: nodes, flows and boundary events by id, with what follows what. No judgement about shape."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from state_machines.bpmn.model import (
    Activity,
    Event,
    Expression,
    FlowNode,
    Gateway,
    Process,
    Scope,
    SequenceFlow,
    SubProcess,
    Task,
)
from state_machines.flow.starting import begins

UNSEEN = "\0"
_TASK_TAGS: Mapping[str, str] = {
    "task": "task",
    "user": "userTask",
    "service": "serviceTask",
    "send": "sendTask",
    "receive": "receiveTask",
    "script": "scriptTask",
    "businessRule": "businessRuleTask",
    "manual": "manualTask",
}
_EVENT_TAGS: Mapping[str, str] = {
    "start": "startEvent",
    "intermediateCatch": "intermediateCatchEvent",
    "intermediateThrow": "intermediateThrowEvent",
    "boundary": "boundaryEvent",
    "end": "endEvent",
}
_SUB_PROCESS_TAGS: Mapping[str, str] = {"transaction": "transaction", "adHoc": "adHocSubProcess"}


@dataclass(frozen=True)
class Graph:
    """One scope. `scope` is the sub-process's id, empty for the process; `path` the ids from the process down."""

    scope: str
    path: tuple[str, ...]
    nodes: Mapping[str, FlowNode]
    outgoing: Mapping[str, tuple[SequenceFlow, ...]]
    incoming: Mapping[str, tuple[SequenceFlow, ...]]
    boundaries: Mapping[str, tuple[Event, ...]]
    unheard: frozenset[str] = frozenset()
    """The end events that end their own token alone if nobody catches what they throw."""

    def followers(self, node_id: str) -> Iterator[str]:
        """The ids of what can follow a node directly: targets of its flows, and its boundary events."""
        for flow in self.outgoing[node_id]:
            yield flow.target
        for boundary in self.boundaries.get(node_id, ()):
            yield boundary.id

    def starts(self) -> tuple[FlowNode, ...]:
        """Where the scope begins: its start events or, if it has none, the nodes without an incoming flow."""
        said = tuple(n for n in self.nodes.values() if begins(n))
        return said or tuple(n for n in self.nodes.values() if self._begins(n))

    def shown_start(self) -> FlowNode:
        """The node that the states around the beginning belong to: the first that is drawn."""
        start = self.starts()[0]
        return self.nodes[self.outgoing[start.id][0].target] if unseen(start) else start

    def in_order(self) -> list[FlowNode]:
        """The nodes as a token meets them: what leads to one stands before it, loops aside; then what none meets."""
        left: dict[str, None] = {}
        begun = set()
        path = [("", reversed([start.id for start in self.starts()]))]
        while path:
            node_id, followers = path[-1]
            if (follower := next(followers, None)) is None:
                left[node_id] = None
                path.pop()
            elif follower in self.nodes and follower not in begun:
                begun.add(follower)
                path.append((follower, reversed(list(self.followers(follower)))))
        return [self.nodes[node_id] for node_id in dict.fromkeys((*list(left)[-2::-1], *self.nodes))]

    def _begins(self, node: FlowNode) -> bool:
        boundary = isinstance(node, Event) and node.position == "boundary"
        aside = isinstance(node, Activity) and node.for_compensation
        event_scope = isinstance(node, SubProcess) and node.kind == "event"
        return not (self.incoming[node.id] or boundary or aside or event_scope)


def graphs(process: Process) -> dict[str, Graph]:
    """The graph of each scope of a process, by the scope's id (the process itself: empty)."""
    found = dict(_graphs(process.scope, ()))
    return {key: _with_defaults_last(graph) for key, graph in found.items()} if process.dialect == "camunda7" else found


def chooses(node: SubProcess) -> bool:
    """Whether an ad-hoc sub-process takes its activities one by one, or some of them, or as many as are enough."""
    some = node.ad_hoc_completion is not None or node.ad_hoc_elements is not None
    return node.kind == "adHoc" and (node.ad_hoc_sequential or some or bool(node.ad_hoc_output))


def _graphs(scope: Scope, path: tuple[str, ...], *, chosen: bool = False) -> Iterator[tuple[str, Graph]]:
    graph = _graph(scope, path)
    yield graph.scope, graph if chosen else with_one_start(graph)
    for node in scope.nodes:
        if isinstance(node, SubProcess):
            yield from _graphs(node.scope, (*path, node.id), chosen=chooses(node))


def _graph(scope: Scope, path: tuple[str, ...]) -> Graph:
    outgoing: dict[str, list[SequenceFlow]] = {node.id: [] for node in scope.nodes}
    incoming: dict[str, list[SequenceFlow]] = {node.id: [] for node in scope.nodes}
    for flow in (*scope.flows, *unseen_flows(scope)):
        if flow.source in outgoing and flow.target in incoming:
            outgoing[flow.source].append(flow)
            incoming[flow.target].append(flow)
    boundaries: dict[str, list[Event]] = {}
    for node in scope.nodes:
        if isinstance(node, Event) and node.position == "boundary":
            boundaries.setdefault(node.attached_to, []).append(node)
    return Graph(
        path[-1] if path else "",
        path,
        {node.id: node for node in scope.nodes},
        {key: tuple(flows) for key, flows in outgoing.items()},
        {key: tuple(flows) for key, flows in incoming.items()},
        {key: tuple(events) for key, events in boundaries.items()},
    )


def unseen(of: FlowNode | SequenceFlow) -> bool:
    """Whether a node or flow is drawn nowhere, but meant: no history shows it."""
    return of.id.startswith(UNSEEN)


def unseen_flows(scope: Scope) -> Iterator[SequenceFlow]:
    """From a link to where it goes on."""
    caught = {_link(node): node for node in scope.nodes if _link(node) and _is_event(node, "intermediateCatch")}
    for node in scope.nodes:
        if _is_event(node, "intermediateThrow") and (target := caught.get(_link(node))) is not None:
            yield SequenceFlow(f"{UNSEEN}{node.id}", "", node.id, target.id, node.line)


def with_one_start(graph: Graph) -> Graph:
    """Where a scope without start events begins at several nodes, all begin at once: behind a gateway nobody drew."""
    starts = graph.starts()
    if len(starts) < 2 or any(begins(start) for start in starts):
        return graph
    begin = Gateway(f"{UNSEEN}begin{UNSEEN}{graph.scope}", "", starts[0].line, kind="parallel")
    flows = tuple(SequenceFlow(f"{UNSEEN}{start.id}", "", begin.id, start.id, start.line) for start in starts)
    incoming = {flow.target: (flow,) for flow in flows}
    return replace(
        graph,
        nodes={**graph.nodes, begin.id: begin},
        outgoing={**graph.outgoing, begin.id: flows},
        incoming={**graph.incoming, **incoming, begin.id: ()},
    )


def _with_defaults_last(graph: Graph) -> Graph:
    """Camunda 7 takes a default only where it takes no other flow: beside one without a condition, never."""
    never = {flow.id: flow for node in graph.nodes.values() for flow in _never_taken(graph, node)}
    if not never:
        return graph
    return replace(
        graph,
        nodes={key: replace(n, default_flow="") if n.default_flow in never else n for key, n in graph.nodes.items()},
        outgoing={key: tuple(never.get(flow.id, flow) for flow in flows) for key, flows in graph.outgoing.items()},
        incoming={key: tuple(never.get(flow.id, flow) for flow in flows) for key, flows in graph.incoming.items()},
    )


def _never_taken(graph: Graph, node: FlowNode) -> Iterator[SequenceFlow]:
    flows = graph.outgoing[node.id]
    some = not isinstance(node, Gateway) or node.kind == "inclusive"
    if some and any(flow.condition is None and flow.id != node.default_flow for flow in flows):
        for flow in flows:
            if flow.id == node.default_flow:
                yield replace(flow, condition=Expression("false", "feel", flow.line))


def _is_event(node: FlowNode, position: str) -> bool:
    return isinstance(node, Event) and node.position == position


def _link(node: FlowNode) -> str:
    """The name of a link event, empty for any other node."""
    kinds = [d for d in node.definitions if d.kind == "link"] if isinstance(node, Event) else []
    return kinds[0].name if kinds else ""


def tag_of(node: FlowNode) -> str:
    """The BPMN tag of a node, as element types are named everywhere outside."""
    if isinstance(node, Task):
        return _TASK_TAGS[node.kind]
    if isinstance(node, Gateway):
        return f"{node.kind}Gateway"
    if isinstance(node, Event):
        return _EVENT_TAGS[node.position]
    if isinstance(node, SubProcess):
        return _SUB_PROCESS_TAGS.get(node.kind, "subProcess")
    return "callActivity"
