"""Handlers that run aside: each event starts an execution of its own of the same machine, which ends with the handler.

A record counts the open handlers of one run of a scope and keeps what those that ended have changed. The end of the
scope's body waits until none is open: the last handler to end answers its token. The protocol is `docs/records.md`.
"""

from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode
from state_machines.flow import jsonata
from state_machines.flow.bounds import Bounds
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher, branch_level, event_level
from state_machines.flow.jsonata import DPC, INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.lower.exits import leaving_by
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.steps import END, Call, Catch, Compute, Decide, Passed, Rule, Segment, Step, Way, map_ways
from state_machines.flow.waits import EXPIRES_AT, GET, MESSAGES, REGISTRY, UPDATE, WRITE_RETRY

START = "arn:aws:states:::states:startExecution"
ANSWER = "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess"
_REFUSED = "DynamoDb.ConditionalCheckFailedException"
_STARTED = "StepFunctions.ExecutionAlreadyExistsException"
_ASIDE = f"{DPC}.aside"


def run_aside(b: SegmentBuilder, catcher: Catcher, way: Way) -> Way:
    """The way into the start of a handler; `way` follows at once."""
    event = catcher.event
    around = b.graph(catcher.handler or event)
    kept = b.scopes[around.scope]
    aside = _handler(b, catcher, kept)
    find, register, again, mine, start = (b.helper(event.id, r) for r in ("begin", "open", "reopen", "opened", "start"))
    machine, name, open_ = (b.build.names.variable(purpose, find) for purpose in ("machine", "name", "opened"))
    item = "$states.result.Item"
    words = jsonata.text("The version of the process that runs is not registered.")
    version = f"'V#' & $pad($string({DPC}.version), -8, '0')"
    key: Json = {"pk": {"S": jsonata.plain(f"PROCESS#{b.build.process.id}")}, "sk": {"S": asl(version)}}
    found: dict[str, Json] = {
        machine: asl(f"($exists({item}) ? {item}.machine.S : $error({words}))"),
        name: asl("$replace($uuid(), '-', '')"),
    }
    given: Json = {"TableName": REGISTRY, "Key": key, "ConsistentRead": True}
    retry = WRITE_RETRY
    failed = failure_catch(b, event, find, find, way)
    b.add(Call(find, event.id, "helper", Way(register), GET, given, asl(INPUT), found, retry=retry, catches=(failed,)))
    record = f"$lookup({INPUT}.{RESERVED}.handlers, {jsonata.text(kept)})"
    refused = Catch((_REFUSED,), Way(again), asl(INPUT))
    execution = f"{INSTANCE_ID} & '_' & ${name}"
    opening = _opened(record, execution)
    b.add(Call(register, event.id, "helper", Way(start), UPDATE, opening, asl(INPUT), retry=retry, catches=(refused,)))
    # Refused: written before, which only its answer did not tell; or the scope is left.
    known: dict[str, Json] = {open_: asl(f"$exists($lookup($states.result.Attributes, 'h|' & {execution}))")}
    b.add(Call(again, event.id, "helper", Way(mine), UPDATE, _looked(record), asl(INPUT), known, retry=retry))
    b.add(Decide(mine, event.id, "helper", (Rule(f"${open_}", Way(start)),), way))
    outer = f"{INPUT}.{RESERVED}.at & '.' & " if b.bounds.items else ""
    about = jsonata.obj(
        {"aside": jsonata.obj({"handler": jsonata.text(aside), "record": record}), "at": f"{outer}${name}"}
    )
    handed = jsonata.merge(INPUT, f"{{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {about}])}}")
    started: Json = {"StateMachineArn": asl(f"${machine}"), "Name": asl(execution), "Input": asl(handed)}
    there = Catch((_STARTED,), way, asl(INPUT))
    lost = failure_catch(b, event, start, start, way)
    b.add(Call(start, event.id, "helper", way, START, started, asl(INPUT), catches=(there, lost)))
    return Way(find)


