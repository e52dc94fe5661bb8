"""What a tenant declares about itself (`tenants/<name>.yaml`). Hosts parse the file; this is what it may hold."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from contract.auth import ScopeName
from contract.names import TENANT_PATTERN

GroupName = Literal[
    "channel", "back-office", "supervisor", "operator", "worker", "designer", "product-manager", "manager"
]
"""The groups of `contract.auth.GROUPS`."""

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConnectionItem(_Part):
    """Another system that processes may call: requests to URLs that begin with `url`."""

    name: _Name
    url: Annotated[str, Field(pattern=r"^https://[^\s?#]+[^\s?#/]$")]


class ChannelItem(_Part):
    """A channel that calls the API by itself: a client with client credentials and these scopes."""

    name: _Name
    scopes: tuple[ScopeName, ...]


class UserItem(_Part):
    """A demo user, made by the local host only. On AWS, people come into the user pool by themselves."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9.-]{0,39}$")]
    title: str
    groups: tuple[GroupName, ...]


class Tenant(_Part):
    """A tenant. `languages`: what its offers are in, the first one where nothing else is asked."""

    name: Annotated[str, Field(pattern=TENANT_PATTERN)]
    title: str
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = "eu-central-1"
    languages: Annotated[tuple[str, ...], Field(min_length=1)] = ("en",)
    alarms: Annotated[str, Field(pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""
    """The e-mail address that hears of alarms; nobody does if there is none."""
    connections: tuple[ConnectionItem, ...] = ()
    channels: tuple[ChannelItem, ...] = ()
    demo_users: tuple[UserItem, ...] = ()
