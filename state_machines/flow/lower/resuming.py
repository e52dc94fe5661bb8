"""Tokens that go on in an execution of their own: another run of the same machine, begun at a point of the region.

A fork cannot stand inside itself, and states cannot be copied without end. Such an execution belongs to the same
instance; it always ends well, with the list that a branch of the region gives, or with the error by which its token
has left the region, which is then thrown again where it was started.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from state_machines.asl.model import Json, Retrier
from state_machines.bpmn.model import FlowNode
from state_machines.flow import jsonata
from state_machines.flow.bounds import Open, Point
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.catching import branch_level
from state_machines.flow.forks import is_fork
from state_machines.flow.jsonata import INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.lower.around import around, assigned, renamed, told_of
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.steps import END, Call, Catch, Compute, Decide, Fork, Rule, Segment, Throw, Way
from state_machines.flow.waits import GET, REGISTRY, WRITE_RETRY

START = "arn:aws:states:::states:startExecution.sync:2"
STARTS = (Retrier(("StepFunctions.ExecutionLimitExceeded",), 2, 8, 2.0),)
RESUME = f"{INPUT}.{RESERVED}.resume"
OUTPUT = "$states.result.Output"
FLAT = "$reduce($states.result, function($all, $r) { $append($all, $r) }, [])"
"""The lists of all branches as one."""
TOLD = "{'thrown': {'error': $states.errorOutput.Error, 'cause': $states.errorOutput.Cause}}"
"""What an execution gives whose token has left by an error."""


def resume(b: SegmentBuilder, node: FlowNode, region: Open, point: Point) -> Way:
    """The way on at a point of the region in an execution of its own, and to the end of this branch."""
    if point not in region.points.names:
        region.points.names[point] = b.helper(point.id, "resume")
        region.points.pending.append(point)
    name = region.points.names[point]
    find = b.once(f"{name}\0find", point.id, "find")
    if find not in b.steps:
        _start(b, node, region, name, find)
    return Way(find, (), "continues")


def _start(b: SegmentBuilder, node: FlowNode, region: Open, name: str, find: str) -> None:
    run, failed, again = b.helper(name, "run"), b.helper(name, "failed"), b.helper(name, "rethrow")
    thrown = b.build.names.variable("thrown", run)
    listed = f"$type({OUTPUT}) = 'array' ? {OUTPUT} : []"
    kept: dict[str, Json] = {thrown: asl(f"$exists({OUTPUT}.thrown) ? {OUTPUT}.thrown : {{}}")}
    execution = _execution_name(b, run)
    given = _given(b, region, name, run)
    nested = Nested(find, run, execution, given, listed, kept, Way(failed, (), "continues"), Way(END))
    start_nested(b, node, nested)
    b.add(Decide(failed, node.id, "helper", (rethrown(b, node, again, thrown),), Way(END)))


@dataclass(frozen=True)
class Nested:
    """A run of the same version of the machine that is waited for. Texts are JSONata, `find` and `run` its states."""

    find: str
    run: str
    execution: str
    given: str
    output: str
    kept: Mapping[str, Json]
    way: Way
    skip: Way
    """The way on where an operator skips what cannot be started."""
    drawn: Mapping[str, Json] = field(default_factory=dict)
    """What is assigned before it is started."""


def start_nested(b: SegmentBuilder, node: FlowNode, nested: Nested) -> None:
    """Adds the state that finds the machine's version, and the one that runs it and waits."""
    machine = b.build.names.variable("machine", nested.run)
    version = f"'V#' & $pad($string({INPUT}.{RESERVED}.version), -8, '0')"
    key: Json = {"pk": {"S": asl(f"'PROCESS#' & {INPUT}.{RESERVED}.processId")}, "sk": {"S": asl(version)}}
    found: Json = {"TableName": REGISTRY, "Key": key, "ConsistentRead": True}
    arn: dict[str, Json] = {machine: asl("$states.result.Item.machine.S"), **nested.drawn}
    parked = failure_catch(b, node, nested.run, nested.find, nested.skip)
    # What cannot be handed over, because it is too large, is caught by its own name alone.
    caught = (replace(parked, errors=("States.DataLimitExceeded",)), parked)
    way, retry = Way(nested.run, (), "continues"), WRITE_RETRY
    b.add(Call(nested.find, node.id, "helper", way, GET, found, asl(INPUT), arn, retry=retry, catches=caught))
    arguments: Json = {
        "StateMachineArn": asl(f"${machine}"),
        "Name": asl(nested.execution),
        "Input": asl(nested.given),
    }
    way, output, kept = nested.way, asl(nested.output), nested.kept
    b.add(Call(nested.run, node.id, "helper", way, START, arguments, output, kept, retry=STARTS, catches=caught))


def rethrown(b: SegmentBuilder, node: FlowNode, key: str, thrown: str) -> Rule:
    """The way out by the error that a nested execution has told, if it has told one."""
    b.add(Throw(key, node.id, "helper", asl(f"${thrown}.error"), asl(f"${thrown}.cause")))
    return Rule(f"$exists(${thrown}.error)", Way(key))


