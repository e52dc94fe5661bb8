"""Cognito's pre-token-generation trigger (event versions 2 and 3): groups to scopes in the access token.

A user's scopes are the union over the user's groups. A channel (client credentials, event version 3) has the scopes
that its client was given of the resource server, under their bare names. Nothing that a request asks for adds to it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from contract.auth import API, GROUPS
from functions.runtime.ports import Ports

_CLIENT: Final = "TokenGeneration_ClientCredentials"
_KNOWN: Final = frozenset(scope for scopes in GROUPS.values() for scope in scopes)


def add_scopes(_: Ports, event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with its response filled in."""
    request = event["request"]
    groups = (request.get("groupConfiguration") or {}).get("groupsToOverride") or []
    is_client = event.get("triggerSource") == _CLIENT
    scopes = _of_client(request.get("scopes") or []) if is_client else _of_groups(groups)
    override: dict[str, Any] = {"accessTokenGeneration": {"scopesToAdd": scopes}}
    if groups:
        override["groupOverrideDetails"] = {"groupsToOverride": list(groups)}
    return {**event, "response": {"claimsAndScopeOverrideDetails": override}}


def _of_groups(groups: Iterable[str]) -> list[str]:
    return sorted({scope for group in groups for scope in GROUPS.get(group, ())})


def _of_client(granted: Iterable[str]) -> list[str]:
    """Cognito has checked `scopes` against what the client may ask for."""
    return sorted({scope.removeprefix(API) for scope in granted if scope.startswith(API)} & _KNOWN)
