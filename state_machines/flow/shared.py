"""What conditional events read, as the branches of an instance share it: one record, told by every writer.

The protocol is `docs/records.md`, "Conditions". `_dpc.known` holds what a token has told, or heard, last.
"""

from collections.abc import Collection, Iterable

from state_machines.asl.model import Json
from state_machines.flow import jsonata
from state_machines.flow.jsonata import INPUT, INSTANCE_ID, RESERVED, asl
from state_machines.flow.waits import MESSAGES, UPDATE

GET = "arn:aws:states:::aws-sdk:dynamodb:getItem"
WRITTEN = "dpc:written"
"""The event of an answer that brings what was written; no element has such an id."""
_IS_NEW = f"$not($exists($lookup({INPUT}.{RESERVED}.known, $n)))"
_KEPT = f"$string($floor($millis() / 1000) + {400 * 86_400})"
_ALIASES = "{'#t': 'total', '#x': 'expiresAt'}"
_KEY: Json = {"pk": {"S": asl(f"'VARIABLES#' & {INSTANCE_ID}")}, "sk": {"S": "-"}}


def look_up() -> tuple[str, Json]:
    """Resource and arguments of the state that reads the record."""
    return GET, {"TableName": MESSAGES, "Key": _KEY, "ConsistentRead": True}


def changed(names: Iterable[str], certain: Collection[str]) -> str:
    """JSONata of the names of the variables that a token has to tell: it has written them, or they are others now."""

    def text(of: str) -> str:
        return f"$string({{'v': $lookup({of}, $n)}})"

    differs = f"{text(INPUT)} != {text(f'{INPUT}.{RESERVED}.known')}"
    written = f"$n in {_list(certain)} or " if certain else ""
    return f"[$filter({_list(names)}, function($n) {{ {written}{differs} }})]"


def created(names: Iterable[str], certain: Collection[str]) -> str:
    """JSONata of the names of the variables that a token tells, and of which nothing was known."""
    return f"[$filter({changed(names, certain)}, function($n) {{ {_IS_NEW} }})]"


def telling(names: Iterable[str], certain: Collection[str], heard: Iterable[str]) -> tuple[str, Json]:
    """Resource and arguments of the state that tells what a token has written, and who has looked at it already.

    Each variable gets the number of its writing; a state that is tried again counts twice, which hurts nobody.
    """
    news = f"$news := {changed(names, certain)}"
    by = jsonata.text("".join(f"|{event}|" for event in heard))
    sets = (
        "'SET #t = if_not_exists(#t, :zero) + :one, #x = :x' & $join([$map($news, function($n, $i) { "
        "', #v' & $i & ' = :v' & $i & ', #n' & $i & ' = if_not_exists(#t, :zero) + :one, #b' & $i & ' = :b' & $i })])"
    )
    aliases = "{'#v' & $i: 'v|' & $n, '#n' & $i: 'n|' & $n, '#b' & $i: 'b|' & $n}"
    value = f"($exists($lookup({INPUT}, $n)) ? $lookup({INPUT}, $n) : null)"
    kind = f"({_IS_NEW} ? 'create' : 'update')"
    values = f"{{':v' & $i: {{'S': $string({value})}}, ':b' & $i: {{'S': {kind} & {by}}}}}"
    numbers = f"{{':zero': {{'N': '0'}}, ':one': {{'N': '1'}}, ':x': {{'N': {_KEPT}}}}}"
    return UPDATE, {
        "TableName": MESSAGES,
        "Key": _KEY,
        "ReturnValues": "ALL_NEW",
        "UpdateExpression": asl(f"({news}; {sets})"),
        "ExpressionAttributeNames": asl(f"({news}; {_all(_ALIASES, aliases)})"),
        "ExpressionAttributeValues": asl(f"({news}; {_all(numbers, values)})"),
    }


def view(names: Collection[str], item: str) -> str:
    """JSONata of what is known by the record: `at`, the number of the last writing, and the `values` as they are now.

    `item` is the JSONata of the record as DynamoDB gives it, or of nothing.
    """
    told = "$exists($lookup($item, 'v|' & $n)) ? {$n: $parse($lookup($item, 'v|' & $n).S)} : {}"
    shared = f"$merge([{{}}, $map({_list(names)}, function($n) {{ {told} }})])"
    at = "$exists($item.total) ? $item.total.N : '0'"
    return f"($item := {item}; {{'at': {at}, 'values': {jsonata.merge(picked(names), shared)}}})"


def told(names: Collection[str], before: str, *, kinds: bool) -> str:
    """JSONata of what is known when an answer may have brought what was written. `before`: what was known.

    `kinds`: it matters whether variables were there before, which an operator who writes them does not say.
    """
    news = "$states.result.variables"
    values = jsonata.merge(f"{before}.values", picked(names, news))
    by = f"{news}.{RESERVED}.by"
    if kinds:
        kind = f"$v = '' ? ($exists($lookup({before}.values, $k)) ? 'update' : 'create') : $v"
        by = f"$merge([{{}}, $each({by}, function($v, $k) {{ {{$k: {kind}}} }})])"
    now = f"{{'at': {news}.{RESERVED}.at, 'by': {by}, 'values': {values}}}"
    return f"$states.result.event = '{WRITTEN}' ? {now} : {before}"


def known(names: Collection[str], of: str) -> str:
    """JSONata of variables with the note that all of them is known."""
    about = f"$merge([$all.{RESERVED}, {{'known': {picked(names, '$all')}}}])"
    return f"($all := {of}; $merge([$all, {{'{RESERVED}': {about}}}]))"


def picked(names: Collection[str], of: str = INPUT) -> str:
    """JSONata of some members of an object."""
    return f"$merge([{{}}, $sift({of}, function($v, $k) {{ $k in {_list(names)} }})])"


def _all(first: str, each: str) -> str:
    return f"$merge($append([{first}], [$map($news, function($n, $i) {{ {each} }})]))"


def _list(names: Iterable[str]) -> str:
    return "[" + ", ".join(jsonata.text(name) for name in sorted(names)) + "]"
