"""Wait points: the native write that parks a token, and the one that removes it. The protocol is `docs/records.md`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote

from state_machines.asl.model import Json, Retrier
from state_machines.by_reference.marks import keep
from state_machines.flow import jsonata
from state_machines.flow.jsonata import BUSINESS_KEY, DPC, INPUT, INSTANCE_ID, RESERVED, asl

EXPIRES_AT = f"$string($floor($millis() / 1000) + {400 * 86_400})"
"""JSONata: until when records of a running instance are kept that it does not remove: longer than any runs."""

Kind = Literal["user", "message", "job", "incident", "scope"]

PUT = "arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken"
TRANSACT = "arn:aws:states:::aws-sdk:dynamodb:transactWriteItems.waitForTaskToken"
GET = "arn:aws:states:::aws-sdk:dynamodb:getItem"
UPDATE = "arn:aws:states:::aws-sdk:dynamodb:updateItem"
DELETE = "arn:aws:states:::aws-sdk:dynamodb:deleteItem"
TRANSACT_DELETE = "arn:aws:states:::aws-sdk:dynamodb:transactWriteItems"
WAITS = "${dpc:table:waits}"
MESSAGES = "${dpc:table:messages}"
REGISTRY = "${dpc:table:registry}"

WRITE_RETRY = (
    Retrier(
        (
            "DynamoDb.TransactionConflictException",
            "DynamoDb.TransactionCanceledException",
            "DynamoDb.ThrottlingException",
            "DynamoDb.ProvisionedThroughputExceededException",
            "DynamoDb.RequestLimitExceededException",
            "DynamoDb.InternalServerErrorException",
        ),
        interval_seconds=1,
        max_attempts=8,
        backoff_rate=1.5,
    ),
)


WATCH_RETRY = tuple(
    replace(each, errors=tuple(e for e in each.errors if e != "DynamoDb.TransactionCanceledException"))
    for each in WRITE_RETRY
)
"""Of watchers: a cancelled transaction may mean that their record is closed, which no repetition changes."""


@dataclass(frozen=True)
class Subscription:
    """A message or signal that ends a wait. `key` is JSONata for a message's correlation key as text."""

    kind: Literal["message", "signal", "condition"]
    name: str
    element_id: str
    key: str = "''"
    reads: tuple[str, ...] = ()
    """Of conditions: the variables that they read."""
    seen: str = ""
    """Of conditions: JSONata of the number of the last writing that is known, as text."""
    named: str = ""
    """JSONata of the name, where it is computed."""


@dataclass(frozen=True)
class WaitPoint:
    """What one wait writes. Texts are written as ASL has them: plain, or JSONata in `{% %}`."""

    state: str
    kind: Kind
    element_id: str
    element_name: str
    element_type: str
    scope_path: tuple[str, ...]
    process_id: str
    variables: str = INPUT
    texts: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    deadline: str = ""
    """JSONata for milliseconds; empty: waits for ever."""
    subscriptions: tuple[Subscription, ...] = ()
    items: bool = False
    """Inside a Map: the sort key tells the items apart."""
    entered: str = ""
    """JSONata of the moment that the record's key holds, where it is not the entry of its own state: of a watcher."""

    began: str = ""
    """JSONata of the moment from which events count, where the state has waited before."""

    @property
    def since(self) -> str:
        """JSONata of the moment from which on the wait counts."""
        return self.entered or "$states.context.State.EnteredTime"


def wait_call(point: WaitPoint) -> tuple[str, Json]:
    """Resource and arguments of the state that waits."""
    put: dict[str, Json] = {"TableName": WAITS, "Item": _item(point)}
    if point.entered:
        put["ConditionExpression"] = "attribute_not_exists(closed)"
    if not point.subscriptions:
        return PUT, put
    subscriptions: list[Json] = [{"Put": _subscription(point, s)} for s in point.subscriptions]
    return TRANSACT, {"TransactItems": [{"Put": put}, *subscriptions]}


def removal(point: WaitPoint, since: str) -> tuple[str, Json]:
    """Resource and arguments of the state that removes the record and its subscriptions.

    `since` is the JSONata of the text of the moment in which the wait was entered. A record with an answer stays: it is
    removed by whoever settles it, and gives back what it was to deliver.
    """
    wait: dict[str, Json] = {
        "TableName": WAITS,
        "Key": {
            "pk": {"S": asl(INSTANCE_ID)},
            "sk": {"S": asl(_wait_sk(point, f"$toMillis({point.entered or since})"))},
        },
        "ConditionExpression": "attribute_not_exists(answer)",
    }
    if not point.subscriptions:
        return DELETE, wait
    keys: list[Json] = [
        {"Delete": {"TableName": MESSAGES, "Key": _subscription_key(point, s, since)}} for s in point.subscriptions
    ]
    return TRANSACT_DELETE, {"TransactItems": [{"Delete": wait}, *keys]}


def removals(points: Sequence[WaitPoint]) -> tuple[str, Json]:
    """Resource and arguments of the state that removes watchers' records."""
    found: list[dict[str, Json]] = [{"TableName": WAITS, "Key": _entered_key(point)} for point in points]
    if len(found) == 1:
        return DELETE, found[0]
    return TRANSACT_DELETE, {"TransactItems": [{"Delete": each} for each in found]}


