"""BPMN-103: a sequence flow joins two elements of its own scope."""

from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Model
from state_machines.bpmn.rules.walk import finding, label, places
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-103"


def check(model: Model) -> Iterator[Diagnostic]:
    """A flow from or to nowhere, or across a sub-process's border. Remedy: draw the flow again."""
    for place in places(model):
        for flow in place.scope.flows:
            for end, word in ((flow.source, "begins"), (flow.target, "ends")):
                if end not in place.nodes:
                    where = (
                        f"at '{end}', which is not an element of the same process or sub-process" if end else "nowhere"
                    )
                    yield finding(CODE, flow, f"The flow {label(flow)} {word} {where}. Draw it again.")
