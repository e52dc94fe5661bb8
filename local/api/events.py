"""Between HTTP and API Gateway's HTTP-API payload, format 2.0: events for functions and authorizers, answers back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from local.api.messages import HttpAnswer, HttpRequest, Target
from local.cloud.where import Where

API_ID = "local"
_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/javascript")


def proxy_event(
    request: HttpRequest, target: Target, authorizer: Mapping[str, Any], *, request_id: str, now: datetime, where: Where
) -> dict[str, Any]:
    """The event for a function behind a route."""
    event = _common(request, target, request_id=request_id, now=now, where=where)
    if authorizer:
        event["requestContext"]["authorizer"] = dict(authorizer)
    return event | _body(request)


def authorizer_event(
    request: HttpRequest, target: Target, *, request_id: str, now: datetime, where: Where
) -> dict[str, Any]:
    """The event for a request authorizer (payload 2.0)."""
    event = _common(request, target, request_id=request_id, now=now, where=where)
    method, path = target.route_key.split(" ", 1)
    return event | {
        "type": "REQUEST",
        "routeArn": where.arn("execute-api", f"{API_ID}/$default/{method}{path}"),
        "identitySource": [request.header("authorization")],
    }


def _common(request: HttpRequest, target: Target, *, request_id: str, now: datetime, where: Where) -> dict[str, Any]:
    headers = {name: request.header(name) for name, _ in request.headers if name != "cookie"}
    cookies = [part.strip() for name, v in request.headers if name == "cookie" for part in v.split(";") if part.strip()]
    query: dict[str, str] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": target.route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": _context(request, target, request_id, now, where),
    }
    if cookies:
        event["cookies"] = cookies
    if query:
        event["queryStringParameters"] = query
    if target.path_parameters:
        event["pathParameters"] = dict(target.path_parameters)
    return event


def _context(request: HttpRequest, target: Target, request_id: str, now: datetime, where: Where) -> dict[str, Any]:
    host = request.header("host") or "127.0.0.1"
    return {
        "accountId": where.account,
        "apiId": API_ID,
        "domainName": host,
        "domainPrefix": host.split(".")[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.client,
            "userAgent": request.header("user-agent"),
        },
        "requestId": request_id,
        "routeKey": target.route_key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def _body(request: HttpRequest) -> dict[str, Any]:
    """Text travels as text, everything else as base64; so does text that is not UTF-8."""
    if not request.body:
        return {"isBase64Encoded": False}
    if request.header("content-type").lower().startswith(_TEXT_TYPES):
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


def http_answer(result: Any) -> HttpAnswer:
    """The answer of a function as HTTP. Raises ValueError for what API Gateway would not take.

    >>> http_answer({"hello": 1}).status
    200
    """
    if not isinstance(result, dict) or "statusCode" not in result:
        return HttpAnswer(200, (("content-type", "application/json"),), json.dumps(result).encode())
    headers = [(str(name).lower(), str(value)) for name, value in (result.get("headers") or {}).items()]
    headers += [("set-cookie", str(cookie)) for cookie in result.get("cookies") or ()]
    body = result.get("body") or ""
    if not isinstance(body, str):
        raise ValueError("the body of an answer is text")
    try:
        content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    except binascii.Error as error:
        raise ValueError("the body of an answer is not base64") from error
    if not any(name == "content-type" for name, _ in headers) and content:
        headers.append(("content-type", "text/plain;charset=UTF-8"))
    return HttpAnswer(int(result["statusCode"]), tuple(headers), content)
