"""Values too large for an execution's state: kept in the bucket `values`, handed on by reference (docs/records.md).

What comes in goes through `put_aside`, what goes out through `whole`; nobody else knows of references.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from contract import buckets
from contract.rights import GetObject, PutObject, Right
from functions.runtime.ports import Ports
from state_machines.by_reference.marks import KEY
from state_machines.by_reference.values import Fetch, Storage, addresses, loaded

READ: Right = GetObject(buckets.VALUES)
WRITE: Right = PutObject(buckets.VALUES)
MESSAGES = "messages"
"""The owner of what comes before it is known which instance it reaches."""
_KEPT = 32
"""How many values a process keeps that it has read: they never change."""


class ValueGoneError(Exception):
    """A value that is kept elsewhere is no more: its time is over."""


def storage(ports: Ports, owner: str) -> Storage:
    """Where values of an owner (an instance's id) are written, and those of all owners are read.

    An address is the SHA-256 of the text, so that writing again changes nothing.
    """

    def store(text: str) -> str:
        address = f"{owner}/{hashlib.sha256(text.encode()).hexdigest()}"
        ports.objects.put(buckets.VALUES, address, text.encode(), "application/json")
        return address

    return Storage(_reader(ports), store)


def put_aside(ports: Ports, owner: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Variables that come in, with references for what is large. Safe to repeat."""
    made: dict[str, Any] = storage(ports, owner).parts_aside(dict(variables))
    return made


def whole(ports: Ports, value: Any) -> Any:
    """A value with all that it refers to. Raises `ValueGoneError`."""
    return loaded(value, _reader(ports))


def shown(ports: Ports, value: Any) -> Any:
    """A value as people see it: what is no more after its time shows as the reference that it was."""
    return loaded(value, partial(_or_reference, _reader(ports)))


def _or_reference(fetch: Fetch, address: str) -> Any:
    try:
        return fetch(address)
    except ValueGoneError:
        return {KEY: address}


def keep_longer(ports: Ports, value: Any) -> None:
    """Begin the time anew of all that a value refers to: an execution hands it on to its successor."""
    for address in sorted(addresses(value)):
        body = ports.objects.get(buckets.VALUES, address)
        if body is not None:
            ports.objects.put(buckets.VALUES, address, body, "application/json")


def _reader(ports: Ports) -> Fetch:
    @lru_cache(maxsize=_KEPT)
    def fetch(address: str) -> Any:
        body = ports.objects.get(buckets.VALUES, address)
        if body is None:
            raise ValueGoneError(f"The value {address} is no more.")
        return json.loads(body)

    return fetch
