"""BPMN errors that nothing in a process catches: they end the instance, and reach the one that called it.

A called instance ends well, with the error as `_dpc.outcome` of its output: an execution that failed would tell its
caller too little. Any other instance fails under the name of the error.
"""

from state_machines.bpmn.model import FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.jsonata import DPC, INPUT, RESERVED, asl
from state_machines.flow.lower.leaving import leave
from state_machines.flow.steps import END, Compute, Decide, Rule, Throw, Way

ESCAPED = "escaped:"
"""How the errors begin by which forks are left on the way out."""
CARRIED = f"{RESERVED}.outcome"
"""The error on its way out, among the variables: no variable of a model can have this name."""


def escaped(b: SegmentBuilder, node: FlowNode, outcome: str, kind: str = "error") -> tuple[Way, str]:
    """The way out, and the variables to take on it. `outcome`: JSONata of what `_dpc.outcome` tells beside the kind."""
    way = leave(b, 0, f"{ESCAPED}{kind}", node.id, lambda owner: _ended(owner, node))
    carried = jsonata.merge(jsonata.obj({"kind": jsonata.text(kind)}), outcome)
    return way, jsonata.merge(INPUT, jsonata.obj({CARRIED: carried}))


def _ended(b: SegmentBuilder, node: FlowNode) -> Way:
    choice, told, failed = (b.once(f"\0{role}", node.id, role) for role in ("escaped", "told", "failed"))
    if choice not in b.steps:
        carried = f"$lookup({INPUT}, {jsonata.text(CARRIED)})"
        about = jsonata.merge(f"{INPUT}.{RESERVED}", jsonata.obj({"outcome": carried}))
        output = jsonata.merge(jsonata.without(INPUT, [CARRIED]), jsonata.obj({RESERVED: about}))
        b.add(Decide(choice, node.id, "choice", (Rule(f"$exists({DPC}.parent)", Way(told)),), Way(failed)))
        b.add(Compute(told, node.id, "helper", Way(END), asl(output)))
        b.add(Throw(failed, node.id, "helper", asl(f"'error:' & {carried}.code"), asl(f"{carried}.message")))
    return Way(choice)
