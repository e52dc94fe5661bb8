"""BPMN errors of tasks: caught under one error name, told apart by their code, led to the nearest who catches them."""

from state_machines.bpmn.model import EventKind, FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher, boundary_level, catchers, catchers_by
from state_machines.flow.data import NO_LOCALS, output_of
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.incidents import failed_task
from state_machines.flow.lower.leaving import leave_to
from state_machines.flow.steps import Catch, Decide, Outcome, Rule, Way

BPMN_ERROR = "BpmnError"


def error_catch(b: SegmentBuilder, node: FlowNode, key: str) -> tuple[Catch, ...]:
    """The catch for the errors of a task that it or a scope around it catches; any other code is an incident."""
    found = all_catchers(b, node, "error")
    if not found:
        return ()
    raised = b.build.names.variable("raised", key)
    failed = b.build.names.variable("uncaught", key)
    choice = b.helper(key, "error")
    rules = tuple(caught_rule(b, catcher, raised) for catcher in found)
    if not found[-1].code:
        default = rules[-1].way
    else:
        default = Way(failed_task(b, node, key, failed, key, b.after(node)), (), "continues")
    b.add(Decide(choice, node.id, "choice", rules, default))
    assign = {raised: asl(_parsed("$states.errorOutput.Cause")), failed: asl("$states.errorOutput")}
    return (Catch((BPMN_ERROR,), Way(choice, (), "continues"), asl(INPUT), dict(assign)),)


def error_rules(b: SegmentBuilder, node: FlowNode, raised: str) -> tuple[Rule, ...]:
    """A rule for each who catches an error of a node; the last one's condition is `true` if it catches any code.

    `raised` names the machine's variable that holds `{code, message, variables}`.
    """
    return tuple(caught_rule(b, catcher, raised) for catcher in all_catchers(b, node, "error"))


def all_catchers(b: SegmentBuilder, node: FlowNode, kind: EventKind) -> list[Catcher]:
    """The boundary events of the activity itself, then those who catch around it: one per code, up to any code."""
    own_level = boundary_level(len(b.graph(node).path) + 1)
    events = b.graph(node).boundaries.get(node.id, ())
    own = [c for e in events for c in catchers_by(e, own_level) if c.definition.kind == kind]
    own.sort(key=lambda catcher: catcher.code == "")
    nearest: dict[str, Catcher] = {}
    for catcher in (*own, *catchers(b.build, node, kind, None)):
        nearest.setdefault(catcher.code, catcher)
        if not catcher.code:
            break
    return list(nearest.values())


def caught_rule(b: SegmentBuilder, catcher: Catcher, raised: str, outcome: Outcome = "failed") -> Rule:
    """The rule by which what the variable `raised` holds reaches the one who catches it."""
    condition = f"${raised}.code = {jsonata.text(catcher.code)}" if catcher.code else "true"
    way = leave_to(b, catcher, outcome)
    given = jsonata.object_or_empty(f"${raised}.variables")
    return Rule(condition, way, asl(caught(b, catcher, f"${raised}.code", f"${raised}.message", given)))


def caught(b: SegmentBuilder, catcher: Catcher, code: str, message: str, given: str = "") -> str:
    """JSONata of the variables that the handler sees: what was thrown, and the variables that receive it."""
    definition, event = catcher.definition, catcher.event
    if event.outputs:
        keeps = b.build.process.dialect == "camunda7"
        return output_of(event, b.build.expressions, NO_LOCALS, given or "{}", keeps=keeps)
    received = {definition.code_variable: code, definition.message_variable: message}
    named = {name: value for name, value in received.items() if name}
    parts = [*([given] if given else []), *([jsonata.obj(named)] if named else [])]
    return jsonata.merge(INPUT, *parts) if parts else INPUT


def _parsed(cause: str) -> str:
    """`{code, message, variables}` out of a cause: Lambda wraps it into an `errorMessage`, the job API does not."""
    return f"($c := $parse({cause}); $exists($c.errorMessage) ? $parse($c.errorMessage) : $c)"
