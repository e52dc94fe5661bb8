"""Access tokens as the tenant's user pool would issue them: RS256 with a key pair of this host, and its JWKS."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

LIFETIME_S = 12 * 3600
CLIENT = "local-client"


class Tokens:
    """Issues and checks tokens. Their times are real ones, also under a virtual clock."""

    def __init__(self, issuer: str, key: Mapping[str, Any] | None = None) -> None:
        """`key`: the private key of an earlier run (JWK), so that its tokens stay good."""
        self.issuer = issuer
        self._key = RSAKey.import_key(dict(key)) if key else RSAKey.generate_key(2048, auto_kid=True)
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer}, exp={"essential": True}, token_use={"value": "access"}
        )

    def issue(self, *, user: str = "", groups: Iterable[str] = (), scopes: Iterable[str] = ()) -> str:
        """A token of a user, or of the local client if there is no user."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "sub": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.issuer}/{user}")) if user else CLIENT,
            "iss": self.issuer,
            "client_id": CLIENT,
            "token_use": "access",
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + LIFETIME_S,
            "jti": str(uuid.uuid4()),
        }
        if user:
            claims |= {"username": user, "cognito:groups": list(groups)}
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key)

    def claims(self, token: str) -> dict[str, Any] | None:
        """The claims of a good token; None for anything else."""
        try:
            decoded = jwt.decode(token, self._key, algorithms=["RS256"])
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError):
            return None
        return dict(decoded.claims)

    def jwks(self) -> dict[str, Any]:
        """The public keys."""
        return {"keys": [{**self._key.as_dict(private=False), "alg": "RS256", "use": "sig"}]}

    def dump(self) -> dict[str, Any]:
        """The private key (JWK), for the next run."""
        return dict(self._key.as_dict(private=True))
