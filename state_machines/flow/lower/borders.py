"""Sub-processes with variables of their own: what is mapped in hides what has its name outside, until they are left."""

from state_machines.bpmn.model import SubProcess
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.data import carried_out, entered, left, locals_of, own
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.shared import picked
from state_machines.flow.steps import Compute
from state_machines.flow.unseen import Border


def lower_border(b: SegmentBuilder, node: Border, key: str) -> None:
    """The way in keeps what the scope's own variables hide; the way out brings it back, and what is mapped out."""
    scope, mine = b.node(node.id), b.scope_own[node.id]
    if node.inward:
        hidden = picked(mine.names)
        data = [each.name for each in scope.scope.data] if isinstance(scope, SubProcess) else []
        known = jsonata.without(INPUT, data) if data else INPUT  # BPMN 2.0.2, 10.4.1: data objects begin with the scope
        output = jsonata.merge(known, locals_of(scope, b.build.expressions).values, entered(own(mine.names, hidden)))
        b.add(Compute(key, node.id, "helper", node.way, asl(output), {mine.saved: asl(hidden)}))
        return
    outside = jsonata.merge(jsonata.without(INPUT, mine.names), f"${mine.saved}", left())
    b.add(Compute(key, node.id, "helper", node.way, asl(carried_out(scope, b.build.expressions, outside))))
