"""The request authorizer (HTTP API, payload 2.0, simple answers) of the routes that a case link opens.

A good case link is told to the handler as `link`, a token of the pool that holds the route's scope as `claims`; the
handlers decide what of it a link covers. Whatever is wrong with a token, the answer is the same: 401. A good token
without the scope: 403.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from contract import routes, tables
from contract.auth import CaseLink
from functions.access.pool import TokenChecker
from functions.access.tokens import PREFIX, unseal
from functions.runtime.calls import LinkGrant
from functions.runtime.observability import note
from functions.runtime.ports import Ports

_SCOPES: Final = {route.key: route.access.scope for route in routes.ALL if isinstance(route.access, CaseLink)}
_QUOTES: Final = frozenset(key for key in _SCOPES if " /market/quotes/" in key)
_CASES: Final = frozenset(_SCOPES) - _QUOTES
"""A quote's link opens quotes, a case's link cases."""
_DENIED: Final[Mapping[str, Any]] = {"isAuthorized": False}


class Unauthorized(Exception):  # noqa: N818
    """API Gateway answers 401 to an error whose message is this one word, 403 to `isAuthorized: false`."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class Authorizer:
    """Authorizes requests; keeps the pool's keys between them."""

    def __init__(self, checker: TokenChecker) -> None:
        self._checker = checker

    def __call__(self, ports: Ports, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """API Gateway's event to its answer. Raises `Unauthorized`."""
        token, route = _bearer(event), str(event.get("routeKey"))
        note(route=route)
        if token.startswith(PREFIX):
            grant = _grant(ports, token)
            opened = route in (_QUOTES if grant.quote_id else _CASES)
            return _allow({"link": json.dumps(asdict(grant))}) if opened else _DENIED
        claims = self._checker.claims(ports, token)
        if claims is None:
            raise Unauthorized
        if _SCOPES.get(route) not in str(claims.get("scope", "")).split():
            return _DENIED
        return _allow({"claims": json.dumps(_as_text(claims))})


def _grant(ports: Ports, token: str) -> LinkGrant:
    """What the link grants; its record is the last word on time, revocation and extent."""
    said = unseal(ports.signer, token)
    record = ports.store.get(tables.LINKS, said.grant.link_id) if said else None
    if said is None or record is None or "revokedAt" in record:
        raise Unauthorized
    grant = LinkGrant(record["pk"], record["instanceId"], record["taskId"], record.get("quoteId", ""))
    now = ports.clock.now().timestamp()
    if grant != said.grant or now >= min(said.expires, record["expiresAt"]):
        raise Unauthorized
    return grant


def _bearer(event: Mapping[str, Any]) -> str:
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized
    return token.strip()


def _as_text(claims: Mapping[str, Any]) -> dict[str, str]:
    """Claims as API Gateway's own authorizer hands them over: text, lists as `[a b]`."""
    return {name: f"[{' '.join(map(str, v))}]" if isinstance(v, list) else str(v) for name, v in claims.items()}


def _allow(context: dict[str, str]) -> dict[str, Any]:
    return {"isAuthorized": True, "context": context}