def begin_or_aside(b: SegmentBuilder, main: Segment) -> Segment:
    """The whole machine: it begins with the process or, in an execution that a handler has to itself, with that."""
    asides = b.build.asides
    if not asides:
        return main
    key = b.helper(b.build.process.id, "enter")
    first = Rule(f"$not($exists({_ASIDE}))", main.start)
    rules = [Rule(f"{_ASIDE}.handler = {jsonata.text(name)}", segment.start) for name, segment in asides.items()]
    enter = Decide(key, b.build.graphs[""].starts()[0].id, "choice", (first, *rules), rules[-1].way)
    handlers = {name: step for segment in asides.values() for name, step in segment.steps.items()}
    return replace(main, start=Way(key), steps={key: enter, **main.steps, **handlers})


def scope_record(b: SegmentBuilder, scope: str, key: str) -> str:
    """JSONata of the sort key of the record of a scope's run, in the state that begins it."""
    path = jsonata.text(_path(b, scope, key) + "@")
    place = f" & '#' & {INPUT}.{RESERVED}.at" if b.bounds.items else ""
    return f"{path} & $string($toMillis($states.context.State.EnteredTime)){place}"


def until_none_is_open(b: SegmentBuilder, node: FlowNode, scope: str, key: str, way: Way) -> Call:
    """The state that waits for the handlers of a scope, whose fork is `key`; none open: it goes on."""
    given: Json = {
        **_record(_kept(key)),
        "UpdateExpression": "SET #h = :token",
        "ConditionExpression": "#o > :zero",
        "ExpressionAttributeNames": {"#h": "token", "#o": "opened"},
        "ExpressionAttributeValues": {":token": {"S": asl("$states.context.Task.Token")}, ":zero": {"N": "0"}},
    }
    none = Catch((_REFUSED,), way, asl(INPUT))
    state = b.helper(key, "handlers")
    b.build.records[state] = _path(b, scope, key)
    return Call(
        state,
        node.id,
        "helper",
        way,
        f"{UPDATE}.waitForTaskToken",
        given,
        asl(INPUT),
        retry=WRITE_RETRY,
        catches=(none,),
    )


def changes_of_handlers(b: SegmentBuilder, node: FlowNode, key: str, way: Way) -> Call:
    """The state that takes over what the handlers of a scope have changed, in the order in which they ended."""
    given: Json = {**_record(_kept(key)), "ConsistentRead": True}
    rows = "$each($states.result.Item, function($v, $k) { $substring($k, 0, 2) = 'c|' ? {'k': $k, 'c': $parse($v.S)} })"
    output = f"($rows := [[{rows}]^(k)]; $reduce($rows, function($acc, $r) {{ $merge([$acc, $r.c]) }}, {INPUT}))"
    return Call(b.helper(key, "changes"), node.id, "helper", way, GET, given, asl(output), retry=WRITE_RETRY)


def _handler(b: SegmentBuilder, catcher: Catcher, kept: str) -> str:
    """Lowers a handler as a way through the machine of its own, once for a scope; returns its name."""
    event, build = catcher.event, b.build
    name = f"{event.id}/{kept}"
    if name in build.asides:
        return name
    build.asides[name] = Segment(Way(END), {})  # it may start itself
    graph = b.graph(event)
    depth = len(graph.path)
    level = event_level(depth) if catcher.handler else branch_level(depth)
    bounds = Bounds(ending=graph.scope, fork=event.id, level=level, items=True)
    inner = SegmentBuilder(build, bounds, b.lower, b.evaluate, b)
    inner.apart = kept
    segment = inner.filled(inner.through(event), event.id)
    finish, steps = _finish(inner, event)
    way = Way(finish, (Passed("element", catcher.handler.id),) if catcher.handler else ())
    errors = sorted(build.left.get(kept, ()))
    whole = leaving_by(inner, event, segment, errors, way) if errors else _leading(segment, way)
    build.asides[name] = Segment(whole.start, {**whole.steps, **steps}, event.id)
    return name


def _leading(segment: Segment, onward: Way) -> Segment:
    """A segment whose ends lead on."""

    def led(way: Way) -> Way:
        return replace(onward, path=(*way.path, *onward.path), outcome=way.outcome) if way.to == END else way

    steps = {key: map_ways(step, led) for key, step in segment.steps.items()}
    return replace(segment, start=led(segment.start), steps=steps)