def _execution_name(b: SegmentBuilder, run: str) -> str:
    """The instance's own name with a fingerprint: the same for a repeated start, another for each entry."""
    place = f" & '#' & {INPUT}.{RESERVED}.at" if b.bounds.items else ""
    who = f"$states.context.Execution.Id & {jsonata.text('/' + run + '@')} & $states.context.State.EnteredTime{place}"
    return f"{INSTANCE_ID} & '_' & $substring($hash({who}, 'SHA-256'), 0, 20)"


def _given(b: SegmentBuilder, region: Open, name: str, run: str) -> str:
    moment = "$states.context.Execution.Id & $states.context.State.EnteredTime"
    mark = f"$substring($hash({moment} & {jsonata.text(run)}, 'SHA-256'), 0, 12)"
    at = f"$join([{INPUT}.{RESERVED}.at, {mark}], '.')"
    regions = told_of({**around(b, region.ledger.graph), region.scope: region})
    about = jsonata.obj({"at": jsonata.text(name), "regions": regions})
    return jsonata.merge(INPUT, f"{{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {{'at': {at}, 'resume': {about}}}])}}")


def lower_points(b: SegmentBuilder, node: FlowNode, region: Open, exits: dict[str, Exit]) -> list[Segment]:
    """What follows each point of a region, as more branches of its outermost fork."""
    found: list[Segment] = []
    while region.points.pending:
        found.append(_lower(b, node, region, region.points.pending.pop(0), exits))
    errors = tuple(sorted({e for segment in found for e in thrown_in(segment)}))
    if region.whole:  # what runs aside may go on there
        b.build.left.setdefault(b.scopes[region.scope], set()).update(errors)
    b.build.resumed.extend(_ending_well(b, segment, errors) for segment in found)
    return found


def _lower(b: SegmentBuilder, node: FlowNode, region: Open, point: Point, exits: dict[str, Exit]) -> Segment:
    name = region.points.names[point]
    regions = renamed(b, {**around(b, region.ledger.graph), region.scope: region}, name)
    own = regions[region.scope]
    bounds = replace(
        b.bounds,
        region=own,
        ending=region.scope,
        stop=region.stop,
        fork=node.id,
        level=branch_level(len(region.ledger.graph.path)),
        items=b.bounds.items + 1,
        within=frozenset(),
    )
    inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
    inner.whole = {scope: each for scope, each in regions.items() if each.whole}
    given = assigned(regions, f"{RESUME}.regions")
    left = f"$merge([{{}}, $sift({INPUT}.{RESERVED}, function($v, $k) {{ $k != 'resume' }})])"
    output = asl(jsonata.merge(INPUT, f"{{'{RESERVED}': {left}}}"))
    inner.add(Compute(name, node.id, "helper", _onward(inner, own, point), output, given))
    return inner.filled(Way(name), node.id)


def thrown_in(segment: Segment) -> Iterator[str]:
    """The errors by which tokens leave the region, or the instance; those that are thrown again have them too."""
    return (step.error for step in segment.walk() if isinstance(step, Throw) and not step.error.startswith("{%"))


def _ending_well(b: SegmentBuilder, segment: Segment, errors: tuple[str, ...]) -> Segment:
    """A point's segment with the errors caught: the execution ends well, and tells them."""
    if not errors:
        return segment
    enter = segment.steps[segment.start.to]
    if not isinstance(enter, Compute):
        return segment
    rest = {key: step for key, step in segment.steps.items() if key != enter.key}
    around = b.helper(enter.key, "around")
    caught = Catch(errors, Way(END), asl(TOLD))
    branch = Segment(enter.way, rest, segment.element)
    fork = Fork(around, segment.element, "helper", Way(END), (branch,), FLAT, catches=(caught,))
    return replace(segment, steps={enter.key: replace(enter, way=Way(around)), around: fork})


def _onward(b: SegmentBuilder, region: Open, point: Point) -> Way:
    graph = region.ledger.graph
    if point.kind == "over":
        flow = next(f for flows in graph.outgoing.values() for f in flows if f.id == point.id)
        return b.onto(flow)
    node = graph.nodes[point.id]
    if point.kind == "into":
        return b.into(node)
    if point.kind == "past":
        return b.into(node) if is_fork(graph, node) else b.through(node)
    return Way(b.first(node))


def entered_anywhere(b: SegmentBuilder, main: Segment) -> Segment:
    """The whole machine: the process from its beginning, or from the point that the execution is told."""
    if not b.build.resumed:
        return main
    enter = b.helper(b.build.process.id, "enter")
    steps = {key: step for segment in b.build.resumed for key, step in segment.steps.items()}
    names = [segment.start.to for segment in b.build.resumed]
    rules = [Rule(f"{RESUME}.at = {jsonata.text(name)}", Way(name)) for name in names]
    begin = Rule(f"$not($exists({RESUME}))", main.start)
    start = b.build.graphs[""].shown_start().id
    decide = Decide(enter, start, "helper", (begin, *rules[:-1]), rules[-1].way)
    return replace(main, start=Way(enter), steps={enter: decide, **main.steps, **steps})
