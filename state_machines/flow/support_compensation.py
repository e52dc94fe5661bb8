"""What the compiler refuses of compensation: where its list could lose entries, or keep some for too long."""

from collections.abc import Iterator, Mapping

from state_machines.bpmn.model import Activity, Event, FlowNode, Process, SubProcess
from state_machines.diagnostics import Diagnostic
from state_machines.flow.compensating import Undo, undoings
from state_machines.flow.graph import Graph
from state_machines.flow.regions import Region

_STAYS = ("compensation", "cancel")


def compensation_refusals(
    process: Process, graphs: Mapping[str, Graph], regions: Mapping[str, Region]
) -> Iterator[Diagnostic]:
    """One diagnostic for each thing about compensation that cannot be compiled."""
    undos = undoings(process)
    handled = {undo.handler.id for undo in undos.values()}
    for node in process.scope.walk():
        for words in _node_words(node, handled):
            yield Diagnostic("FLOW-001", "error", node.id, node.line, words)
    for undo in undos.values():
        if reason := _unsafe(undo, graphs, regions):
            words = f"The compensation of '{undo.activity.id}' cannot be compiled yet: {reason}."
            yield Diagnostic("FLOW-001", "error", undo.activity.id, undo.activity.line, words)


def _node_words(node: FlowNode, handled: set[str]) -> Iterator[str]:
    if isinstance(node, Activity) and node.for_compensation and node.id not in handled:
        yield f"'{node.id}' is a compensation handler of nothing; connect it to a compensation boundary event."
    if isinstance(node, Event) and any(
        d.kind == "compensation" and not d.wait_for_completion for d in node.definitions
    ):
        yield f"The compensation event '{node.id}' does not wait for its handlers; that cannot be compiled yet."


def _unsafe(undo: Undo, graphs: Mapping[str, Graph], regions: Mapping[str, Region]) -> str:
    home = next(graph for graph in graphs.values() if undo.activity.id in graph.nodes)
    repeated = isinstance(undo.activity, Activity) and undo.activity.loop is not None
    for depth in range(len(home.path), -1, -1):
        scope = home.path[depth - 1] if depth else ""
        graph = graphs[scope]
        if any(fork in graph.nodes for fork in regions):
            return "parallel branches stand beside it"
        if any(_interrupts(node) for node in graph.nodes.values()):
            return "an event sub-process stands beside it"
        if scope:
            around = next(each for each in graphs.values() if scope in each.nodes)
            host = around.nodes[scope]
            repeated = repeated or (isinstance(host, Activity) and host.loop is not None)
            if any(d.kind not in _STAYS for e in around.boundaries.get(scope, ()) for d in e.definitions):
                return "a boundary event may interrupt a sub-process around it"
    return "it runs several times" if repeated else ""


def _interrupts(node: FlowNode) -> bool:
    if not isinstance(node, SubProcess) or node.kind != "event":
        return False
    starts = [n for n in node.scope.nodes if isinstance(n, Event) and n.position == "start"]
    return any(d.kind != "compensation" for start in starts for d in start.definitions)
