"""The records of what runs aside: what counts it for one run of a scope, and keeps what it has changed.

The end of the scope's body waits until none is open. The executions are made in `asides`; the protocol is in
`docs/records.md`.
"""

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode
from state_machines.flow import jsonata, tokens
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.jsonata import INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.lower.incidents import UNEVALUATED, failure_catch
from state_machines.flow.steps import Call, Catch, Way
from state_machines.flow.waits import EXPIRES_AT, GET, MESSAGES, UPDATE, WRITE_RETRY

REFUSED = "DynamoDb.ConditionalCheckFailedException"


def scope_record(b: SegmentBuilder, scope: str, key: str) -> str:
    """JSONata of the sort key of the record of a scope's run, in the state that begins it."""
    path = jsonata.text(_path(b, scope, key) + "@")
    place = f" & '#' & {INPUT}.{RESERVED}.at" if b.bounds.items else ""
    return f"{path} & $string($toMillis($states.context.State.EnteredTime)){place}"


def until_none_is_open(b: SegmentBuilder, node: FlowNode, scope: str, key: str, way: Way) -> Way:
    """The way by the state that waits for the handlers of a scope, whose fork is `key`; none open: it goes on."""
    given: Json = {
        **_record(_kept(key)),
        "UpdateExpression": "SET #h = :token",
        "ConditionExpression": "#o > :zero",
        "ExpressionAttributeNames": {"#h": "token", "#o": "opened"},
        "ExpressionAttributeValues": {":token": {"S": asl("$states.context.Task.Token")}, ":zero": {"N": "0"}},
    }
    none = Catch((REFUSED,), way, asl(INPUT))
    state = b.helper(key, "handlers")
    b.build.records[state] = _path(b, scope, key)
    resource, retry = f"{UPDATE}.waitForTaskToken", WRITE_RETRY
    b.add(Call(state, node.id, "helper", way, resource, given, asl(INPUT), retry=retry, catches=(none,)))
    return Way(state)


def changes_of_handlers(b: SegmentBuilder, node: FlowNode, key: str, way: Way, *, whole: bool) -> Way:
    """The way by the state that takes over what the handlers of a scope have changed, in the order in which they ended.

    What the body has taken over before, it does not again. `whole`: the scope is one open region, whose tokens are
    merged first, those of the body and those that ran aside.
    """
    if whole:
        kept = f"$sift($v.{RESERVED}, function($x, $k) {{ $k != 'tokens' }})"
        settled = f"($v := {tokens.settled('$all')}; $merge([$v, {{'{RESERVED}': $merge([{{}}, {kept}])}}]))"
        changed = _changed(settled, " and $not($k in $all.took)")
        return _changes(b, node, key, way, f"($all := {_listed(f'[{INPUT}.{RESERVED}.tokens]')}; {changed})")
    if taken := b.build.taken.get(key):
        known = f" and $not($exists(${taken}) ? $k in ${taken} : false)"
        return _changes(b, node, key, way, _changed(INPUT, known), {taken: asl(_ENDED)})
    return _changes(b, node, key, way, _changed(INPUT))


def told_by_handlers(b: SegmentBuilder, node: FlowNode, key: str, way: Way, base: str) -> Way:
    """As `changes_of_handlers`, for a token that goes on in an open region, whose input the variable `base` holds."""
    changed = _changed(tokens.told(base, _listed("[]")), f" and $not($k in {tokens.TOKEN}.took)")
    return _changes(b, node, key, way, tokens.took(changed, _ENDED))


_ENDED = "[$filter($keys($states.result.Item), function($k) { $substring($k, 0, 2) = 'c|' })]"
"""JSONata of the names under which the record keeps what handlers have changed."""


def _changed(base: str, which: str = "") -> str:
    return f"$reduce({_rows('c|', which)}, function($acc, $r) {{ $merge([$acc, $r.c]) }}, {base})"


def _listed(first: str) -> str:
    """JSONata of the lists of the tokens that ran aside, behind the first ones."""
    return f"$reduce({_rows('t|')}, function($f, $r) {{ $append($f, $r.c) }}, {first})"


def _changes(
    b: SegmentBuilder, node: FlowNode, key: str, way: Way, output: str, assign: dict[str, Json] | None = None
) -> Way:
    given: Json = {**_record(_kept(key)), "ConsistentRead": True}
    changes = b.helper(key, "changes")
    large = failure_catch(b, node, changes, changes, way, UNEVALUATED)
    read = asl(jsonata.bounded(output))
    b.add(Call(changes, node.id, "helper", way, GET, given, read, assign or {}, retry=WRITE_RETRY, catches=(large,)))
    return Way(changes)


def _rows(kind: str, which: str = "") -> str:
    """JSONata of what the record keeps of one kind, in the order in which it was written."""
    row = f"$substring($k, 0, 2) = '{kind}'{which} ? {{'k': $k, 'c': $parse($v.S)}}"
    return f"[[$each($states.result.Item, function($v, $k) {{ {row} }})]^(k)]"


def opened(record: str, name: str) -> Json:
    """The write by which an execution begins to count, unless the scope has been left."""
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


def ended(record: str, name: str, *, listed: bool) -> Json:
    """The write by which an execution ends: with what it has changed or, in an open region, the list of its tokens."""
    before = "$states.context.Execution.Input"
    changed = f"$sift({INPUT}, function($v, $k) {{ $k != '{RESERVED}' and $not($v = $lookup({before}, $k)) }})"
    return {
        **_record(record),
        "UpdateExpression": "SET #h = :ended, #c = :c, #o = #o - :one",
        "ConditionExpression": "#h = :open",
        "ExpressionAttributeNames": {
            "#h": asl(f"'h|' & {name}"),
            "#c": asl(f"{jsonata.text('t|' if listed else 'c|')} & $states.context.State.EnteredTime & '|' & {name}"),
            "#o": "opened",
        },
        "ExpressionAttributeValues": {
            ":open": {"S": "open"},
            ":ended": {"S": "ended"},
            ":c": {"S": asl(f"$string({INPUT if listed else f'$merge([{{}}, {changed}])'})")},
            ":one": {"N": "1"},
        },
        "ReturnValues": "ALL_NEW",
    }


def looked(record: str) -> Json:
    """A write that changes nothing that matters: its answer is the record, the newest for certain."""
    return {
        **_record(record),
        "UpdateExpression": "SET expiresAt = :x",
        "ExpressionAttributeValues": {":x": {"N": asl(EXPIRES_AT)}},
        "ReturnValues": "ALL_NEW",
    }


def _path(b: SegmentBuilder, scope: str, key: str) -> str:
    return "/".join((*b.build.graphs[scope].path, key))


def _kept(key: str) -> str:
    return f"$lookup({INPUT}.{RESERVED}.handlers, {jsonata.text(key)})"


def _record(record: str) -> dict[str, Json]:
    return {"TableName": MESSAGES, "Key": {"pk": {"S": asl(f"'ASIDE#' & {INSTANCE_ID}")}, "sk": {"S": asl(record)}}}
