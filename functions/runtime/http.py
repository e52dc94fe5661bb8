"""API Gateway requests to calls, and answers or problems back. Routing is API Gateway's, shapes are the contract's."""

import base64
import json
import math
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, unquote

from pydantic import BaseModel, ValidationError

from contract import errors
from contract.routes import MAX_BODY_BYTES, Route
from contract.shapes.common import Finding
from functions.runtime.calls import Answer, Call, Caller, LinkGrant
from functions.runtime.observability import FAULTS, PROBLEMS, count, logger, note
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import ContentionError
from functions.runtime.unit import AlreadyDoneError, Unit

Action = Callable[[Ports, Call], BaseModel | Answer | None]
Event = dict[str, Any]

_MAX_DEPTH = 200
PROBLEM_JSON = "application/problem+json"
_LOG_KEYS = {"instances": "instance_id", "processes": "process_id", "tasks": "task_id", "jobs": "job_id"}


def answer_request(ports: Ports, actions: Mapping[str, tuple[Route, Action]], event: Event) -> Event:
    """The answer to one request. `actions` by route key: API Gateway has matched the route already."""
    known = actions.get(event["routeKey"])
    if known is None:
        return _problem(ProblemError(errors.NOT_FOUND, "There is no such route."))
    route, action = known
    try:
        return _perform(ports, route, action, event)
    except ProblemError as problem:
        return _problem(problem)
    except ContentionError:
        return _problem(ProblemError(errors.UNAVAILABLE, "Others write the same thing; try again."))
    except Exception:
        logger.exception("request failed", route=route.key)
        return _problem(ProblemError(errors.INTERNAL, "The error is logged under the correlation id."))


def _perform(ports: Ports, route: Route, action: Action, event: Event) -> Event:
    call = read_call(route, ports, event)
    note(correlation_id=call.correlation_id, route=route.key, **_named_in_path(route, call))
    if (earlier := call.unit.find()) is not None:
        return _replayed(earlier)
    try:
        return _respond(route, action(ports, call))
    except AlreadyDoneError as done:
        return _replayed(done.answer)


def _named_in_path(route: Route, call: Call) -> dict[str, str]:
    """What the request is about, from its path and its case link: `/instances/{id}/history` names an instance."""
    named = {"instance_id": call.caller.link.instance_id} if call.caller.link else {}
    for kind, parameter in pairwise(route.path.split("/")):
        if kind in _LOG_KEYS and parameter.startswith("{"):
            named[_LOG_KEYS[kind]] = call.path[parameter.strip("{}")]
    return named


def read_call(route: Route, ports: Ports, event: Event) -> Call:
    """The validated call. Raises `ProblemError` with everything that is wrong at once."""
    path = {name: unquote(value) for name, value in (event.get("pathParameters") or {}).items()}
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    raw = _body(event)
    caller = read_caller(event.get("requestContext", {}).get("authorizer") or {})
    key = _idempotency_key(route, headers)
    correlation_id = headers.get("x-correlation-id", "")[:100] or event["requestContext"]["requestId"]
    scope = caller.subject or (caller.link.link_id if caller.link else "public")
    where = "/".join(path.values())
    unit = Unit(
        ports.store,
        ports.clock,
        ports.ids,
        tenant=ports.settings.tenant,
        key=f"{ports.settings.function}#{route.key}#{where}#{scope}#{key}" if key else "",
        request=raw,
        correlation_id=correlation_id,
    )
    content_type = headers.get("content-type", "")
    return Call(
        caller=caller,
        path=path,
        unit=unit,
        correlation_id=correlation_id,
        query=_validated(route.query, _query(route.query, event)) if route.query else None,
        body=_validated(route.body, _json(raw, content_type)) if route.body else None,
        raw=raw,
        content_type=content_type,
        headers=headers,
        query_string=event.get("rawQueryString") or "",
        status=route.status,
    )


def read_caller(authorizer: Mapping[str, Any]) -> Caller:
    """The caller from a JWT authorizer's claims, or from the context that our own authorizer gives."""
    if claims := (authorizer.get("jwt") or {}).get("claims"):
        return caller_of_claims(claims)
    context = authorizer.get("lambda") or {}
    if context.get("claims"):
        return caller_of_claims(json.loads(context["claims"]))
    if context.get("link"):
        return Caller(link=LinkGrant(**json.loads(context["link"])))
    return Caller()


def caller_of_claims(claims: Mapping[str, Any]) -> Caller:
    """API Gateway hands lists over as text: `[a b]`."""
    groups = str(claims.get("cognito:groups") or "").strip("[]").replace(",", " ").split()
    subject = str(claims.get("sub") or claims.get("client_id") or "")
    user = str(claims.get("username") or claims.get("client_id") or subject)
    scopes = frozenset(str(claims.get("scope") or "").split())
    return Caller(subject=subject, user=user, groups=frozenset(groups), scopes=scopes)


