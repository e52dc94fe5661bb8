"""BPMN errors of tasks: caught under one error name, told apart by their code."""

from state_machines.bpmn.model import Event, FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.incidents import failed_task
from state_machines.flow.steps import Catch, Decide, Rule, Way

BPMN_ERROR = "BpmnError"


def error_catch(b: SegmentBuilder, node: FlowNode, key: str) -> tuple[Catch, ...]:
    """The catch for the error boundary events of a task; a code that none of them takes is an incident."""
    events = [event for event in b.boundaries(node) if event.definitions[0].kind == "error"]
    if not events:
        return ()
    events.sort(key=lambda event: event.definitions[0].code == "")
    raised = b.build.names.variable("raised", key)
    failed = b.build.names.variable("uncaught", key)
    choice = b.helper(key, "error")
    rules = tuple(_rule(b, event, raised) for event in events if event.definitions[0].code)
    others = [event for event in events if not event.definitions[0].code]
    if others:
        rules = (*rules, _rule(b, others[0], raised))
        default = rules[-1].way
    else:
        default = Way(failed_task(b, node, key, failed, key, b.after(node)), (), "continues")
    b.add(Decide(choice, node.id, "choice", rules, default))
    assign = {raised: asl(_parsed("$states.errorOutput.Cause")), failed: asl("$states.errorOutput")}
    return (Catch((BPMN_ERROR,), Way(choice, (), "continues"), asl(INPUT), dict(assign)),)


def _rule(b: SegmentBuilder, event: Event, raised: str) -> Rule:
    definition = event.definitions[0]
    condition = f"${raised}.code = {jsonata.text(definition.code)}" if definition.code else "true"
    through = b.through(event)
    return Rule(condition, Way(through.to, through.path, "failed"), asl(_caught(event, raised)))


def _caught(event: Event, raised: str) -> str:
    definition = event.definitions[0]
    received = {definition.code_variable: f"${raised}.code", definition.message_variable: f"${raised}.message"}
    named = jsonata.obj({name: value for name, value in received.items() if name})
    return jsonata.merge(INPUT, jsonata.object_or_empty(f"${raised}.variables"), named)


def _parsed(cause: str) -> str:
    """`{code, message, variables}` out of a cause: Lambda wraps it into an `errorMessage`, the job API does not."""
    return f"($c := $parse({cause}); $exists($c.errorMessage) ? $parse($c.errorMessage) : $c)"
