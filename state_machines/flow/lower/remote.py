"""Expressions that JSONata cannot say faithfully: evaluated by the `decisions` function in a state before the element.

`dpc:feel` is given `{"expressions": [text], "context": {variables}}` and answers `{"values": [value]}`, in that order.
"""

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.expressions import Remote
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.incidents import parked
from state_machines.flow.lower.invoking import INVOKE, PAYLOAD, payload, retriers
from state_machines.flow.steps import Call, Catch, Way


def evaluate_before(b: SegmentBuilder, node: FlowNode, key: str, remote: Remote) -> str:
    """Adds the state that evaluates, and returns its step. Whatever its incident is answered, it evaluates again."""
    evaluate = b.helper(key, "evaluate")
    listed: list[Json] = [jsonata.plain(text) for text in remote.expressions]
    handed = payload(b, node, "dpc:feel", {"expressions": listed, "context": asl(remote.context)}, {})
    arguments: Json = {"FunctionName": "${dpc:function:decisions}", "Payload": handed}
    error = b.build.names.variable("error", evaluate)
    incident = parked(b, node, evaluate, error, Way(evaluate, (), "continues"))
    caught = Catch(("States.ALL",), Way(incident, (), "continues"), asl(INPUT), {error: asl("$states.errorOutput")})
    b.add(
        Call(
            evaluate,
            node.id,
            "helper",
            Way(key),
            INVOKE,
            arguments,
            asl(INPUT),
            {remote.variable: asl(f"{PAYLOAD}.values")},
            retry=retriers(b, node, None),
            catches=(caught,),
        )
    )
    return evaluate
