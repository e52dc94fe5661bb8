"""Tasks whose waits between tries differ: a state's own retries know one wait, so that these are steps."""

from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.invoking import RETRYABLE
from state_machines.flow.steps import Call, Catch, Compute, Decide, Delay, Rule, Way


def repeated(b: SegmentBuilder, node: FlowNode, call: Call, waits: tuple[int, ...]) -> Call:
    """The call, which is tried again behind each of the waits (in seconds); then its last catch takes the error.

    All tries are one call to the function: they tell it the same moment, and their number.
    """
    failures, begun = (b.build.names.variable(purpose, call.key) for purpose in ("failures", "begun"))
    first, failed, pause = (b.helper(call.key, role) for role in ("first", "failed", "pause"))
    start: dict[str, Json] = {failures: asl("0"), begun: asl("$states.context.State.EnteredTime")}
    b.add(Compute(first, node.id, "helper", Way(call.key, (), "continues"), assign=start))
    parked = call.catches[-1]
    again = Rule(f"${failures} <= {len(waits)}", Way(pause, (), "continues"))
    b.add(Decide(failed, node.id, "choice", (again,), parked.way))
    seconds = asl(f"[{', '.join(map(str, waits))}][${failures} - 1]")
    b.add(Delay(pause, node.id, "helper", Way(call.key, (), "continues"), seconds))
    b.guard(call.key, first, pause)
    counted: dict[str, Json] = {failures: asl(f"${failures} + 1"), **parked.assign}
    caught = Catch(RETRYABLE, Way(failed, (), "continues"), asl(INPUT), counted)
    return replace(call, arguments=_told(call.arguments, failures, begun), catches=(caught, *call.catches))


def _told(arguments: Json, failures: str, begun: str) -> Json:
    """What the function is given, with the number of failures and the moment of the first try."""
    if not isinstance(arguments, dict) or not isinstance(payload := arguments["Payload"], dict):
        raise TypeError(f"not an invocation: {arguments!r}")
    context = payload["context"]
    tries = {"attempt": asl(f"${failures}"), "enteredAt": asl(f"${begun}")}
    return {**arguments, "Payload": {**payload, "context": {**(context if isinstance(context, dict) else {}), **tries}}}
