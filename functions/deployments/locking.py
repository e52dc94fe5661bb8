"""Who publishes a part at the moment: so that two publishers never write artifacts under one version number.

A lock belongs to a content, not to a person: publishers of the same bytes write the same artifacts and may share it,
and whoever repeats a publication that was killed has the lock already. It runs out after the longest invocation.
"""

from collections.abc import Iterable
from datetime import timedelta

from contract import tables
from functions.deployments.parts import Part
from functions.runtime import registry
from functions.runtime.ports import Ports
from functions.runtime.records import (
    ABSENT,
    Condition,
    ConditionFailedError,
    ContentionError,
    Delete,
    Item,
    Put,
    Write,
)

_HELD = timedelta(seconds=75)
"""More than the function's timeout."""
_SORT = "LOCK"
_PAUSE_S = 0.25
_LOOKS = 60
"""15 seconds, about half of what a request may take."""


def lock(ports: Ports, parts: Iterable[Part], owner: str) -> None:
    """Take the locks of these parts, all or none, when whoever publishes another content has done so.

    Raises `ContentionError` if that takes longer than a request may.
    """
    wanted = tuple(parts)
    for _ in range(_LOOKS):
        if _lock(ports, wanted, owner):
            return
        ports.pause(_PAUSE_S)
    raise ContentionError("other versions are being published")


def _lock(ports: Ports, parts: tuple[Part, ...], owner: str) -> bool:
    writes = [_take(ports, part, owner) for part in parts]
    taken = [write for write in writes if write is not None]
    if len(taken) < len(parts):
        return False
    try:
        ports.store.write(*taken)
    except ConditionFailedError:
        return False
    return True


def unlock(ports: Ports, parts: Iterable[Part], owner: str) -> None:
    """Give the locks back; one that somebody else holds meanwhile stays."""
    for part in parts:
        mine = Condition(equals={"owner": owner})
        try:
            ports.store.write(Delete(tables.REGISTRY, registry.key(part.kind, part.id), _SORT, when=mine))
        except ConditionFailedError:
            continue


def _take(ports: Ports, part: Part, owner: str) -> Write | None:
    now = int(ports.clock.now().timestamp())
    key = registry.key(part.kind, part.id)
    item: Item = {"pk": key, "sk": _SORT, "owner": owner, "until": now + int(_HELD.total_seconds())}
    held = ports.store.get(tables.REGISTRY, key, _SORT)
    if held is None:
        return Put(tables.REGISTRY, item, when=ABSENT)
    if held["owner"] != owner and held["until"] > now:
        return None
    return Put(tables.REGISTRY, item, when=Condition(equals={"owner": held["owner"], "until": held["until"]}))
