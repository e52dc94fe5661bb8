"""OpenAPI 3.1 from the contract's routes. One document for all functions."""

import re
from http import HTTPStatus
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from contract import errors, routes
from contract.auth import Access, CaseLink, Public, Scope
from contract.errors import ErrorCode
from contract.routes import Route
from contract.shapes.catalogue import Collection
from contract.shapes.common import Problem
from contract.shapes.market import TmfResource

Json = dict[str, Any]
Refs = dict[tuple[Any, JsonSchemaMode], Json]
_PATH: dict[str, Json] = {
    "collection": {"type": "string", "enum": list(get_args(Collection))},
    "resource": {"type": "string", "enum": list(get_args(TmfResource))},
    "n": {"type": "integer", "minimum": 1},
}
"""Parameters of paths that are more than text."""
_REF = "#/components/schemas/{model}"


def describe(version: str) -> Json:
    """The whole document."""
    refs, schemas = _schemas()
    paths: dict[str, Json] = {}
    for route in routes.ALL:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Digital Product Center", "version": version, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "caseLink": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _schemas() -> tuple[Refs, Json]:
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Problem, "serialization")]
    for route in routes.ALL:
        models += [(m, "validation") for m in (route.body, route.query) if m is not None]
        models += [(route.answer, "serialization")] if route.answer is not None else []
    refs, definitions = models_json_schema(list(dict.fromkeys(models)), ref_template=_REF)
    return dict(refs), definitions.get("$defs", {})


def _operation(route: Route, refs: Refs, schemas: Json) -> Json:
    operation: Json = {
        "operationId": re.sub(r"\W+", "_", route.key.lower()).strip("_"),
        "summary": route.summary,
        "description": _who(route.access),
        "security": _security(route.access),
        "parameters": _parameters(route, refs, schemas),
        "responses": _responses(route, refs),
    }
    if route.body is not None:
        body = {"application/json": {"schema": refs[route.body, "validation"]}}
        operation["requestBody"] = {"required": bool(route.body.model_json_schema().get("required")), "content": body}
    elif route.consumes != ("application/json",):
        operation["requestBody"] = {"required": True, "content": {type_: {"schema": {}} for type_ in route.consumes}}
    return operation


def _parameters(route: Route, refs: Refs, schemas: Json) -> list[Json]:
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": _PATH.get(name, {"type": "string"})}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.query is not None:
        model = schemas[refs[route.query, "validation"]["$ref"].rsplit("/", 1)[-1]]
        found += [
            {"name": name, "in": "query", "required": name in model.get("required", ()), "schema": schema}
            for name, schema in model["properties"].items()
        ]
    if route.idempotent:
        key = {"type": "string", "maxLength": 200}
        found.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": key})
    if route.body is not None and "lock" in route.body.model_fields:
        found.append({"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}})
    return found


def _responses(route: Route, refs: Refs) -> Json:
    content: Json = {}
    if route.answer is not None:
        content = {route.produces: {"schema": refs[route.answer, "serialization"]}}
    elif route.status != HTTPStatus.NO_CONTENT:
        content = {route.produces: {"schema": {}}}
    success: Json = {"description": route.summary}
    if content:
        success["content"] = content
    answers = {str(route.status): success}
    for status, codes in _by_status(route).items():
        problem = {"application/problem+json": {"schema": refs[Problem, "serialization"]}}
        words = "; ".join(f"{code.code}: {code.title}" for code in codes)
        answers[str(status)] = {"description": words, "content": problem}
    return answers


def _by_status(route: Route) -> dict[int, list[ErrorCode]]:
    codes = [*route.errors, errors.INVALID_REQUEST, errors.TOO_MANY_REQUESTS, errors.INTERNAL, errors.UNAVAILABLE]
    if not isinstance(route.access, Public):
        codes += [errors.UNAUTHENTICATED, errors.FORBIDDEN]
    if route.body or route.query:
        codes.append(errors.VALIDATION_FAILED)
    if route.body:
        codes += [errors.TOO_LARGE, errors.UNSUPPORTED_MEDIA_TYPE]
    if route.idempotent:
        codes.append(errors.IDEMPOTENCY_REUSED)
    by_status: dict[int, list[ErrorCode]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(code.status, []).append(code)
    return dict(sorted(by_status.items()))


def _who(access: Access) -> str:
    match access:
        case Scope(name):
            return f"Needs the scope `{name}`."
        case CaseLink(scope):
            return f"Needs the scope `{scope}`, or a case link for the case."
        case Public(per_second, burst):
            return f"Public; at most {per_second} requests a second (bursts of {burst})."


def _security(access: Access) -> list[Json]:
    match access:
        case Scope(name):
            return [{"token": [name]}]
        case CaseLink(scope):
            return [{"token": [scope]}, {"caseLink": []}]
        case Public():
            return []