def _idempotency_key(route: Route, headers: Mapping[str, str]) -> str:
    key = headers.get("idempotency-key", "") if route.idempotent else ""
    if len(key) > 200:
        raise ProblemError(errors.INVALID_REQUEST, "An Idempotency-Key has at most 200 characters.")
    return key


def _body(event: Event) -> bytes:
    body = event.get("body") or ""
    raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    if len(raw) > MAX_BODY_BYTES:
        raise ProblemError(errors.TOO_LARGE, f"At most {MAX_BODY_BYTES} bytes; use /uploads for more.")
    return raw


def _json(raw: bytes, content_type: str) -> Any:
    if raw and content_type and content_type.split(";", maxsplit=1)[0].strip().lower() not in ("application/json", ""):
        raise ProblemError(errors.UNSUPPORTED_MEDIA_TYPE, "Send application/json.")
    try:
        value = json.loads(raw, parse_constant=_refuse_constant, parse_float=_finite) if raw.strip() else {}
        if b"\\u" in raw:
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is text that nobody can write down
        _refuse_depth(raw, value)
        return value
    except (ValueError, RecursionError) as error:
        raise ProblemError(errors.INVALID_REQUEST, f"The body is not JSON: {error}.") from error


def _refuse_depth(raw: bytes, value: Any) -> None:
    """What is nested more deeply cannot be answered again: pydantic writes 255 levels."""
    if raw.count(b"{") + raw.count(b"[") <= _MAX_DEPTH:
        return
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [inner for outer in level if isinstance(outer, dict | list) for inner in _within(outer)]
        if not level:
            return
    raise ValueError(f"it is nested more than {_MAX_DEPTH} levels deep")


def _within(outer: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    """Python reads 1e400 as infinity, which no JSON can say again."""
    if math.isinf(number := float(text)):
        raise ValueError(f"{text} is too large a number")
    return number


def _query(model: type[BaseModel], event: Event) -> dict[str, Any]:
    given = parse_qs(event.get("rawQueryString") or "", keep_blank_values=True)
    lists = {f.alias or n for n, f in model.model_fields.items() if "list" in str(f.annotation)}
    return {name: values if name in lists else values[-1] for name, values in given.items()}


def _validated(model: type[BaseModel], value: Any) -> BaseModel:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        findings = [
            Finding(
                code=e["type"],
                message=e["msg"].removeprefix("Value error, "),
                field="/" + "/".join(str(part) for part in e["loc"]),
            )
            for e in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise ProblemError(errors.VALIDATION_FAILED, "Some fields are wrong; see errors.", findings) from error


def _respond(route: Route, answer: BaseModel | Answer | None) -> Event:
    if answer is None:
        return _response(route.status, "", "")
    if isinstance(answer, BaseModel):
        return _response(route.status, route.produces, answer.model_dump_json(by_alias=True), _etag(vars(answer)))
    body = answer.body
    if isinstance(body, BaseModel):
        body = body.model_dump_json(by_alias=True)
    elif isinstance(body, dict):
        body = json.dumps(body, ensure_ascii=False, default=str)
    return _response(answer.status or route.status, answer.content_type, body, answer.headers)


def _replayed(earlier: Mapping[str, Any]) -> Event:
    body = json.dumps(earlier["body"], ensure_ascii=False)
    headers = {"Idempotency-Replayed": "true", **_etag(earlier["body"])}
    return _response(int(earlier["status"]), "application/json", body, headers)


def _etag(answer: Any) -> dict[str, str]:
    """What has a lock tells it as its entity tag too, for `If-Match`."""
    lock = answer.get("lock") if isinstance(answer, Mapping) else None
    return {"ETag": f'"{lock}"'} if isinstance(lock, int) else {}


def _problem(problem: ProblemError) -> Event:
    if problem.code.status >= 500:
        count(FAULTS)
    else:
        count(PROBLEMS, code=problem.code.code)
    body = problem.body().model_dump_json(by_alias=True, exclude_none=True)
    return _response(problem.code.status, PROBLEM_JSON, body)


def _response(status: int, content_type: str, body: str | bytes, headers: Mapping[str, str] | None = None) -> Event:
    """An answer in payload format 2.0; bytes travel as base64."""
    all_headers = {**({"Content-Type": content_type} if content_type else {}), **(headers or {})}
    binary = isinstance(body, bytes)
    text = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    return {"statusCode": status, "headers": all_headers, "body": text, "isBase64Encoded": binary}
