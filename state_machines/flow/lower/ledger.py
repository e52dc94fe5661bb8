"""The records of joins: one conditional write per move, from which anyone can tell which joins it has set off.

A write stores a move under the token's name and gives it a place among all. Whoever has written plays the moves up to
its own again: what the last of them sets off is the writer's to carry on. A write that was repeated finds its own
place, so it decides the same. Tokens that wait at a flow are taken in the order in which they came.
"""

from dataclasses import dataclass

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode
from state_machines.flow import jsonata, tokens
from state_machines.flow.bounds import Open
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.jsonata import INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.steps import Call, Catch, Way
from state_machines.flow.waits import EXPIRES_AT, MESSAGES, UPDATE, WRITE_RETRY

_REFUSED = "DynamoDb.ConditionalCheckFailedException"


@dataclass(frozen=True)
class Told:
    """A move to be written: its step's name, what it tells, and where the variable `place` is looked at next.

    `place` then holds `{me, fired}`: the token's name, and of each join that the move has set off `join`, the `tokens`
    that it takes, and what they have written (`wrote`, `clock`).
    """

    key: str
    join: str
    moved: str
    arrives: bool
    way: Way
    place: str


def tell(b: SegmentBuilder, node: FlowNode, region: Open, told: Told) -> None:
    """Adds the step that writes a move, and the one that looks at it again when the write was repeated."""
    again = b.helper(told.key, "again")
    since = b.build.names.variable("since", told.key)
    me = f"{jsonata.text(told.key + '@')} & $states.context.State.EnteredTime{at_place(b)}"
    repeated = Catch((_REFUSED,), Way(again, (), "continues"), asl(INPUT), {since: asl(me)})
    _write(b, node, region, told, told.key, _new(region, told, me), me, (repeated,))
    _write(b, node, region, told, again, _nothing(), f"${since}", ())


def at_place(b: SegmentBuilder) -> str:
    """JSONata that adds the place among items, where the same state runs for several."""
    return f" & '#' & {INPUT}.{RESERVED}.at" if b.bounds.items else ""


def _write(
    b: SegmentBuilder,
    node: FlowNode,
    region: Open,
    told: Told,
    state: str,
    update: dict[str, Json],
    me: str,
    catches: tuple[Catch, ...],
) -> None:
    path = "/".join((*region.ledger.graph.path, region.ledger.key(told.join)))
    key: Json = {
        "pk": {"S": asl(f"'JOIN#' & {INSTANCE_ID}")},
        "sk": {"S": asl(f"{jsonata.text(path + '@')} & ${region.entered}")},
    }
    arguments: Json = {"TableName": MESSAGES, "Key": key, "ReturnValues": "ALL_NEW", **update}
    seen = f"($item := $states.result.Attributes; $me := {me}; {_seen(region, told)})"
    place: dict[str, Json] = {told.place: asl(seen)}
    call = Call(
        state, node.id, "helper", told.way, UPDATE, arguments, asl(INPUT), place, retry=WRITE_RETRY, catches=catches
    )
    b.add(call)


