"""What exists only locally, below `/_local`: tokens, demo users, the clock, idleness, the demo partners."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl

from pydantic import TypeAdapter, ValidationError

from contract import errors
from contract.auth import API
from contract.shapes.common import Duration
from contract.tenant import Tenant
from local.api.login import Login
from local.api.messages import HttpAnswer, HttpRequest, RefusedRequestError, json_answer
from local.api.partners import Partners
from local.api.tokens import LIFETIME_S, Tokens

IDLE_WITHIN_S = 60.0
_DURATION = TypeAdapter(Duration)
_TIMEDELTA = TypeAdapter(timedelta)
Answer = Callable[[HttpRequest], HttpAnswer]


class Time(Protocol):
    """What the host lets one do with time."""

    def advance(self, duration: timedelta) -> None:
        """Raises ValueError where the clock is real."""
        ...

    def wait_idle(self, timeout_s: float) -> bool:
        """Whether the platform came to rest in time."""
        ...

    def now_text(self) -> str:
        """The platform's time, ISO 8601."""
        ...


class LocalRoutes:
    """Answers what is below `/_local`."""

    def __init__(self, tenant: Tenant, login: Login, tokens: Tokens, partners: Partners, time: Time) -> None:
        self._tenant, self._login, self._tokens, self._partners, self._time = tenant, login, tokens, partners, time
        self._routes: dict[tuple[str, str], Answer] = {
            ("POST", "/token"): self._token,
            ("POST", "/oauth2/token"): self._client_token,
            ("GET", "/users"): self._users,
            ("GET", "/.well-known/jwks.json"): lambda _: json_answer(tokens.jwks()),
            ("GET", "/.well-known/openid-configuration"): self._openid,
            ("GET", "/clock"): lambda _: json_answer({"now": time.now_text()}),
            ("POST", "/clock/advance"): self._advance,
            ("POST", "/idle"): self._idle,
        }

    def answer(self, request: HttpRequest, path: str) -> HttpAnswer:
        """Answer; `path` is what follows `/_local`."""
        try:
            if path.startswith("/partners/"):
                name, slash, rest = path.removeprefix("/partners/").partition("/")
                return self._partners.answer(name, slash + rest, request)
            answer = self._routes.get((request.method, path))
            if answer is None:
                known = ", ".join(f"{method} /_local{known}" for method, known in self._routes)
                raise RefusedRequestError(errors.NOT_FOUND, f"There is no such route; there are {known}.")
            return answer(request)
        except RefusedRequestError as refused:
            return refused.answer()

    def _token(self, request: HttpRequest) -> HttpAnswer:
        body = _object(request)
        if isinstance(body.get("user"), str):
            token = self._login.user(body["user"])
        elif isinstance(body.get("scopes"), list):
            token = self._login.scopes([str(scope) for scope in body["scopes"]])
        else:
            raise RefusedRequestError(errors.VALIDATION_FAILED, 'Send {"user": "..."} or {"scopes": ["..."]}.')
        return json_answer({"token": token})

    def _client_token(self, request: HttpRequest) -> HttpAnswer:
        """The user pool's own route, for clients that are made for it; any client, any secret."""
        form = dict(parse_qsl(request.body.decode(errors="replace")))
        if form.get("grant_type") != "client_credentials":
            return json_answer({"error": "unsupported_grant_type"}, status=400)
        scopes = [scope.removeprefix(API) for scope in form.get("scope", "*").split()]
        answer = {"access_token": self._login.scopes(scopes), "token_type": "Bearer"}
        return json_answer({**answer, "expires_in": LIFETIME_S})

    def _users(self, _: HttpRequest) -> HttpAnswer:
        users = [{"user": u.name, "name": u.title, "groups": list(u.groups)} for u in self._tenant.demo_users]
        return json_answer({"items": users, "cursor": None})

    def _openid(self, _: HttpRequest) -> HttpAnswer:
        issuer = self._tokens.issuer
        return json_answer({"issuer": issuer, "jwks_uri": f"{issuer}/.well-known/jwks.json"})

    def _advance(self, request: HttpRequest) -> HttpAnswer:
        text = _object(request).get("duration")
        try:
            duration = _TIMEDELTA.validate_python(_DURATION.validate_python(text))
        except ValidationError as error:
            words = f"{text!r} is not a duration such as PT65S."
            raise RefusedRequestError(errors.VALIDATION_FAILED, words) from error
        try:
            self._time.advance(duration)
        except ValueError as error:
            raise RefusedRequestError(errors.CONFLICT, str(error)) from error
        except TimeoutError as error:
            raise RefusedRequestError(errors.UNAVAILABLE, str(error)) from error
        return json_answer({"now": self._time.now_text()})

    def _idle(self, _: HttpRequest) -> HttpAnswer:
        if not self._time.wait_idle(IDLE_WITHIN_S):
            raise RefusedRequestError(errors.UNAVAILABLE, f"Something still runs after {IDLE_WITHIN_S:.0f} seconds.")
        return json_answer({"now": self._time.now_text()})


def _object(request: HttpRequest) -> Mapping[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError as error:
        raise RefusedRequestError(errors.INVALID_REQUEST, f"The body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise RefusedRequestError(errors.INVALID_REQUEST, "The body is not a JSON object.")
    return body
