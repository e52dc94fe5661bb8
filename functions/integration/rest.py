"""The REST connector, in the two shapes that models use: Camunda 7's `http-connector`, Camunda 8's `http-json`."""

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from functions.integration.addresses import resolve
from functions.runtime.machine_calls import ConnectorRejected, ConnectorUnavailable, MachineCall
from functions.runtime.ports import Ports, WebAnswer, WebUnavailableError

MAX_ANSWER_BYTES = 200_000
"""A state holds 256 KiB; what is larger must be fetched by reference."""
_RETRYABLE = {408, 425, 429, 500, 502, 503, 504}
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}


@dataclass(frozen=True)
class RestRequest:
    """A request as modelled."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    timeout: timedelta


def call_http_connector(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """Camunda 7: inputs url, method, headers, payload -> {statusCode, headers, response}."""
    answer, content = _exchange(ports, call, _request(call.input, body_name="payload"))
    return {"statusCode": answer.status, "headers": dict(answer.headers), "response": content}


def call_http_json(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """Camunda 8: inputs url, method, headers, queryParameters, body, authentication -> {status, headers, body}."""
    answer, content = _exchange(ports, call, _request(call.input, body_name="body"))
    return {"status": answer.status, "headers": dict(answer.headers), "body": content}


def _request(values: Mapping[str, Any], *, body_name: str) -> RestRequest:
    method = str(values.get("method") or "GET").upper()
    url = values.get("url")
    if method not in _METHODS or not isinstance(url, str) or not url:
        raise ConnectorRejected(f"method {method!r} and url {url!r}: a REST call needs a known method and an address")
    query = {str(k): str(v) for k, v in (values.get("queryParameters") or {}).items() if v is not None}
    if query:
        url += ("&" if "?" in url else "?") + urlencode(query)
    headers = {str(k): str(v) for k, v in (values.get("headers") or {}).items() if v is not None}
    headers |= _authentication(values.get("authentication") or {})
    seconds = float(values.get("readTimeoutInSeconds") or 20)
    body = _encode(values.get(body_name), headers)
    return RestRequest(method, url, headers, body, timedelta(seconds=min(max(seconds, 1), 50)))


def _authentication(auth: Mapping[str, Any]) -> dict[str, str]:
    match auth.get("type", "noAuth"):
        case "noAuth":
            return {}
        case "bearer":
            return {"Authorization": f"Bearer {auth.get('token', '')}"}
        case "basic":
            pair = f"{auth.get('username', '')}:{auth.get('password', '')}"
            return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        case other:
            raise ConnectorRejected(f"authentication {other!r} is not known; use noAuth, basic or bearer")


def _encode(body: Any, headers: dict[str, str]) -> bytes | None:
    if body is None or body == "":
        return None
    if isinstance(body, str):
        return body.encode()
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    return json.dumps(body, ensure_ascii=False).encode()


def _exchange(ports: Ports, call: MachineCall, request: RestRequest) -> tuple[WebAnswer, Any]:
    target = resolve(request.url, ports.settings.connections)
    headers = {"Accept": "application/json", "Idempotency-Key": call.context.effect, **request.headers}
    try:
        answer = ports.web.send(request.method, target, headers, request.body, request.timeout)
    except WebUnavailableError as error:
        raise ConnectorUnavailable(f"{request.method} {request.url}: {error}") from error
    if answer.status >= 300:
        kind = ConnectorUnavailable if answer.status in _RETRYABLE else ConnectorRejected
        words = f"{request.method} {request.url} answered {answer.status}: {_excerpt(answer)}"
        raise kind(words, code=str(answer.status), answer=_told(answer))
    if len(answer.body) > MAX_ANSWER_BYTES:
        raise ConnectorRejected(f"{request.method} {request.url} answered {len(answer.body)} bytes, too many")
    return answer, _decode(answer)


def _told(answer: WebAnswer) -> dict[str, Any]:
    """An answer that is an error, as far as it can be read."""
    body: Any = _excerpt(answer)
    if len(answer.body) <= MAX_ANSWER_BYTES:
        with suppress(ConnectorRejected):
            body = _decode(answer)
    return {"status": answer.status, "headers": dict(answer.headers), "body": body}


def _excerpt(answer: WebAnswer) -> str:
    return answer.body[:500].decode("utf-8", "replace")


def _decode(answer: WebAnswer) -> Any:
    text = answer.body.decode("utf-8", "replace")
    if "json" not in answer.headers.get("content-type", ""):
        return text
    try:
        return json.loads(text) if text.strip() else None
    except ValueError as error:
        raise ConnectorRejected(f"the answer claims to be JSON and is not: {error}") from error
