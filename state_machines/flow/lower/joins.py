"""Joins that close no block: tokens of different branches meet in a record, and the last to arrive goes on.

One conditional write stores what a token changed and gives it a place. From all places of the record anyone can tell
who completed which round, so a repeated write, which finds its own place, decides the same. Branches of such a region
give lists: the variables of each token that ended, or where one waits. What still waits when all has ended waits for
ever, as the model says: an incident.
"""

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode, SequenceFlow
from state_machines.flow import jsonata
from state_machines.flow.build import Open, SegmentBuilder
from state_machines.flow.jsonata import INPUT, INSTANCE_ID, JOINED, RESERVED, asl
from state_machines.flow.lower.incidents import deadlocked
from state_machines.flow.regions import is_fork
from state_machines.flow.steps import END, Call, Catch, Compute, Decide, Fork, Rule, Segment, Way
from state_machines.flow.unseen import Arrival
from state_machines.flow.waits import EXPIRES_AT, MESSAGES, WRITE_RETRY

UPDATE = "arn:aws:states:::aws-sdk:dynamodb:updateItem"
_REFUSED = "DynamoDb.ConditionalCheckFailedException"
FLAT = "$reduce($states.result, function($all, $r) { $append($all, $r) }, [])"


def begin_region(b: SegmentBuilder, node: FlowNode, key: str) -> tuple[Open, str]:
    """Adds the state before the outermost fork, which keeps what branches are compared with. Returns the fork's key."""
    names = b.build.names
    region = Open(b.graph(node).scope, names.variable("base", key), names.variable("entered", key))
    fork = b.helper(key, "fork")
    assign: dict[str, Json] = {region.base: asl(INPUT), region.entered: asl("$states.context.State.EnteredTime")}
    b.add(Compute(key, node.id, "helper", Way(fork), "", assign))
    return region, fork


def end_region(b: SegmentBuilder, node: FlowNode, fork: str, after: Way, branches: tuple[Segment, ...]) -> Fork:
    """The outermost fork, with what follows it: the merged variables, or an incident for tokens that still wait."""
    check = b.helper(fork, "left")
    fired = "$reduce($all, function($f, $t) { $append($f, $t.joined) }, [])"
    stuck = "$all[$exists(wait) and $not(wait in $fired)].wait"
    changed = f"$sift($t.variables, function($v, $k) {{ $not($v = $lookup({INPUT}, $k)) and $k != '{RESERVED}' }})"
    merged = f"$reduce($all, function($acc, $t) {{ $merge([$acc, {changed}]) }}, {INPUT})"
    waiting = (
        f"$merge([{merged}, $exists($stuck) ? {{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {{'stuck': [$stuck]}}])}}])"
    )
    output = f"($all := {FLAT}; $fired := {fired}; $stuck := {stuck}; {waiting})"
    rule = Rule(f"$exists({INPUT}.{RESERVED}.stuck)", deadlocked(b, node, check, after))
    b.add(Decide(check, node.id, "choice", (rule,), after))
    return Fork(fork, node.id, "helper", Way(check, (), "continues"), branches, output)


def lower_arrival(b: SegmentBuilder, node: Arrival, key: str) -> None:
    """The arrival at a join over one of its flows. A token that is alone in its scope waits there for ever."""
    graph = b.graph(node)
    join = graph.nodes[node.id]
    onward = b.into(join) if is_fork(graph, join) else b.through(join)
    region = b.bounds.region
    if region is None or region.scope != graph.scope:
        b.add(Compute(key, node.id, "helper", deadlocked(b, join, key, onward)))
        return
    flow = next(each for each in graph.incoming[join.id] if each.id == node.over)
    _meet(b, flow, join, region, key, onward)


