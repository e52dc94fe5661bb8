"""What becomes of a fork that an error has cut off: its open waits are removed, what its branches changed is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from state_machines.asl.model import Json
from state_machines.bpmn.model import Event, FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.incidents import parked
from state_machines.flow.lower.invoking import INVOKE, PAYLOAD, payload, retriers
from state_machines.flow.steps import Call, Catch, Compute, Delay, Fork, Outcome, Segment, Step, Way

FUNCTION = "${dpc:function:correlation}"
LEAVE = "dpc:leave-scope"
ENTERED = "$states.context.State.EnteredTime"
_THROWN = "$parse($states.errorOutput.Cause).variables"


def catches(
    b: SegmentBuilder,
    node: FlowNode,
    key: str,
    exits: Mapping[str, Exit],
    branches: Sequence[Segment],
    since: str = ENTERED,
) -> tuple[Catch, ...]:
    """What a fork catches of its branches' errors. `since`: when the oldest of their records can be of."""
    if exits and _loses(branches):
        words = (
            f"When '{node.id}' is left early, what parallel branches have changed since their last wait, and what a "
            "running call or pause knew, is not seen by what follows."
        )
        b.build.say("FLOW-052", "warning", node, words)
    waits = _waits(b, node, branches)
    ended = [b.build.ended[step.key] for branch in branches for step in branch.walk() if step.key in b.build.ended]
    handlers = {b.build.records[s.key] for branch in branches for s in branch.walk() if s.key in b.build.records}
    cut = _Cut(waits, ended, sorted(handlers), since)
    return tuple(_catch(b, node, key, found, cut) for found in exits.values())


@dataclass(frozen=True)
class _Cut:
    """What branches may leave in the tables, and from when on."""

    waits: Mapping[str, list[str]]
    ended: list[str]
    handlers: list[str]
    since: str


def _catch(b: SegmentBuilder, node: FlowNode, key: str, found: Exit, cut: _Cut) -> Catch:
    outcome: Outcome = "failed" if _is_error(b.node(found.element)) else "cancelled"
    enough = found.error == f"completed:{node.id}"
    if not cut.waits and (enough or not cut.ended):
        return Catch((found.error,), Way(found.way.to, found.way.path, outcome), asl(jsonata.merge(INPUT, _THROWN)))
    since, changed = b.build.names.variable("since", key), b.build.names.variable("thrown", key)
    left = b.helper(found.element, "left")
    own: dict[str, Json] = {path: [*names] for path, names in cut.waits.items() if names}
    given: Json = {
        "waits": [*cut.waits],
        "ended": [*cut.ended],
        "own": own,
        "handlers": [*cut.handlers],
        "since": asl(f"${since}"),
        "before": asl(INPUT),
        "thrown": asl(f"${changed}"),
    }
    arguments: Json = {"FunctionName": FUNCTION, "Payload": payload(b, node, LEAVE, given, {})}
    error = b.build.names.variable("error", left)
    incident = parked(b, node, left, error, Way(left, (), "continues"))
    failed = Catch(("States.ALL",), Way(incident, (), "continues"), asl(INPUT), {error: asl("$states.errorOutput")})
    output = asl(jsonata.merge(INPUT, f"{PAYLOAD}.variables"))
    retry = retriers(b, node, None)
    b.add(Call(left, node.id, "helper", found.way, INVOKE, arguments, output, retry=retry, catches=(failed,)))
    kept: dict[str, Json] = {since: asl(cut.since), changed: asl(_THROWN)}
    return Catch((found.error,), Way(left, (), outcome), asl(INPUT), kept)


def _loses(branches: Sequence[Segment]) -> bool:
    """Whether something may be known to a branch that is cut off, and neither to a wait nor to what is thrown."""
    working = [steps for branch in branches if (steps := [s for s in branch.walk() if not _closes(s)])]
    if sum(any(isinstance(s, Call | Delay | Compute) for s in steps) for steps in working) > 1:
        return any(_hides(step) for steps in working for step in steps)
    return any(sum(_hides(step) for step in steps) > 1 for steps in working)


def _closes(step: Step) -> bool:
    return step.role == "helper" and not isinstance(step, Fork)


def _hides(step: Step) -> bool:
    """A step during which, or after which, no wait record holds what the token knows."""
    called = isinstance(step, Call) and not step.resource.endswith(".waitForTaskToken")
    return called or isinstance(step, Delay | Fork) or (isinstance(step, Compute) and bool(step.output))


def _waits(b: SegmentBuilder, node: FlowNode, branches: Sequence[Segment]) -> dict[str, list[str]]:
    """Where the branches may have left open waits: scope path and state, as the sort keys have them.

    With each the names of what its record knows of loops in the branches: nobody outside of them has such variables.
    """
    found: dict[str, list[str]] = {}
    depth = len(b.build.home[node.id].path)
    for branch in branches:
        for step in branch.walk():
            if isinstance(step, Call) and step.resource.endswith(".waitForTaskToken"):
                path = b.build.home[step.element].path
                inside = (*path, step.element)[depth:]
                own = [name for each in inside for name in b.build.own.get(each, ())]
                found["/".join((*path, step.key))] = own
    return found


def _is_error(node: FlowNode) -> bool:
    return isinstance(node, Event) and [d.kind for d in node.definitions] == ["error"]
