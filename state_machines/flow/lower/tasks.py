"""Tasks that compute inside the machine, and those that leave no state behind."""

from state_machines.bpmn.model import Script, Task
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.data import locals_of, output_of
from state_machines.flow.expressions import inner_expression
from state_machines.flow.jsonata import TOO_LARGE, asl
from state_machines.flow.lower.calls import lower_work
from state_machines.flow.lower.decisions import lower_business_rule
from state_machines.flow.lower.incidents import unsettled
from state_machines.flow.lower.publishing import lower_message_throw
from state_machines.flow.lower.waiting import lower_receive, lower_user_task
from state_machines.flow.steps import Compute, Through, Way


def lower_task(b: SegmentBuilder, node: Task, key: str) -> None:
    """Any task."""
    if node.kind == "user":
        lower_user_task(b, node, key)
    elif node.kind == "receive":
        lower_receive(b, node, key)
    elif node.decision is not None:
        lower_business_rule(b, node, node.decision, key)
    elif expression := inner_expression(node):
        lower_script(b, node, Script(expression, node.result_variable), key)
    elif node.job is not None:
        lower_work(b, node, key)
    elif node.kind == "send" and node.message is not None:
        lower_message_throw(b, node, node.message, key)
    elif node.script is not None:
        lower_script(b, node, node.script, key)
    elif node.kind in ("task", "manual"):
        lower_empty(b, node, key)
    else:
        lower_work(b, node, key)


def lower_empty(b: SegmentBuilder, node: Task, key: str) -> None:
    """A manual or undefined task: nothing to do, but its mappings count."""
    if not node.outputs:
        b.add(Through(key, node.id, "helper", b.through(node)))
        return
    output = output_of(node, b.build.expressions, locals_of(node, b.build.expressions), "{}", keeps=True)
    _compute(b, node, key, output)


def _compute(b: SegmentBuilder, node: Task, key: str, output: str, script: Script | None = None) -> None:
    """A state that computes variables. Those that are too large to be handed on are an incident."""
    way = b.after(node)
    values = [*([script.expression] if script else []), *(mapping.value for mapping in node.outputs)]
    large = None
    if any(b.build.expressions.may_be_large(value) for value in values):
        large = unsettled(b, node, key, "VariablesTooLarge", TOO_LARGE, Way(key, (), "continues"), way)
    b.add(Compute(key, node.id, "element", way, asl(output), large=large))


def lower_script(b: SegmentBuilder, node: Task, script: Script, key: str) -> None:
    """A script or an expression: computed in the machine, its result in the result variable."""
    if not (script.result_variable or node.outputs):
        lower_empty(b, node, key)
        return
    local = locals_of(node, b.build.expressions)
    if not script.result_variable:
        _compute(b, node, key, output_of(node, b.build.expressions, local, "{}", keeps=True))
        return
    if local.names:
        value = b.build.expressions.value(script.expression, node, "$local", moves=True)
        result = f"($local := {local.scope}; {jsonata.obj({script.result_variable: value})})"
    else:
        result = jsonata.obj({script.result_variable: b.build.expressions.value(script.expression, node, moves=True)})
    keeps = b.build.process.dialect == "camunda7" or not node.outputs
    _compute(b, node, key, output_of(node, b.build.expressions, local, result, keeps=keeps), script)
