"""Answers whose output fails: the effect has happened, so that an incident offers the answer again, not the call.

The answer stands in the execution's history; `correlation` finds it there, on this path only.
"""

from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.jsonata import INPUT, RESERVED, asl
from state_machines.flow.lower.incidents import failed_task
from state_machines.flow.lower.invoking import INVOKE, PAYLOAD, payload, retriers
from state_machines.flow.steps import Call, Catch, Way

EXECUTION = "$states.context.Execution.Id"
FIND = "dpc:find-answer"
FUNCTION = "${dpc:function:correlation}"
_RESULT = "$states.result"
_UNKNOWN = "ConnectorRejected"


def keeps_answer(b: SegmentBuilder, node: FlowNode, call: Call, skip: Way, *, certain: bool) -> Call:
    """The call with a way for an output that fails. `certain`: as it is, the output cannot fail."""
    names, answer = b.build.names, f"{call.key}_answer"
    error, since, state, where = (
        names.variable(purpose, answer) for purpose in ("error", "since", "state", "execution")
    )
    again = b.helper(call.key, "again")
    parked = Way(failed_task(b, node, again, error, again, skip), (), "continues")
    given: dict[str, Json] = {
        "state": asl(f"${state}"),
        "since": asl(f"${since}"),
        "execution": asl(f"${where}"),
        "place": asl(f"{INPUT}.{RESERVED}.at") if b.bounds.items else "",
    }
    kept: dict[str, Json] = {error: asl("$states.errorOutput")}
    lost = Catch((_UNKNOWN,), Way(call.key, (), "continues"), asl(INPUT))
    handed = payload(b, node, FIND, given, {})
    b.add(
        replace(
            call,
            key=again,
            role="helper",
            resource=INVOKE,
            arguments={"FunctionName": FUNCTION, "Payload": handed},
            output=_found(call.output),
            assign={name: _found(value) if isinstance(value, str) else value for name, value in call.assign.items()},
            timeout=None,
            retry=retriers(b, node, None),
            catches=(lost, Catch(("States.ALL",), parked, asl(INPUT), kept)),
        )
    )
    context = "$states.context.State"
    entered: dict[str, Json] = {
        **kept,
        since: asl(f"{context}.EnteredTime"),
        state: asl(f"{context}.Name"),
        where: asl(EXECUTION),  # the incident may be moved to another
    }
    unless = call.output if certain else ""
    failed = Catch(("States.QueryEvaluationError",), parked, asl(INPUT), entered, unless)
    return replace(call, catches=(*call.catches[:-1], failed, call.catches[-1]))


def _found(expression: str) -> str:
    return expression.replace(_RESULT, PAYLOAD)
