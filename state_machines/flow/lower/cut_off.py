"""What becomes of a fork that an error has cut off: its open waits are removed, what was written in it is kept.

What ended branches and running states knew stands in the execution's history, from which the function takes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from state_machines.asl.model import Json
from state_machines.bpmn.model import Event, FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.data import own_names
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.escaping import ESCAPED
from state_machines.flow.lower.incidents import UNEVALUATED, failed_task, parked
from state_machines.flow.lower.invoking import INVOKE, PAYLOAD, payload, retriers
from state_machines.flow.steps import Call, Catch, Outcome, Segment, Way

FUNCTION = "${dpc:function:correlation}"
LEAVE = "dpc:leave-scope"
ENTERED = "$states.context.State.EnteredTime"
STATE = "$states.context.State.Name"


def catches(
    b: SegmentBuilder, node: FlowNode, key: str, exits: Mapping[str, Exit], branches: Sequence[Segment]
) -> tuple[Catch, ...]:
    """What a fork catches of its branches' errors."""
    cut = _cut(b, node, branches)
    return tuple(_catch(b, node, key, found, cut) for found in exits.values())


def failure(b: SegmentBuilder, node: FlowNode, key: str, retry: str, skip: Way, branches: Sequence[Segment]) -> Catch:
    """Catches what cannot be evaluated, in a branch or behind all of them, and parks; what still waits is removed."""
    cut, left = _cut(b, node, branches), b.helper(key, "failed")
    error = b.build.names.variable("error", left)
    incident = Way(failed_task(b, node, key, error, retry, skip), (), "continues")
    if not cut.waits and not cut.handlers:
        return Catch(UNEVALUATED, incident, asl(INPUT), {error: asl("$states.errorOutput")})
    entered = _leave(b, node, key, left, cut, incident, asl(INPUT))
    return Catch(UNEVALUATED, Way(left, (), "continues"), asl(INPUT), {**entered, error: asl("$states.errorOutput")})


@dataclass(frozen=True)
class _Cut:
    """What branches may leave in the tables: wait points, and handlers aside with what their scope knows alone."""

    waits: list[str]
    handlers: Mapping[str, list[str]]


def _cut(b: SegmentBuilder, node: FlowNode, branches: Sequence[Segment]) -> _Cut:
    handlers = {
        b.build.records[step.key]: _own(b, node, step.element)
        for branch in branches
        for step in branch.walk()
        if step.key in b.build.records
    }
    return _Cut(_waits(b, branches), handlers)


def _catch(b: SegmentBuilder, node: FlowNode, key: str, found: Exit, cut: _Cut) -> Catch:
    outcome: Outcome = "failed" if _is_error(b, found) else "cancelled"
    left = b.helper(found.element, "left")
    output = asl(jsonata.merge(INPUT, f"{PAYLOAD}.variables"))
    entered = _leave(b, node, key, left, cut, found.way, output)
    return Catch((found.error,), Way(left, (), outcome), asl(INPUT), entered)


def _leave(b: SegmentBuilder, node: FlowNode, key: str, left: str, cut: _Cut, way: Way, output: str) -> dict[str, Json]:
    """Adds the call of `dpc:leave-scope`; answers what whoever catches the error assigns for it."""
    since, fork = (b.build.names.variable(purpose, key) for purpose in ("since", "fork"))
    given: Json = {
        "fork": asl(f"${fork}"),
        "waits": [*cut.waits],
        "handlers": {path: [*names] for path, names in cut.handlers.items()},
        "since": asl(f"${since}"),
        "before": asl(INPUT),
    }
    arguments: Json = {"FunctionName": FUNCTION, "Payload": payload(b, node, LEAVE, given, {})}
    error = b.build.names.variable("error", left)
    incident = parked(b, node, left, error, Way(left, (), "continues"))
    failed = Catch(("States.ALL",), Way(incident, (), "continues"), asl(INPUT), {error: asl("$states.errorOutput")})
    retry = retriers(b, node, None)
    b.add(Call(left, node.id, "helper", way, INVOKE, arguments, output, retry=retry, catches=(failed,)))
    return {since: asl(ENTERED), fork: asl(STATE)}


def _own(b: SegmentBuilder, node: FlowNode, scope: str) -> list[str]:
    """What is known alone in a scope inside the fork, or around it there."""
    around = scope == node.id and not b.stands_inside(node)
    inside = () if around else (*b.build.home[scope].path, scope)[len(b.build.home[node.id].path) :]
    return [name for each in inside for name in own_names(b.node(each))]


def _waits(b: SegmentBuilder, branches: Sequence[Segment]) -> list[str]:
    """Where the branches may have left open waits: scope path and state, as the sort keys have them."""
    steps = (step for branch in branches for step in branch.walk())
    waiting = (s for s in steps if isinstance(s, Call) and s.resource.endswith(".waitForTaskToken"))
    return list(dict.fromkeys("/".join((*b.build.home[s.element].path, s.key)) for s in waiting))


def _is_error(b: SegmentBuilder, found: Exit) -> bool:
    node = b.node(found.element)
    event = isinstance(node, Event) and [d.kind for d in node.definitions] == ["error"]
    return event or found.error == f"{ESCAPED}error"
