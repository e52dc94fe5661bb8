"""Business rule tasks: a decision evaluated inside the machine where that is faithful, else by the function."""

from state_machines.asl.model import Json
from state_machines.bpmn.model import CalledDecision, Task
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.data import locals_of, output_of
from state_machines.flow.jsonata import asl
from state_machines.flow.lower.calls import PAYLOAD, call, payload, retriers


def lower_business_rule(b: SegmentBuilder, node: Task, decision: CalledDecision, key: str) -> None:
    """A business rule task that calls a decision by id."""
    _by_function(b, node, decision, key)


def _by_function(b: SegmentBuilder, node: Task, decision: CalledDecision, key: str) -> None:
    local = locals_of(node, b.build.expressions)
    given: Json = {
        "decisionId": jsonata.plain(decision.decision.text),
        "variables": asl(local.scope),
    }
    name = decision.result_variable
    result = jsonata.obj({name: f"($exists({PAYLOAD}) ? {PAYLOAD} : null)"}) if name else "{}"
    output = output_of(node, b.build.expressions, local, result, keeps=True)
    handed = payload(b, node, "dpc:decision", given, {})
    call(b, node, key, "decisions", handed, output, retriers(b, node, None))
