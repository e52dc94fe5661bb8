"""Access tokens of the tenant's user pool: signature against its published keys (JWKS), issuer, use and time.

The keys are fetched once and kept; a token with an unknown key id fetches them again, at most once a minute.
"""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from functions.runtime.ports import Ports, WebRefusedError, WebUnavailableError

if TYPE_CHECKING:
    from joserfc.jwk import KeySet
    from joserfc.jwt import JWTClaimsRegistry

REFETCH_S: Final = 60
MAX_LENGTH: Final = 16_000
LEEWAY_S: Final = 5


class PoolUnavailableError(Exception):
    """The pool's keys cannot be had, so no token can be checked."""


class TokenChecker:
    """Checks tokens of one pool. `seconds`: the real time, by which the pool issues them, also where the platform
    runs under a virtual clock."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._keys: dict[str, tuple[KeySet, float]] = {}

    def claims(self, ports: Ports, token: str) -> Mapping[str, Any] | None:
        """The claims of a good access token; None for anything else. Raises `PoolUnavailableError`."""
        # Here, because joserfc brings all of cryptography: case links, which most requests bring, do not need it.
        from joserfc import jwt
        from joserfc.errors import JoseError

        issuer = ports.settings.token_issuer
        if not issuer or len(token) > MAX_LENGTH or token.count(".") != 2:
            return None
        try:
            decoded = jwt.decode(
                token, lambda guest: self._keys_for(ports, issuer, guest.headers().get("kid")), algorithms=["RS256"]
            )
            self._rules(issuer).validate(decoded.claims)
        except (JoseError, ValueError):
            return None
        return decoded.claims

    def _rules(self, issuer: str) -> "JWTClaimsRegistry":
        from joserfc.jwt import JWTClaimsRegistry

        return JWTClaimsRegistry(
            now=lambda: int(self._seconds()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            exp={"essential": True},
            token_use={"essential": True, "value": "access"},
        )

    def _keys_for(self, ports: Ports, issuer: str, key_id: object) -> "KeySet":
        kept, fetched = self._keys.get(issuer, (None, 0.0))
        known = kept is not None and any(key.kid == key_id for key in kept.keys)
        if kept is not None and (known or self._seconds() - fetched < REFETCH_S):
            return kept
        keys = _fetch(ports, issuer)
        self._keys[issuer] = keys, self._seconds()
        return keys


def _fetch(ports: Ports, issuer: str) -> "KeySet":
    from joserfc.jwk import KeySet

    try:
        answer = ports.web.send("GET", f"{issuer}/.well-known/jwks.json", {}, None, timedelta(seconds=5))
    except (WebUnavailableError, WebRefusedError) as error:
        raise PoolUnavailableError(str(error)) from error
    if answer.status != 200:
        raise PoolUnavailableError(f"the keys of {issuer} answered {answer.status}")
    return KeySet.import_key_set(json.loads(answer.body))