def _meet(b: SegmentBuilder, flow: SequenceFlow, join: FlowNode, region: Open, key: str, onward: Way) -> None:
    again, which, waits = (b.helper(flow.id, role) for role in ("again", "place", "waits"))
    place, since = (b.build.names.variable(purpose, key) for purpose in ("place", "since"))
    me = f"{jsonata.text(flow.id + '|' + key + '@')} & $states.context.State.EnteredTime{_at(b)}"
    record = {"TableName": MESSAGES, "Key": _key(b, join, region), "ReturnValues": "ALL_NEW"}
    decide = Way(which, (), "continues")
    repeated = Catch((_REFUSED,), Way(again, (), "continues"), asl(INPUT), {since: asl(me)})

    def told(token: str) -> dict[str, Json]:
        seen = _seen([each.id for each in b.graph(join).incoming[join.id]], flow.id, join.id, region)
        return {place: asl(f"($item := $states.result.Attributes; $me := {token}; {seen})")}

    def update(state: str, arguments: dict[str, Json], token: str, catches: tuple[Catch, ...] = ()) -> None:
        given: Json = {**record, **arguments}
        b.add(
            Call(
                state,
                join.id,
                "helper",
                decide,
                UPDATE,
                given,
                asl(INPUT),
                told(token),
                retry=WRITE_RETRY,
                catches=catches,
            )
        )

    update(key, _place_taken(me, region), me, (repeated,))
    update(again, _place_known(), f"${since}")
    joined = f"$append({JOINED}, [${place}.round])"
    about = f"$merge([${region.base}.{RESERVED}, {INPUT}.{RESERVED}, {{'joined': {joined}}}])"
    goes = jsonata.merge(f"${place}.variables", f"{{'{RESERVED}': {about}}}")
    b.add(Decide(which, join.id, "choice", (Rule(f"${place}.last", onward, asl(goes)),), Way(waits)))
    rests = f"[{{'wait': ${place}.round, 'joined': {JOINED}}}]"
    b.add(Compute(waits, join.id, "helper", Way(END), asl(rests)))


def _place_taken(me: str, region: Open) -> dict[str, Json]:
    """The write that stores what the token changed and takes the next place, once."""
    changed = f"$not($v = $lookup(${region.base}, $k)) and $k != '{RESERVED}'"
    return {
        "UpdateExpression": "SET #c = :c, #n = if_not_exists(#t, :zero), #t = if_not_exists(#t, :zero) + :one, #x = :x",
        "ConditionExpression": "attribute_not_exists(#n)",
        "ExpressionAttributeNames": {
            "#c": asl(f"'c|' & {me}"),
            "#n": asl(f"'n|' & {me}"),
            "#t": "total",
            "#x": "expiresAt",
        },
        "ExpressionAttributeValues": {
            ":c": {"S": asl(f"$string($merge([{{}}, $sift({INPUT}, function($v, $k) {{ {changed} }})]))")},
            ":zero": {"N": "0"},
            ":one": {"N": "1"},
            ":x": {"N": asl(EXPIRES_AT)},
        },
    }


def _place_known() -> dict[str, Json]:
    """A write that changes nothing that matters: its answer is the record, the newest for certain."""
    return {
        "UpdateExpression": "SET #x = :x",
        "ExpressionAttributeNames": {"#x": "expiresAt"},
        "ExpressionAttributeValues": {":x": {"N": asl(EXPIRES_AT)}},
    }


def _seen(flows: list[str], flow: str, join: str, region: Open) -> str:
    """What the record tells the token `$me`: its round, whether it is the round's last, and then the variables."""
    rows = (
        "$rows := [$each($item, function($v, $k) { $substring($k, 0, 2) = 'n|' ? "
        "{'flow': $split($k, '|')[1], 'token': $substring($k, 2), 'at': $number($v.N)} })]^(at)"
    )
    listed = ", ".join(jsonata.text(each) for each in flows)
    mine = "$mine := $rows[token = $me].at"
    rank = f"$rank := $count($rows[flow = {jsonata.text(flow)} and at <= $mine])"
    came = "$count($rows[flow = $f and at <= $mine])"
    before = f"$before := $reduce($flows, function($least, $f) {{ $min([$least, {came}]) }}, $rank)"
    tokens = "$rows[flow = $f][$rank - 1].token"
    changes = f"$parse($lookup($item, 'c|' & {tokens}).S)"
    merged = f"$reduce($flows, function($acc, $f) {{ $merge([$acc, {changes}]) }}, ${region.base})"
    result = (
        f"{{'round': {jsonata.text(join + '#')} & $string($rank), 'last': $before = $rank, "
        f"'variables': $before = $rank ? {merged} : {{}}}}"
    )
    return f"$flows := [{listed}]; {rows}; {mine}; {rank}; {before}; {result}"


def _key(b: SegmentBuilder, join: FlowNode, region: Open) -> Json:
    place = jsonata.text("/".join((*b.graph(join).path, join.id)) + "@")
    return {"pk": {"S": asl(f"'JOIN#' & {INSTANCE_ID}")}, "sk": {"S": asl(f"{place} & ${region.entered}{_at(b)}")}}


def _at(b: SegmentBuilder) -> str:
    return f" & '#' & {INPUT}.{RESERVED}.at" if b.bounds.items else ""
