"""Who may pass: API Gateway's JWT authorizer for `Scope` routes, our own authorizer function for `CaseLink` routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contract import errors
from contract.auth import CaseLink, Public, Scope
from local.api.messages import HttpRequest, RefusedRequestError
from local.api.routing import Match
from local.api.throttle import Throttle
from local.api.tokens import Tokens
from local.functions.invoking import FunctionFailedError

AskFunction = Callable[[HttpRequest, Match], Mapping[str, Any]]
"""Invokes the authorizer function for a request."""


class Authorizers:
    """Decides, and gives what the event's `authorizer` holds."""

    def __init__(self, tokens: Tokens, throttle: Throttle, ask_function: AskFunction) -> None:
        self._tokens, self._throttle, self._ask = tokens, throttle, ask_function

    def admit(self, request: HttpRequest, match: Match) -> dict[str, Any]:
        """The authorizer's part of the event. Raises `RefusedRequestError`: 401, 403, 429."""
        access = match.route.access
        if isinstance(access, Public):
            return self._public(match, access)
        return self._jwt(request, access) if isinstance(access, Scope) else self._case_link(request, match, access)

    def _public(self, match: Match, access: Public) -> dict[str, Any]:
        if not self._throttle.admits(match.route.key, access):
            raise RefusedRequestError(errors.TOO_MANY_REQUESTS, "Try again in a second.", {"retry-after": "1"})
        return {}

    def _jwt(self, request: HttpRequest, access: Scope) -> dict[str, Any]:
        scheme, _, token = request.header("authorization").partition(" ")
        claims = self._tokens.claims(token.strip()) if scheme.lower() == "bearer" else None
        if claims is None:
            raise _unauthenticated()
        if access.name not in str(claims.get("scope", "")).split():
            raise RefusedRequestError(errors.FORBIDDEN, f"The token needs the scope {access.name}.")
        return {"jwt": {"claims": {name: _claim(value) for name, value in claims.items()}, "scopes": [access.name]}}

    def _case_link(self, request: HttpRequest, match: Match, access: CaseLink) -> dict[str, Any]:
        if not request.header("authorization"):
            raise _unauthenticated()
        try:
            verdict = self._ask(request, match)
        except FunctionFailedError as error:
            if error.payload["errorMessage"] == "Unauthorized":
                raise _unauthenticated() from error
            raise RefusedRequestError(errors.INTERNAL, "The authorizer failed.") from error
        if not verdict.get("isAuthorized"):
            words = f"Neither a case link for this nor a token with the scope {access.scope}."
            raise RefusedRequestError(errors.FORBIDDEN, words)
        return {"lambda": dict(verdict.get("context") or {})}


def _unauthenticated() -> RefusedRequestError:
    return RefusedRequestError(errors.UNAUTHENTICATED, "Send a valid bearer token.", {"www-authenticate": "Bearer"})


def _claim(value: Any) -> str:
    """API Gateway hands claims over as text, lists as `[a b]`.

    >>> _claim(["a", "b"]), _claim(12)
    ('[a b]', '12')
    """
    return f"[{' '.join(map(str, value))}]" if isinstance(value, list) else str(value)