def _finish(b: SegmentBuilder, event: FlowNode) -> tuple[str, dict[str, Step]]:
    """The end of a handler: what it changed is written down; the last one answers whoever waits for it."""
    finish, again, last, answer, over = (b.helper(event.id, r) for r in ("close", "reclose", "last", "answer", "over"))
    token = b.build.names.variable("waiting", finish)
    attributes = "$states.result.Attributes"
    none = f"$number({attributes}.opened.N) = 0 and $exists({attributes}.token)"
    told: dict[str, Json] = {token: asl(f"({none} ? {attributes}.token.S : '')")}
    record, me = f"{_ASIDE}.record", "$states.context.Execution.Name"
    refused = Catch((_REFUSED,), Way(again), asl(INPUT))
    gone = Catch(("States.ALL",), Way(END), asl(INPUT))
    given: Json = {"TaskToken": asl(f"${token}"), "Output": "{}"}

    def update(key: str, arguments: Json, catches: tuple[Catch, ...] = ()) -> Call:
        retry = WRITE_RETRY
        way = Way(last)
        return Call(key, event.id, "helper", way, UPDATE, arguments, asl(INPUT), told, retry=retry, catches=catches)

    steps: list[Step] = [
        update(finish, _ended(record, me), (refused,)),
        update(again, _looked(record)),
        Decide(last, event.id, "helper", (Rule(f"${token} != ''", Way(answer)),), Way(over)),
        Call(answer, event.id, "helper", Way(END), ANSWER, given, asl(INPUT), catches=(gone,)),
        Compute(over, event.id, "helper", Way(END)),
    ]
    return finish, {step.key: step for step in steps}


def _path(b: SegmentBuilder, scope: str, key: str) -> str:
    return "/".join((*b.build.graphs[scope].path, key))


def _kept(key: str) -> str:
    return f"$lookup({INPUT}.{RESERVED}.handlers, {jsonata.text(key)})"


def _record(record: str) -> dict[str, Json]:
    return {"TableName": MESSAGES, "Key": {"pk": {"S": asl(f"'ASIDE#' & {INSTANCE_ID}")}, "sk": {"S": asl(record)}}}


def _opened(record: str, name: str) -> Json:
    return {
        **_record(record),
        "UpdateExpression": "SET #h = :open, #o = if_not_exists(#o, :zero) + :one, expiresAt = :x",
        "ConditionExpression": "attribute_not_exists(closed) AND attribute_not_exists(#h)",
        "ExpressionAttributeNames": {"#h": asl(f"'h|' & {name}"), "#o": "opened"},
        "ExpressionAttributeValues": {
            ":open": {"S": "open"},
            ":zero": {"N": "0"},
            ":one": {"N": "1"},
            ":x": {"N": asl(EXPIRES_AT)},
        },
    }


def _ended(record: str, name: str) -> Json:
    before = "$states.context.Execution.Input"
    changed = f"$sift({INPUT}, function($v, $k) {{ $k != '{RESERVED}' and $not($v = $lookup({before}, $k)) }})"
    return {
        **_record(record),
        "UpdateExpression": "SET #h = :ended, #c = :c, #o = #o - :one",
        "ConditionExpression": "#h = :open",
        "ExpressionAttributeNames": {
            "#h": asl(f"'h|' & {name}"),
            "#c": asl(f"'c|' & $states.context.State.EnteredTime & '|' & {name}"),
            "#o": "opened",
        },
        "ExpressionAttributeValues": {
            ":open": {"S": "open"},
            ":ended": {"S": "ended"},
            ":c": {"S": asl(f"$string($merge([{{}}, {changed}]))")},
            ":one": {"N": "1"},
        },
        "ReturnValues": "ALL_NEW",
    }


def _looked(record: str) -> Json:
    """A write that changes nothing that matters: its answer is the record, the newest for certain."""
    return {
        **_record(record),
        "UpdateExpression": "SET expiresAt = :x",
        "ExpressionAttributeValues": {":x": {"N": asl(EXPIRES_AT)}},
        "ReturnValues": "ALL_NEW",
    }