def closing(points: Sequence[WaitPoint]) -> tuple[str, Json]:
    """Resource and arguments of the state that closes watchers' records, whether they are written already or not."""
    updates: list[Json] = [
        {
            "TableName": WAITS,
            "Key": _entered_key(point),
            "UpdateExpression": "SET closed = :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        for point in points
    ]
    if len(updates) == 1:
        return UPDATE, updates[0]
    return TRANSACT_DELETE, {"TransactItems": [{"Update": update} for update in updates]}


def _entered_key(point: WaitPoint) -> Json:
    """The key of a watcher's record."""
    return {"pk": {"S": asl(INSTANCE_ID)}, "sk": {"S": asl(_wait_sk(point, f"$toMillis({point.entered})"))}}


def _item(point: WaitPoint) -> Json:
    iso = f"$fromMillis({point.deadline})" if point.deadline else ""
    variables = point.variables
    texts: dict[str, str] = {
        "pk": asl(INSTANCE_ID),
        "sk": asl(_wait_sk(point, f"$toMillis({point.since})")),
        "kind": point.kind,
        "elementId": jsonata.plain(point.element_id),
        "elementName": jsonata.plain(point.element_name),
        "elementType": point.element_type,
        "processId": jsonata.plain(point.process_id),
        "businessKey": asl(BUSINESS_KEY),
        "token": asl("$states.context.Task.Token"),
        "execution": asl("$states.context.Execution.Id"),
        "since": asl(point.since),
        "timeoutAt": asl(iso) if iso else "",
        "variables": asl(f"$string({variables if variables == INPUT else keep(variables)})"),
        "exact": asl(_exact(variables)),
        "events": _events(point),
        **({"began": asl(point.began)} if point.began else {}),
        **point.texts,
    }
    numbers = {"version": asl(f"$string({DPC}.version)"), **point.numbers}
    return {**{k: {"S": v} for k, v in texts.items()}, **{k: {"N": v} for k, v in numbers.items()}}


def _exact(variables: str) -> str:
    if variables == INPUT:
        return f"$parse($string({INPUT})) = {INPUT} ? 'true' : 'false'"
    return f"($v := {variables}; $parse($string($v)) = $v ? 'true' : 'false')"


def _events(point: WaitPoint) -> str:
    listed = [{"kind": s.kind, "name": s.name, "elementId": s.element_id} for s in point.subscriptions]
    told = [s for s in point.subscriptions if s.kind == "message" and s.key != BUSINESS_KEY]
    if not told and not any(s.named for s in point.subscriptions):
        return jsonata.plain(_json([dict(each) for each in listed]))
    keys = [{"key": s.key} if s.kind == "message" else {} for s in point.subscriptions]
    keys = [k | ({"name": s.named} if s.named else {}) for k, s in zip(keys, point.subscriptions, strict=True)]
    each = [jsonata.obj({n: jsonata.text(v) for n, v in e.items()} | k) for e, k in zip(listed, keys, strict=True)]
    return asl(f"$string([{', '.join(each)}])")


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _subscription(point: WaitPoint, subscription: Subscription) -> Json:
    texts = {
        "instanceId": asl(INSTANCE_ID),
        "waitSk": asl(_wait_sk(point, f"$toMillis({point.since})")),
        "token": asl("$states.context.Task.Token"),
        "event": jsonata.plain(subscription.element_id),
        "processId": jsonata.plain(point.process_id),
        "since": asl(point.began or point.since),
    }
    if subscription.kind == "condition":
        texts |= {"reads": _json(list(subscription.reads)), "seen": asl(subscription.seen)}
    key = _subscription_key(point, subscription, point.since)
    return {"TableName": MESSAGES, "Item": {**key, **{name: {"S": value} for name, value in texts.items()}}}


def _subscription_key(point: WaitPoint, subscription: Subscription, since: str) -> dict[str, Json]:
    since = point.began or since
    pk = _partition(subscription)
    sort = f"'SUB#' & {since} & '#' & {INSTANCE_ID} & {jsonata.text('#' + point.state)}{_place(point)}"
    return {"pk": {"S": pk}, "sk": {"S": asl(sort)}}


def _partition(subscription: Subscription) -> str:
    # encodeURIComponent leaves these characters; the publisher's side encodes with the same rule.
    name = quote(subscription.name, safe="!'()*-._~")
    kind = "SIGNAL#" if subscription.kind == "signal" else "MESSAGE#"
    named = f"'{kind}' & $encodeUrlComponent({subscription.named})" if subscription.named else ""
    if subscription.kind == "condition":
        return asl(f"'VARIABLES#' & {INSTANCE_ID}")
    if subscription.kind == "signal":
        return asl(named) if named else f"{kind}{name}"
    named = f"{named} & '#'" if named else jsonata.text(f"{kind}{name}#")
    return asl(f"{named} & $encodeUrlComponent({subscription.key})")


def _wait_sk(point: WaitPoint, entered_millis: str) -> str:
    wait = jsonata.text("wait#" + "/".join((*point.scope_path, point.state)) + "@")
    return f"{wait} & {entered_millis}{_place(point)}"


def _place(point: WaitPoint) -> str:
    """The places of the items around a wait."""
    return f" & '#' & {INPUT}.{RESERVED}.at" if point.items else ""
