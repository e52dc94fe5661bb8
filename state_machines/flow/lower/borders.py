"""Sub-processes with variables of their own: what is mapped in hides what has its name outside, until they are left."""

from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.data import carried_out, locals_of
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.shared import picked
from state_machines.flow.steps import Compute
from state_machines.flow.unseen import Border


def lower_border(b: SegmentBuilder, node: Border, key: str) -> None:
    """The way in keeps what the scope's own variables hide; the way out brings it back, and what is mapped out."""
    scope, own = b.node(node.id), b.scope_own[node.id]
    if node.inward:
        output = jsonata.merge(INPUT, locals_of(scope, b.build.expressions).values)
        b.add(Compute(key, node.id, "helper", node.way, asl(output), {own.saved: asl(picked(own.names))}))
        return
    outside = jsonata.merge(jsonata.without(INPUT, own.names), f"${own.saved}")
    b.add(Compute(key, node.id, "helper", node.way, asl(carried_out(scope, b.build.expressions, outside))))
