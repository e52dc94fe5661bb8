"""Records of completed activities that can be compensated: how they are written, found and taken. No steps here.

The list of a scope's run is a partition of the table `messages`; the protocol is `docs/records.md`. The key of a
sub-process's run travels with the variables (`_dpc.runs`), as does the number of completions that a token has seen.
"""

from collections.abc import Mapping

from state_machines.asl.model import Json
from state_machines.flow import jsonata
from state_machines.flow.compensating import Compensation
from state_machines.flow.jsonata import INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.waits import EXPIRES_AT, MESSAGES, UPDATE

QUERY = "arn:aws:states:::aws-sdk:dynamodb:query"
_ENTERED = "$states.context.State.EnteredTime"
_SEEN = f"$sum([{INPUT}.{RESERVED}.completed, 0])"
NOW = f"{_ENTERED} & '#' & $pad($string({_SEEN}), -6, '0')"
"""JSONata of the present place in the lists: behind all that the token has seen completed."""


def begun(scope: str, *, items: bool) -> str:
    """JSONata of the variables at the beginning of a sub-process: with a key for this run of it."""
    run = f"{jsonata.text(scope + '@')} & {_ENTERED} & '-' & $string({_SEEN}){_place(items=items)}"
    return _with({"runs": with_run(scope, run)})


def with_run(scope: str, run: str) -> str:
    """JSONata of the keys of runs, with that of a sub-process."""
    return jsonata.merge(f"{INPUT}.{RESERVED}.runs", jsonata.obj({scope: run}))


def completion(known: Compensation, listed: str, state: str, *, items: bool) -> tuple[Json, str]:
    """Arguments of the write that lists what has completed, and the variables after it. Repeating it is harmless."""
    seen = jsonata.obj({name: jsonata.member(INPUT, name) for name in sorted(known.kept(listed))})
    place = f"{NOW} & {jsonata.text('#' + state)}{_place(items=items)}"
    values: dict[str, Json] = {
        ":a": {"S": listed},
        ":s": {"S": asl(f"$string({seen})")},
        ":x": {"N": asl(EXPIRES_AT)},
    }
    update = "SET a = :a, s = :s, expiresAt = :x"
    if listed in known.holding - known.once:
        values[":k"] = {"S": asl(run_of(listed))}
        update = f"{update}, k = :k"
    arguments: Json = {
        "TableName": MESSAGES,
        "Key": {"pk": {"S": asl(partition(run_of(known.home(listed))))}, "sk": {"S": asl(place)}},
        "UpdateExpression": update,
        "ExpressionAttributeValues": values,
    }
    return arguments, asl(_with({"completed": f"{_SEEN} + 1"}))


def run_of(scope: str) -> str:
    """JSONata of the key of the present run of a scope; the process has one run, which needs none."""
    return jsonata.member(f"{INPUT}.{RESERVED}.runs", scope) if scope else "''"


def partition(run: str) -> str:
    """JSONata of the partition that lists what was completed in a run."""
    return f"'DONE#' & {INSTANCE_ID} & '#' & {run}"


def search(run: str, until: str = "", *, held: bool = False) -> Json:
    """Arguments of the query for what was completed in a run and is not compensated yet, the newest first.

    `until`: JSONata of the place in the list behind which nothing is meant. `held`: with the variables that are held.
    """
    limit: dict[str, Json] = {":until": {"S": asl(until)}} if until else {}
    return {
        "TableName": MESSAGES,
        "KeyConditionExpression": "pk = :pk AND sk < :until" if until else "pk = :pk",
        "FilterExpression": "attribute_not_exists(taken)",
        "ExpressionAttributeValues": {":pk": {"S": asl(partition(run))}, **limit},
        "ProjectionExpression": "pk, sk, a, k, s" if held else "pk, sk, a, k",
        "ScanIndexForward": False,
        "ConsistentRead": True,
    }


def found(wanted: tuple[str, ...], own: str = "") -> str:
    """JSONata of what the query found, as far as it is wanted; `own`: with the own variables of what is opened."""
    listed = ", ".join(jsonata.text(each) for each in wanted)
    words = jsonata.text("More than 1 MB of completed activities stand in one scope: too many to compensate.")
    result = "$states.result"
    entries = f"{result}.Items[a.S in [{listed}]]"
    if own:
        entries = f"$map({entries}, function($e) {{ {jsonata.merge('$e', jsonata.obj({'own': own}))} }})"
    return f"($exists({result}.LastEvaluatedKey) ? $error({words}) : [{entries}])"


def taking(entry: str) -> tuple[str, Json]:
    """Resource and arguments of the write that takes an entry for one throw; it answers with the entry."""
    me = f"$states.context.Execution.Name & '/' & $states.context.State.Name & '@' & {_ENTERED}"
    arguments: Json = {
        "TableName": MESSAGES,
        "Key": {"pk": {"S": asl(f"{entry}.pk.S")}, "sk": {"S": asl(f"{entry}.sk.S")}},
        "UpdateExpression": "SET taken = :me",
        "ConditionExpression": "attribute_not_exists(taken) OR taken = :me",
        "ExpressionAttributeValues": {":me": {"S": asl(me)}},
        "ReturnValues": "ALL_NEW",
    }
    return UPDATE, arguments


def _with(members: Mapping[str, str]) -> str:
    changed = f"$merge([{INPUT}.{RESERVED}, {jsonata.obj(members)}])"
    return jsonata.merge(INPUT, jsonata.obj({RESERVED: changed}))


def _place(*, items: bool) -> str:
    return f" & '#' & {INPUT}.{RESERVED}.at" if items else ""
