"""What runs aside: in an execution of its own of the same machine, one for each event, which ends with the handler.

A record counts those that are open in one run of a scope (`counting`); the last one to end answers the scope's body.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode
from state_machines.flow import jsonata, tokens
from state_machines.flow.bounds import Bounds
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.completed import NOW
from state_machines.flow.graph import Graph
from state_machines.flow.jsonata import DPC, INPUT, INSTANCE_ID, MERGE_BRANCHES, RESERVED, asl
from state_machines.flow.lower.around import around, assigned, renamed, told_of
from state_machines.flow.lower.counting import REFUSED, ended, looked, opened
from state_machines.flow.lower.exits import leaving_by
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.lower.resuming import FLAT
from state_machines.flow.steps import END, Call, Catch, Compute, Decide, Passed, Rule, Segment, Step, Way, map_ways
from state_machines.flow.waits import GET, REGISTRY, UPDATE, WRITE_RETRY

START = "arn:aws:states:::states:startExecution"
ANSWER = "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess"
_STARTED = "StepFunctions.ExecutionAlreadyExistsException"
ASIDE = f"{DPC}.aside"
BEGAN = f"{ASIDE}.began"
"""JSONata of the place in the lists of completed activities at which the execution was asked for."""


@dataclass(frozen=True)
class Aside:
    """What an execution of its own carries out, up to its end. Its states are named after `event`."""

    event: FlowNode
    counted: Graph
    """The scope that waits for it."""
    bounds: Bounds
    begin: Callable[[SegmentBuilder], Way]
    ended: tuple[Passed, ...] = ()
    """What is passed at its end."""
    region: str | None = None
    """The scope that is one open region (`whole`), whose tokens it meets."""


def run_aside(b: SegmentBuilder, aside: Aside, way: Way, news: str = "") -> Way:
    """The way into the start of the execution; `way` follows at once. `news`: the variable of what it knows beside."""
    event, kept = aside.event, b.scopes[aside.counted.scope]
    name = _lowered(b, aside, kept)
    find, register, again, mine, start = (b.helper(event.id, r) for r in ("begin", "open", "reopen", "opened", "start"))
    purposes = ("machine", "name", "opened", "began")
    machine, drawn, open_, began = (b.build.names.variable(purpose, find) for purpose in purposes)
    item = "$states.result.Item"
    words = jsonata.text("The version of the process that runs is not registered.")
    version = f"'V#' & $pad($string({DPC}.version), -8, '0')"
    key: Json = {"pk": {"S": jsonata.plain(f"PROCESS#{b.build.process.id}")}, "sk": {"S": asl(version)}}
    found: dict[str, Json] = {
        machine: asl(f"($exists({item}) ? {item}.machine.S : $error({words}))"),
        drawn: asl("$replace($uuid(), '-', '')"),
        began: asl(NOW),
    }
    given: Json = {"TableName": REGISTRY, "Key": key, "ConsistentRead": True}
    retry = WRITE_RETRY
    failed = failure_catch(b, event, find, find, way)
    b.add(Call(find, event.id, "helper", Way(register), GET, given, asl(INPUT), found, retry=retry, catches=(failed,)))
    record = f"$lookup({INPUT}.{RESERVED}.handlers, {jsonata.text(kept)})"
    refused = Catch((REFUSED,), Way(again), asl(INPUT))
    execution = f"{INSTANCE_ID} & '_' & ${drawn}"
    opening = opened(record, execution)
    b.add(Call(register, event.id, "helper", Way(start), UPDATE, opening, asl(INPUT), retry=retry, catches=(refused,)))
    # Refused: written before, which only its answer did not tell; or the scope is left.
    known: dict[str, Json] = {open_: asl(f"$exists($lookup($states.result.Attributes, 'h|' & {execution}))")}
    b.add(Call(again, event.id, "helper", Way(mine), UPDATE, looked(record), asl(INPUT), known, retry=retry))
    b.add(Decide(mine, event.id, "helper", (Rule(f"${open_}", Way(start)),), way))
    outer = f"{INPUT}.{RESERVED}.at & '.' & " if b.bounds.items else ""
    told = {"handler": jsonata.text(name), "record": record, "began": f"${began}"}
    regions = around(b, aside.counted)
    if regions:
        told["regions"] = told_of(regions)
    variables = tokens.stamped(regions[aside.region].base, news) if aside.region is not None else INPUT
    about = jsonata.obj({"aside": jsonata.obj(told), "at": f"{outer}${drawn}"})
    heard = f"${news}, " if news else ""
    handed = f"($v := {variables}; $merge([$v, {heard}{{'{RESERVED}': $merge([$v.{RESERVED}, {about}])}}]))"
    started: Json = {"StateMachineArn": asl(f"${machine}"), "Name": asl(execution), "Input": asl(handed)}
    there = Catch((_STARTED,), way, asl(INPUT))
    lost = failure_catch(b, event, start, start, way)
    b.add(Call(start, event.id, "helper", way, START, started, asl(INPUT), catches=(there, lost)))
    return Way(find)


def begin_or_aside(b: SegmentBuilder, main: Segment) -> Segment:
    """The whole machine: it begins with the process or, in an execution that a handler has to itself, with that."""
    asides = {name: whole() for name, whole in b.build.asides.items()}
    if not asides:
        return main
    key = b.helper(b.build.process.id, "enter")
    first = Rule(f"$not($exists({ASIDE}))", main.start)
    rules = [Rule(f"{ASIDE}.handler = {jsonata.text(name)}", segment.start) for name, segment in asides.items()]
    enter = Decide(key, b.build.graphs[""].shown_start().id, "choice", (first, *rules), rules[-1].way)
    handlers = {name: step for segment in asides.values() for name, step in segment.steps.items()}
    return replace(main, start=Way(key), steps={key: enter, **main.steps, **handlers})


def _lowered(b: SegmentBuilder, aside: Aside, kept: str) -> str:
    """Lowers what runs aside as a way through the machine of its own, once for a scope; returns its name."""
    event, build = aside.event, b.build
    name = f"{event.id}/{kept}"
    if name in build.asides:
        return name
    build.asides[name] = _nothing  # it may start itself
    inner = SegmentBuilder(build, aside.bounds, b.lower, b.evaluate, b)
    inner.apart = kept
    inner.whole = renamed(b, around(b, aside.counted), event.id)
    segment = inner.filled(_taken_over(inner, aside) if inner.whole else aside.begin(inner), event.id)
    build.asides[name] = partial(_whole, inner, aside, segment)
    return name


def _taken_over(b: SegmentBuilder, aside: Aside) -> Way:
    """Begins with what is known of the regions around."""
    key = b.helper(aside.event.id, "token")
    if aside.region is not None:
        b.bounds = replace(b.bounds, region=b.whole[aside.region])
    way = aside.begin(b)
    given = assigned(b.whole, f"{ASIDE}.regions")
    kept = f"$merge([{{}}, $sift({INPUT}.{RESERVED}, function($v, $k) {{ $k != 'aside' }})])"
    b.add(Compute(key, aside.event.id, "helper", way, asl(jsonata.merge(INPUT, f"{{'{RESERVED}': {kept}}}")), given))
    return Way(key)


def _nothing() -> Segment:
    return Segment(Way(END), {})


def _whole(b: SegmentBuilder, aside: Aside, segment: Segment) -> Segment:
    """With what stands behind it, when it is known by which errors its scope is left."""
    finish, steps = _finish(b, aside.event, listed=aside.region is not None)
    way = Way(finish, aside.ended)
    errors = sorted(b.build.left.get(b.apart, ()))
    if errors:
        merge = FLAT if aside.region is not None else MERGE_BRANCHES
        whole = leaving_by(b, aside.event, segment, errors, way, merge)
    else:
        whole = _leading(segment, way)
    return Segment(whole.start, {**whole.steps, **steps}, aside.event.id)


def _leading(segment: Segment, onward: Way) -> Segment:
    """A segment whose ends lead on."""

    def led(way: Way) -> Way:
        return replace(onward, path=(*way.path, *onward.path), outcome=way.outcome) if way.to == END else way

    steps = {key: map_ways(step, led) for key, step in segment.steps.items()}
    return replace(segment, start=led(segment.start), steps=steps)


def _finish(b: SegmentBuilder, event: FlowNode, *, listed: bool) -> tuple[str, dict[str, Step]]:
    """The end of a handler: what it changed is written down; the last one answers whoever waits for it.

    `listed`: it ends with the list of its tokens.
    """
    finish, again, last, answer, over = (b.helper(event.id, r) for r in ("close", "reclose", "last", "answer", "over"))
    token = b.build.names.variable("waiting", finish)
    attributes = "$states.result.Attributes"
    none = f"$number({attributes}.opened.N) = 0 and $exists({attributes}.token)"
    told: dict[str, Json] = {token: asl(f"({none} ? {attributes}.token.S : '')")}
    record, me = f"{ASIDE}.record", "$states.context.Execution.Name"
    refused = Catch((REFUSED,), Way(again), asl(INPUT))
    gone = Catch(("States.ALL",), Way(END), asl(INPUT))
    given: Json = {"TaskToken": asl(f"${token}"), "Output": "{}"}

    def update(key: str, arguments: Json, catches: tuple[Catch, ...] = ()) -> Call:
        retry = WRITE_RETRY
        way = Way(last)
        return Call(key, event.id, "helper", way, UPDATE, arguments, asl(INPUT), told, retry=retry, catches=catches)

    steps: list[Step] = [
        update(finish, ended(record, me, listed=listed), (refused,)),
        update(again, looked(record)),
        Decide(last, event.id, "helper", (Rule(f"${token} != ''", Way(answer)),), Way(over)),
        Call(answer, event.id, "helper", Way(END), ANSWER, given, asl(INPUT), catches=(gone,)),
        Compute(over, event.id, "helper", Way(END)),
    ]
    return finish, {step.key: step for step in steps}
