"""What every change of an entry writes: the version, the entry that tells of it, and a line of its history.

All changes of an entry are in turn: each raises the entry's `lock`, on condition that nobody else has. Who loses reads
again and decides anew (`attempt`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from catalogue.kinds import Kind
from contract import tables
from functions.catalogue.keys import ENTRY, LOG, VERSIONS, entry_key, version_key
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found
from functions.runtime.records import ABSENT, Condition, ConditionFailedError, ContentionError, Item, Put, Write
from functions.runtime.unit import Unit

_TRIES = 8
T = TypeVar("T")


@dataclass(frozen=True)
class Deed:
    """Who does what, when, and why."""

    action: str
    by: str
    at: datetime
    reason: str = ""


def attempt(unit: Unit, act: Callable[[], T]) -> T:
    """Do `act`, which reads, decides and commits; again if what it read has changed meanwhile.

    Raises `ContentionError` when others are always first.
    """
    for _ in range(_TRIES):
        try:
            return act()
        except ConditionFailedError:
            unit.discard()
    raise ContentionError("others change the same entries")


def find_entry(ports: Ports, kind: Kind, id_: str) -> Item | None:
    """The entry's item; of one whose last draft was deleted as well, which has nothing but its numbers."""
    return ports.store.get(tables.CATALOGUE, entry_key(kind, id_), ENTRY)


def entry_of(ports: Ports, kind: Kind, id_: str) -> Item:
    """The entry's item. Raises `ProblemError` if there is no such entry."""
    item = find_entry(ports, kind, id_)
    if item is None or "entity" not in item:
        raise not_found(kind.name, id_)
    return item


def find_version(ports: Ports, kind: Kind, id_: str, version: int) -> Item | None:
    """The item of a version."""
    return ports.store.get(tables.CATALOGUE, entry_key(kind, id_), version_key(version))


def version_of(ports: Ports, kind: Kind, id_: str, version: int) -> Item:
    """The item of a version. Raises `ProblemError` if there is no such version."""
    item = find_version(ports, kind, id_, version)
    if item is None:
        raise not_found(f"version {version} of the {kind.name}", id_)
    return item


def newest_version(ports: Ports, kind: Kind, id_: str) -> Item:
    """The item of the newest version that has not been deleted; a listed entry has one."""
    pk = entry_key(kind, id_)
    (found,) = ports.store.query(tables.CATALOGUE, pk, prefix=VERSIONS, limit=1, newest_first=True).items
    return found


def body_in(version: Item) -> dict[str, Any]:
    """The body that a version's item holds."""
    body: dict[str, Any] = json.loads(version["body"])
    return body


def changed(version: Item, deed: Deed, **more: Any) -> Item:
    """The version after a deed; what is None goes."""
    about = {"lock": int(version.get("lock", 0)) + 1, "changedAt": deed.at.isoformat(), "changedBy": deed.by}
    found = {**version, **about, "reason": deed.reason, "action": deed.action, **more}
    return {name: value for name, value in found.items() if value is not None}


def told(kind: Kind, id_: str, entry: Item | None, deed: Deed, **more: Any) -> Item:
    """The entry's item after a deed; what is None goes."""
    about = {"pk": entry_key(kind, id_), "sk": ENTRY, "entity": kind.name, "sortKey": id_}
    lock = {"lock": int((entry or {}).get("lock", 0)) + 1}
    found = {**(entry or {}), **about, **lock, "changedAt": deed.at.isoformat(), "changedBy": deed.by, **more}
    return {name: value for name, value in found.items() if value is not None}


def named(body: Mapping[str, Any]) -> dict[str, Any]:
    """What lists show of a body, however unfinished it is."""
    name, category = body.get("name"), body.get("category")
    words = {k: v for k, v in name.items() if isinstance(v, str)} if isinstance(name, dict) else {}
    return {
        "name": json.dumps(words, ensure_ascii=False),
        "category": category if isinstance(category, str) and category else None,
    }


def entry_write(before: Item | None, after: Item) -> Put:
    """Write the entry, if nobody has changed it since it was read."""
    unchanged = ABSENT if before is None else Condition(equals={"lock": before["lock"]})
    return Put(tables.CATALOGUE, after, when=unchanged)


def version_writes(versions: Iterable[Item]) -> Iterator[Write]:
    """Write versions: that they are as they were read is the entry's condition."""
    return (Put(tables.CATALOGUE, version) for version in versions)


def log_write(ports: Ports, version: Item, deed: Deed) -> Put:
    """The line of the history."""
    item = {"pk": version["pk"], "sk": f"{LOG}{ports.ids.new()}", "version": version["version"]}
    item |= {"action": deed.action, "by": deed.by, "at": deed.at.isoformat(), "reason": deed.reason}
    return Put(tables.CATALOGUE, {**item, "lock": version["lock"]})