def _new(region: Open, told: Told, me: str) -> dict[str, Json]:
    """The write that tells a move and takes the next place, once."""
    carried = "#c = :c, " if told.arrives else ""
    names: dict[str, Json] = {"#m": asl(f"'m|' & {me}"), "#n": asl(f"'n|' & {me}"), "#t": "total", "#x": "expiresAt"}
    values: dict[str, Json] = {
        ":m": {"S": asl(f"$string({told.moved})")},
        ":zero": {"N": "0"},
        ":one": {"N": "1"},
        ":x": {"N": asl(EXPIRES_AT)},
    }
    if told.arrives:
        names["#c"] = asl(f"'c|' & {me}")
        values[":c"] = {"S": asl(f"$string({tokens.written(region.base)})")}
    return {
        "UpdateExpression": f"SET {carried}#m = :m, #n = if_not_exists(#t, :zero), "
        "#t = if_not_exists(#t, :zero) + :one, #x = :x",
        "ConditionExpression": "attribute_not_exists(#n)",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def _nothing() -> dict[str, Json]:
    """A write that changes nothing that matters: its answer is the record, the newest for certain."""
    return {
        "UpdateExpression": "SET #x = :x",
        "ExpressionAttributeNames": {"#x": "expiresAt"},
        "ExpressionAttributeValues": {":x": {"N": asl(EXPIRES_AT)}},
    }


_NUMBERS = (
    "$num := function($o, $k) { $sum([$lookup($o, $k)]) }; "
    "$add := function($o, $k, $n) { $merge([$o, {$k: $num($o, $k) + $n}]) }"
)
_NOBODY = "{'w': {}, 'u': {}, 'k': {}}"
"""How many wait on which flow, how many have been taken from it, and how many stand in which class."""
_TAKEN = "$filter($j.in, function($i) { $num($s.w, $i) > 0 })"
_BLOCKS = (
    "($to := $lookup($lookup($classes, $c), $j.id); "
    "$exists($to) and $num($s.k, $c) > 0 and $count($filter($to, function($i) { $i in $f })) = 0)"
)
_ALL = "$count($f) = $count($j.in)"
_SOME = f"$count($f) > 0 and $count($filter($keys($classes), function($c) {{ {_BLOCKS} }})) = 0"


def _seen(region: Open, told: Told) -> str:
    """JSONata of what the record `$item` tells the token `$me`."""
    shared = region.ledger.shared
    rows = (
        "$rows := [$each($item, function($v, $k) { $substring($k, 0, 2) = 'n|' ? {'me': $substring($k, 2), "
        "'n': $number($v.N), 'm': $parse($lookup($item, 'm|' & $substring($k, 2)).S)} })]^(n)"
    )
    mine = "$mine := $filter($rows, function($r) { $r.me = $me }).n"
    ready = (
        f"$ready := function($s, $j) {{ ($f := {_TAKEN}; {f'$j.some ? ({_SOME}) : ({_ALL})' if shared else _ALL}) }}"
    )
    fires = "$fires := function($s) { $filter($joins, function($j) { $ready($s, $j) })[0] }"
    settle = "$settle := function($s) { ($j := $fires($s); $exists($j) ? $settle($fire($s, $j)) : $s) }"
    last = f"$end := $reduce($filter($rows, function($r) {{ $r.n <= $mine }}), {_step(shared)}, {_NOBODY})"
    classes = f"$classes := {region.ledger.classes()}; " if shared else ""
    parts = (rows, mine, _NUMBERS, ready, fires, _fire(shared), settle, last, _carried())
    return f"$joins := {region.ledger.joins_in(told.join)}; {classes}{'; '.join(parts)}"


def _fire(shared: bool) -> str:
    """A join goes on with the first token of each flow that has one; with inclusive joins their classes become one."""
    taken = "{'join': $j.id, 'at': [$map($f, function($i) { {'flow': $i, 'nth': $num($s.u, $i)} })]}"
    members = [
        "'w': $reduce($f, function($o, $i) { $add($o, $i, -1) }, $s.w)",
        "'u': $reduce($f, function($o, $i) { $add($o, $i, 1) }, $s.u)",
        f"'fired': [$append($s.fired, [{taken}])]",
    ]
    if shared:
        members.append(
            "'k': $add($reduce($f, function($o, $i) { $add($o, $lookup($j.is, $i), -1) }, $s.k), $j.then, 1)"
        )
    return f"$fire := function($s, $j) {{ ($f := {_TAKEN}; {{{', '.join(members)}}}) }}"


def _step(shared: bool) -> str:
    """One move: from its class to others, and to a flow if it arrives. Only what the last one sets off is kept."""
    arrived = "$exists($r.m.at) ? $add($s.w, $r.m.at, 1) : $s.w"
    members = [f"'w': {arrived}", "'u': $s.u"]
    if shared:
        left = "$exists($r.m.from) and $r.m.from != '' ? $add($s.k, $r.m.from, -1) : $s.k"
        members.append(f"'k': $reduce([$r.m.to], function($o, $c) {{ $add($o, $c, 1) }}, {left})")
    return f"function($s, $r) {{ $settle({{{', '.join(members)}}}) }}"


def _carried() -> str:
    """What the token carries on: of each join that it has set off the tokens, and what they have written."""
    came = "$filter($rows, function($r) { $r.m.at = $a.flow })[$a.nth].me"
    wrote = tokens.merged("[$c.wrote]")
    return (
        "{'me': $me, 'fired': [$map($end.fired, function($f) { ("
        f"$names := [$map($f.at, function($a) {{ {came} }})]; "
        "$c := [$map($names, function($t) { $parse($lookup($item, 'c|' & $t).S) })]; "
        f"{{'join': $f.join, 'tokens': $names, 'wrote': {wrote}, 'clock': $max($c.clock)}}) }})]}}"
    )
