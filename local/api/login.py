"""Tokens for demo users and for scopes, as Cognito makes them; the identity trigger has its say if there is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from contract import auth, errors
from contract.auth import ScopeName
from contract.tenant import Tenant, UserItem
from local.api.messages import RefusedRequestError
from local.api.tokens import CLIENT, Tokens
from local.cloud.where import Where
from local.functions.registry import Functions

SCOPES = frozenset(get_args(ScopeName))


class Login:
    """Issues tokens without passwords: there are no secrets on this host."""

    def __init__(self, tenant: Tenant, tokens: Tokens, functions: Functions, where: Where) -> None:
        self._users = {user.name: user for user in tenant.demo_users}
        self._tokens, self._functions, self._where = tokens, functions, where
        self._trigger = next((spec.name for spec in functions.specs.values() if spec.trigger), "")

    def user(self, name: str) -> str:
        """A token of a demo user. Refuses unknown ones."""
        user = self._users.get(name)
        if user is None:
            known = ", ".join(self._users)
            raise RefusedRequestError(errors.NOT_FOUND, f"There is no demo user {name!r}; there are {known}.")
        return self._tokens.issue(user=name, groups=user.groups, scopes=self._scopes_of(user))

    def scopes(self, wanted: list[str]) -> str:
        """A token of the local client with these scopes; `*` is all of them."""
        scopes = SCOPES if "*" in wanted else frozenset(wanted)
        if unknown := sorted(scopes - SCOPES):
            words = f"There are no scopes {', '.join(unknown)}; there are {', '.join(sorted(SCOPES))}."
            raise RefusedRequestError(errors.VALIDATION_FAILED, words)
        return self._tokens.issue(scopes=sorted(scopes))

    def _scopes_of(self, user: UserItem) -> Iterable[str]:
        if not self._trigger:
            return sorted({scope for group in user.groups for scope in auth.GROUPS[group]})
        answer = self._functions.invoke(self._trigger, self._event(user))
        details = answer["response"].get("claimsAndScopeOverrideDetails") or {}
        added: list[str] = (details.get("accessTokenGeneration") or {}).get("scopesToAdd") or []
        return added

    def _event(self, user: UserItem) -> dict[str, Any]:
        """Cognito's pre token generation event, version 2."""
        return {
            "version": "2",
            "triggerSource": "TokenGeneration_Authentication",
            "region": self._where.region,
            "userPoolId": f"{self._where.region}_local",
            "userName": user.name,
            "callerContext": {"awsSdkVersion": "local", "clientId": CLIENT},
            "request": {
                "userAttributes": {"sub": user.name, "name": user.title},
                "groupConfiguration": {"groupsToOverride": list(user.groups), "iamRolesToOverride": []},
                "scopes": ["aws.cognito.signin.user.admin"],
            },
            "response": {"claimsAndScopeOverrideDetails": None},
        }
