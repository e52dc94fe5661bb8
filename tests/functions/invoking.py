"""Invocations as AWS makes them: API Gateway's HTTP API v2, SQS, DynamoDB streams. Answers come back decoded."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from contract.auth import GROUPS
from contract.routes import Route
from contract.tables import Table
from functions.runtime.aws.values import to_attributes
from functions.runtime.handler import Handler
from tests.functions.fakes import Change, World
from tests.functions.steps import KilledError


@dataclass(frozen=True)
class Context:
    """The Lambda context, as far as anybody looks at it."""

    aws_request_id: str = "request-1"
    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:function"

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The problem's code."""
        assert self.headers["Content-Type"] == "application/problem+json", self.body
        assert self.json["status"] == self.status
        return str(self.json["code"])


ALL_SCOPES = sorted({scope for scopes in GROUPS.values() for scope in scopes})
USER = {"sub": "u-1", "username": "anna", "cognito:groups": "[back-office]", "scope": " ".join(ALL_SCOPES)}


def http_event(
    route: Route,
    *,
    path: Mapping[str, str] | None = None,
    query: Sequence[tuple[str, str]] | str = (),
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    claims: Mapping[str, Any] | None = None,
    link: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The event of a request. `body`: bytes as they are, text as it is, anything else as JSON."""
    raw_path = route.path
    for name, value in (path or {}).items():
        raw_path = raw_path.replace(f"{{{name}}}", value)
    binary = isinstance(body, bytes)
    text = base64.b64encode(body).decode() if binary else body if isinstance(body, str) else json.dumps(body)
    if link is not None:
        authorizer: dict[str, Any] = {"lambda": {"link": json.dumps(link)}}
    else:
        authorizer = {"jwt": {"claims": dict(claims or USER), "scopes": None}}
    return {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": raw_path,
        "pathParameters": dict(path or {}),
        "rawQueryString": query if isinstance(query, str) else urlencode(query),
        "headers": {"content-type": "application/json", **(headers or {})},
        "requestContext": {
            "requestId": "request-1",
            "http": {"method": route.method, "path": raw_path, "sourceIp": "127.0.0.1", "protocol": "HTTP/1.1"},
            "authorizer": authorizer,
            "stage": "$default",
            "timeEpoch": 0,
        },
        "body": None if body is None else text,
        "isBase64Encoded": binary,
    }


def call(world: World, handler: Handler, route: Route, **request: Any) -> Reply:
    """Send a request to a function, in a fresh sandbox."""
    world.steps.dead = False
    answer = handler.with_ports(world.ports)(http_event(route, **request), Context())
    body = answer.get("body") or ""
    raw = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = dict(answer.get("headers") or {})
    return Reply(answer["statusCode"], headers, raw)


def stream_event(changes: Iterable[Change]) -> dict[str, Any]:
    """The changes of one table as its stream delivers them."""
    return {"Records": [_stream_record(i, change) for i, change in enumerate(changes)]}


def _stream_record(number: int, change: Change) -> dict[str, Any]:
    name = "INSERT" if change.old is None else "REMOVE" if change.new is None else "MODIFY"
    item = change.new or change.old or {}
    images = {"NewImage": change.new, "OldImage": change.old}
    arn = f"arn:aws:dynamodb:eu-central-1:123456789012:table/dpc-demo-{change.table.name}/stream/2026-11-22T00:00:00"
    return {
        "eventID": f"event-{number}",
        "eventName": name,
        "eventSource": "aws:dynamodb",
        "eventSourceARN": arn,
        "dynamodb": {
            "Keys": to_attributes({"pk": item["pk"], "sk": item["sk"]}),
            "SequenceNumber": str(number),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            **{kind: to_attributes(image) for kind, image in images.items() if image is not None},
        },
    }


def deliver_changes(world: World, handler: Handler, tables: Sequence[Table]) -> list[str]:
    """Deliver what changed in these tables until nothing changes any more; answers the failed sequence numbers."""
    failed: list[str] = []
    while todo := [c for c in world.store.changes if c.table in tables]:
        world.store.changes = [c for c in world.store.changes if c.table not in tables]
        for table in tables:
            if changes := [c for c in todo if c.table == table]:
                world.steps.dead = False
                try:
                    answer = handler.with_ports(world.ports)(stream_event(changes), Context())
                except KilledError:
                    world.store.changes += todo  # a stream tells again what nobody has taken
                    raise
                failed += [f["itemIdentifier"] for f in answer["batchItemFailures"]]
    return failed


def queue_event(queue: str, bodies: Iterable[Any]) -> dict[str, Any]:
    """Messages of a queue; each body is JSON."""
    return {
        "Records": [
            {
                "messageId": f"message-{i}",
                "receiptHandle": "r",
                "body": json.dumps(body),
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:eu-central-1:123456789012:dpc-demo-{queue}",
                "awsRegion": "eu-central-1",
            }
            for i, body in enumerate(bodies)
        ]
    }


def bus_body(type_: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """An event of the bus as a queue's message holds it."""
    return {"version": "0", "id": "e", "detail-type": type_, "source": "dpc", "detail": dict(detail)}
