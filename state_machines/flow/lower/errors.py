"""BPMN errors of tasks: caught under one error name, told apart by their code, led to the nearest who catches them."""

from dataclasses import replace

from state_machines.bpmn.model import CallActivity, EventKind, FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher, boundary_level, catchers, catchers_by
from state_machines.flow.data import NO_LOCALS, output_of
from state_machines.flow.jsonata import DPC, INPUT, asl
from state_machines.flow.lower.escaping import escaped
from state_machines.flow.lower.leaving import leave_to
from state_machines.flow.steps import Catch, Decide, Outcome, Rule, Way

BPMN_ERROR = "BpmnError"
_AROUND = f"{DPC}.parent.errors"


def error_catch(b: SegmentBuilder, node: FlowNode, key: str, parked: Catch, *, working: bool) -> tuple[Catch, ...]:
    """The catch for the errors of a task that it, a scope or a caller around it catches; other codes are `parked`.

    `working`: workers and connectors raise errors that no model need know.
    """
    raised = b.build.names.variable("raised", key)
    found = all_catchers(b, node, "error")
    rules = [caught_rule(b, catcher, raised) for catcher in found]
    if working and not any(not catcher.code for catcher in found):
        rules += _escaping(b, node, raised)
    if not rules:
        return ()
    choice = b.helper(key, "error")
    if not found:
        b.build.escaping.add(choice)
    default = rules[-1].way if found and not found[-1].code else parked.way
    b.add(Decide(choice, node.id, "choice", tuple(rules), default))
    assign = {raised: asl(_parsed("$states.errorOutput.Cause")), **parked.assign}
    return (Catch((BPMN_ERROR,), Way(choice, (), "continues"), asl(INPUT), assign),)


def errors_around(b: SegmentBuilder, node: CallActivity) -> str:
    """JSONata of what is told to a called process: the codes of the errors that are caught, empty: any."""
    codes = [catcher.code for catcher in all_catchers(b, node, "error")]
    listed = f"[{', '.join(map(jsonata.text, codes))}]"
    if "" in codes:
        return listed
    further = f"$exists({_AROUND}) ? {_AROUND} : []"
    return f"$append({listed}, {further})" if codes else f"({further})"


def _escaping(b: SegmentBuilder, node: FlowNode, raised: str) -> tuple[Rule, ...]:
    """The rule for an error that nothing in the process catches, but its caller does.

    None in a handler that runs aside: for it to leave, its scope would have to wait for that in every instance.
    """
    if b.aside:
        return ()
    way, output = escaped(b, node, f"${raised}")
    return (Rule(caught_around(f"${raised}.code"), replace(way, outcome="failed"), asl(output)),)


def caught_around(code: str) -> str:
    """JSONata of whether a caller of this process catches a code."""
    return f"{code} in {_AROUND} or '' in {_AROUND}"


def error_rules(b: SegmentBuilder, node: FlowNode, raised: str) -> tuple[Rule, ...]:
    """A rule for each who catches an error of a node; the last one's condition is `true` if it catches any code.

    `raised` names the machine's variable that holds `{code, message, variables}`.
    """
    return tuple(caught_rule(b, catcher, raised) for catcher in all_catchers(b, node, "error"))


def all_catchers(b: SegmentBuilder, node: FlowNode, kind: EventKind) -> list[Catcher]:
    """The boundary events of the activity itself, then those who catch around it: one per code, up to any code."""
    nearest: dict[str, Catcher] = {}
    for catcher in (*own_catchers(b, node, kind), *catchers(b.build, node, kind, None)):
        nearest.setdefault(catcher.code, catcher)
        if not catcher.code:
            break
    return list(nearest.values())


def own_catchers(b: SegmentBuilder, node: FlowNode, kind: EventKind) -> list[Catcher]:
    """The boundary events of an activity that catch a kind, those of any code last."""
    level = boundary_level(len(b.graph(node).path) + 1)
    events = b.graph(node).boundaries.get(node.id, ())
    found = (catcher for event in events for catcher in catchers_by(event, level))
    return sorted((each for each in found if each.definition.kind == kind), key=lambda each: each.code == "")


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
