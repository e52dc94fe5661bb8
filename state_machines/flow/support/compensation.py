"""What the compiler refuses of compensation."""

from collections.abc import Iterator

from state_machines.bpmn.model import Activity, FlowNode, Process
from state_machines.diagnostics import Diagnostic
from state_machines.flow.compensating import compensation_of


def compensation_refusals(process: Process) -> Iterator[Diagnostic]:
    """One diagnostic for each thing about compensation that cannot be compiled."""
    handled = {undo.handler.id for undo in compensation_of(process).undos.values()}
    for node in process.scope.walk():
        for words in _node_words(node, handled):
            yield Diagnostic("FLOW-001", "error", node.id, node.line, words)


def _node_words(node: FlowNode, handled: set[str]) -> Iterator[str]:
    if isinstance(node, Activity) and node.for_compensation and node.id not in handled:
        yield f"'{node.id}' is a compensation handler of nothing; connect it to a compensation boundary event."
