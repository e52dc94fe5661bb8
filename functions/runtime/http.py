"""API Gateway requests to calls, and answers or problems back. Routing is Powertools', shapes are the contract's."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import BaseModel, ValidationError

from contract import errors
from contract.routes import MAX_BODY_BYTES, Route
from contract.shapes.common import Finding
from functions.runtime.calls import Answer, Call, Caller, LinkGrant
from functions.runtime.observability import logger, note
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import ContentionError
from functions.runtime.unit import AlreadyDoneError, Unit

Action = Callable[[Ports, Call], BaseModel | Answer | None]
Event = dict[str, Any]

PROBLEM_JSON = "application/problem+json"


def resolver(function: str, actions: Mapping[Route, Action], ports: Callable[[], Ports]) -> APIGatewayHttpResolver:
    """A Powertools resolver that runs the action of the matching route."""
    app = APIGatewayHttpResolver()
    for route, action in actions.items():
        rule = route.path.replace("{", "<").replace("}", ">")
        app.route(rule, route.method)(_endpoint(app, function, route, action, ports))
    app.not_found(_no_route)
    return app


def _endpoint(
    app: APIGatewayHttpResolver, function: str, route: Route, action: Action, ports: Callable[[], Ports]
) -> Callable[..., Response[Any]]:
    def endpoint(**path: str) -> Response[Any]:
        try:
            return _perform(function, route, action, ports(), app.current_event.raw_event, path)
        except ProblemError as problem:
            return problem_response(problem)
        except ContentionError:
            return problem_response(ProblemError(errors.UNAVAILABLE, "Others write the same thing; try again."))
        except Exception:
            logger.exception("request failed", route=route.key)
            return problem_response(ProblemError(errors.INTERNAL, "The error is logged under the correlation id."))

    return endpoint


def _perform(
    function: str, route: Route, action: Action, ports: Ports, event: Event, path: dict[str, str]
) -> Response[Any]:
    call = read_call(function, route, ports, event, {name: unquote(value) for name, value in path.items()})
    note(correlation_id=call.correlation_id, route=route.key)
    if (earlier := call.unit.find()) is not None:
        return _replayed(earlier)
    try:
        return _respond(route, action(ports, call))
    except AlreadyDoneError as done:
        return _replayed(done.answer)


def read_call(function: str, route: Route, ports: Ports, event: Event, path: dict[str, str]) -> Call:
    """The validated call. Raises `ProblemError` with everything that is wrong at once."""
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
        key=f"{function}#{route.key}#{where}#{scope}#{key}" if key else "",
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


def problem_response(problem: ProblemError) -> Response[Any]:
    """The problem as an answer."""
    body = problem.body().model_dump_json(by_alias=True, exclude_none=True)
    return Response(problem.code.status, content_type=PROBLEM_JSON, body=body)


def _no_route(_: NotFoundError) -> Response[Any]:
    return problem_response(ProblemError(errors.NOT_FOUND, "There is no such route."))


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
        return json.loads(raw, parse_constant=_refuse_constant) if raw.strip() else {}
    except (ValueError, RecursionError) as error:
        raise ProblemError(errors.INVALID_REQUEST, f"The body is not JSON: {error}.") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _query(model: type[BaseModel], event: Event) -> dict[str, Any]:
    given = parse_qs(event.get("rawQueryString") or "", keep_blank_values=True)
    lists = {f.alias or n for n, f in model.model_fields.items() if "list" in str(f.annotation)}
    return {name: values if name in lists else values[-1] for name, values in given.items()}


def _validated(model: type[BaseModel], value: Any) -> BaseModel:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        findings = [
            Finding(code=e["type"], message=e["msg"], field="/" + "/".join(str(part) for part in e["loc"]))
            for e in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise ProblemError(errors.VALIDATION_FAILED, "Some fields are wrong; see errors.", findings) from error


def _respond(route: Route, answer: BaseModel | Answer | None) -> Response[Any]:
    if isinstance(answer, Answer):
        body = answer.body
        text = body.model_dump_json(by_alias=True) if isinstance(body, BaseModel) else body
        text = json.dumps(text, ensure_ascii=False, default=str) if isinstance(text, dict) else text
        status = answer.status or route.status
        return Response(status, content_type=answer.content_type, body=text, headers=dict(answer.headers))
    if answer is None:
        return Response(route.status, content_type=None, body="")
    return Response(route.status, content_type=route.produces, body=answer.model_dump_json(by_alias=True))


def _replayed(earlier: Mapping[str, Any]) -> Response[Any]:
    body = json.dumps(earlier["body"], ensure_ascii=False)
    return Response(
        int(earlier["status"]), content_type="application/json", body=body, headers={"Idempotency-Replayed": "true"}
    )
