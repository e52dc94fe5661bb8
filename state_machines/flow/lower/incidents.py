"""Incidents: where a failed token parks until an operator decides. One concept for every kind of failure."""

from collections.abc import Mapping

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.graph import tag_of
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.steps import Call, Catch, Decide, Rule, Way
from state_machines.flow.waits import WRITE_RETRY, WaitPoint, wait_call

UNEVALUATED = ("States.QueryEvaluationError",)
ANSWERED = jsonata.merge(INPUT, "$states.result.variables")


def failure_catch(
    b: SegmentBuilder, node: FlowNode, key: str, retry: str, skip: Way, errors: tuple[str, ...] = ("States.ALL",)
) -> Catch:
    """Catches whatever is left of a state's errors, and parks. `skip` is the way on without the task."""
    error = b.build.names.variable("error", key)
    incident = failed_task(b, node, key, error, retry, skip)
    return Catch(errors, Way(incident, (), "continues"), asl(INPUT), {error: asl("$states.errorOutput")})


def failed_task(b: SegmentBuilder, node: FlowNode, key: str, error: str, retry: str, skip: Way) -> str:
    """The incident of a task that failed with what the variable `error` holds. Returns its step."""
    answer = b.build.names.variable("resolved", key)
    resolved = b.helper(key, "resolved")
    way = Way(resolved, (), "continues")
    incident = parked(b, node, key, error, way, {answer: asl("$states.result.event")})
    again = Way(retry, (), "continues")
    b.add(Decide(resolved, node.id, "choice", (Rule(f"${answer} = 'skip'", skip),), again))
    return incident


def parked(
    b: SegmentBuilder, node: FlowNode, key: str, error: str, way: Way, assign: Mapping[str, Json] | None = None
) -> str:
    """The wait point of a failed task, without what its answer leads to. Returns its step."""
    return _park(b, node, key, failed(f"${error}"), way, assign or {})


def failed(error: str) -> dict[str, str]:
    """What the record of a failed task says of its error, by the JSONata of that."""
    cause = f"$substring($exists({error}.Cause) ? {error}.Cause : '', 0, 4000)"
    return {"error": asl(f"{error}.Error"), "cause": asl(cause), "incidentType": "failedTask"}


def no_way_out(b: SegmentBuilder, node: FlowNode, key: str) -> Way:
    """The incident of a gateway with no true condition and no default; its resolution decides again."""
    name = f"'{node.name}'" if node.name else node.id
    cause = f"No condition behind the gateway {name} is true, and it has no default flow."
    texts = {"error": "NoOutgoingFlow", "cause": jsonata.plain(cause), "incidentType": "noOutgoingFlow"}
    return Way(_park(b, node, key, texts, Way(key, (), "continues"), {}), (), "continues")


def unusable(b: SegmentBuilder, node: FlowNode, key: str, retry: str) -> Way:
    """The incident of a multi-instance whose collection or number is none; its resolution looks again."""
    cause = "What the instances are made of is no list, or their number is no whole number from 0."
    texts = {"error": "InstancesUnknown", "cause": cause, "incidentType": "failedTask"}
    return Way(_park(b, node, key, texts, Way(retry, (), "continues"), {}), (), "continues")


def unsettled(b: SegmentBuilder, node: FlowNode, key: str, error: str, cause: str, retry: Way, skip: Way) -> Way:
    """The incident of what cannot go on as the variables are; `skip` goes on all the same. `cause`: as ASL has it."""
    answer, resolved = b.build.names.variable("resolved", key), b.helper(key, "resolved")
    texts = {"error": error, "cause": cause, "incidentType": "failedTask"}
    way = Way(resolved, (), "continues")
    incident = _park(b, node, key, texts, way, {answer: asl("$states.result.event")})
    b.add(Decide(resolved, node.id, "choice", (Rule(f"${answer} = 'skip'", skip),), retry))
    return Way(incident, (), "continues")


def deadlocked(b: SegmentBuilder, node: FlowNode, key: str, skip: Way) -> Way:
    """The incident of tokens that wait at joins for others that can never come; skipped, it goes on without them."""
    cause = "A join waits for a token that can no longer come: the process can never end by itself."
    texts = {"error": "Deadlock", "cause": cause, "incidentType": "failedTask"}
    answer, resolved = b.build.names.variable("resolved", key), b.helper(key, "resolved")
    way = Way(resolved, (), "continues")
    incident = _park(b, node, key, texts, way, {answer: asl("$states.result.event")})
    kept = f"$sift({INPUT}._dpc, function($v, $k) {{ $k != 'stuck' }})"
    rule = Rule(f"${answer} = 'skip'", skip, asl(jsonata.merge(INPUT, f"{{'_dpc': {kept}}}")))
    b.add(Decide(resolved, node.id, "choice", (rule,), Way(incident, (), "continues")))
    return Way(incident, (), "continues")


def _park(
    b: SegmentBuilder, node: FlowNode, key: str, texts: dict[str, str], way: Way, assign: Mapping[str, Json]
) -> str:
    incident = b.helper(key, "incident")
    resource, arguments = wait_call(_point(b, node, incident, texts))
    b.add(Call(incident, node.id, "incident", way, resource, arguments, asl(ANSWERED), assign, retry=WRITE_RETRY))
    return incident


def _point(b: SegmentBuilder, node: FlowNode, state: str, texts: dict[str, str]) -> WaitPoint:
    path, process = b.build.home[node.id].path, b.build.process.id
    many = b.bounds.items > 0
    return WaitPoint(state, "incident", node.id, node.name, tag_of(node), path, process, texts=texts, items=many)
