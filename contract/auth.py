"""Who may call a route: one of three, and a route with none cannot be built. Scopes, and which group has which."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

ScopeName = Literal[
    "processes:read",
    "processes:write",
    "instances:read",
    "instances:start",
    "instances:operate",
    "messages:write",
    "tasks:read",
    "tasks:work",
    "tasks:assign",
    "jobs:work",
    "documents:read",
    "decisions:read",
    "decisions:write",
    "analytics:read",
    "caselinks:write",
    "market:read",
    "catalogue:read",
    "catalogue:write",
    "catalogue:approve",
    "customers:write",
    "quotes:read",
    "quotes:write",
    "quotes:approve",
]


@dataclass(frozen=True)
class Scope:
    """A JWT of the tenant's user pool that holds this scope."""

    name: ScopeName


@dataclass(frozen=True)
class Public:
    """Anybody, at most `per_second` requests (bursts of `burst`) for the whole tenant."""

    per_second: int
    burst: int


@dataclass(frozen=True)
class CaseLink:
    """The bearer of a case link for this instance or task, or a JWT that holds `scope`."""

    scope: ScopeName


Access = Scope | Public | CaseLink

API: Final = "https://dpc/"
"""The identifier of the user pool's resource server, and the slash that Cognito writes between it and a scope's name.

Tokens carry the bare names: the pre-token-generation trigger adds them.
"""

GROUPS: Final[Mapping[str, tuple[ScopeName, ...]]] = {
    "channel": (
        "instances:start",
        "instances:read",
        "messages:write",
        "documents:read",
        "caselinks:write",
        "market:read",
        "customers:write",
        "quotes:read",
        "quotes:write",
    ),
    "back-office": ("tasks:read", "tasks:work", "instances:read", "documents:read", "processes:read"),
    "supervisor": (
        "tasks:read",
        "tasks:work",
        "tasks:assign",
        "instances:read",
        "documents:read",
        "processes:read",
        "analytics:read",
        "quotes:read",
        "quotes:approve",
    ),
    "operator": (
        "processes:read",
        "instances:read",
        "instances:start",
        "instances:operate",
        "messages:write",
        "tasks:read",
        "tasks:assign",
        "jobs:work",
        "documents:read",
        "decisions:read",
        "analytics:read",
        "caselinks:write",
    ),
    "worker": ("jobs:work",),
    "designer": (
        "processes:read",
        "processes:write",
        "decisions:read",
        "decisions:write",
        "instances:read",
        "instances:start",
        "analytics:read",
        "market:read",
        "catalogue:read",
        "catalogue:write",
    ),
    "product-manager": (
        "catalogue:read",
        "catalogue:write",
        "catalogue:approve",
        "market:read",
        "analytics:read",
        "quotes:read",
        "quotes:approve",
    ),
    "manager": ("analytics:read", "processes:read", "instances:read"),
}
"""Groups of the user pool and their scopes. A user's scopes are the union over the user's groups."""
