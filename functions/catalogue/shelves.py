"""The shelf as readers have it: kept warm in the process, brought up to the catalogue's revision by each request.

HEAD (1 read, consistent) --> as it is known: nothing more
                          --> moved: the changes since, and the bodies of the versions that they name
                          --> nothing known: the snapshot, then the changes since

Bodies of published versions never change and CHANGES says what belongs to a revision, so no reader sees a mixture.
"""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from catalogue.kinds.medium import Medium
from catalogue.selling.shelf import EMPTY, Key, Published, Shelf
from contract import tables
from functions.catalogue.keys import BY_NAME, HEAD, change_key, change_partitions, entry_key, version_key
from functions.catalogue.snapshots import read_snapshot
from functions.runtime.ports import Ports, Store

_WARM: "WeakKeyDictionary[Store, Shelf]" = WeakKeyDictionary()


def shelf(ports: Ports) -> Shelf:
    """The published catalogue as it is now."""
    head = ports.store.get(tables.CATALOGUE, HEAD)
    revision = int(head["revision"]) if head else 0
    known = _WARM.get(ports.store)
    if known is None or known.revision > revision:  # later than HEAD: the table was restored to an earlier time
        known = read_snapshot(ports, revision) or EMPTY
    if known.revision < revision:
        known = known.released(revision, _changes(ports, known, revision))
    _WARM[ports.store] = known
    return known


def _changes(ports: Ports, known: Shelf, revision: int) -> Mapping[Key, Published | None]:
    """What has changed since the known revision. Raises `LookupError` if the catalogue's records are incomplete."""
    wanted: dict[Key, int | None] = {}
    first = known.revision + 1
    releases = 0
    for partition in change_partitions(first, revision):
        rows = ports.store.query(tables.CATALOGUE, partition, between=(change_key(first)[1], change_key(revision)[1]))
        releases += len(rows.items)
        for item in rows.items:
            wanted |= {(ref["kind"], ref["id"]): _version(ref) for ref in item["refs"]}
    if releases != revision - known.revision:
        raise LookupError(f"of revisions {first} to {revision} of the catalogue only {releases} are recorded")
    return _published(ports, wanted)


def _version(ref: Mapping[str, Any]) -> int | None:
    version = ref.get("version")
    return None if version is None else int(version)


def _published(ports: Ports, wanted: Mapping[Key, int | None]) -> dict[Key, Published | None]:
    """The versions of these numbers; None: retired. Who has fallen far behind asks for thousands."""
    live = {key: version for key, version in wanted.items() if version is not None}
    items = ports.store.get_many(tables.CATALOGUE, [_place(key, version) for key, version in live.items()])
    found: dict[Key, Published | None] = dict.fromkeys(wanted)
    for (kind, id_), version in live.items():
        item = items.get(_place((kind, id_), version))
        if item is None:
            raise LookupError(f"version {version} of {kind} {id_} is published and has no body")
        found[kind, id_] = Published(kind, id_, version, item["body"], served(ports, item.get("media", {})))
    return found


def _place(key: Key, version: int) -> tuple[str, str]:
    kind, id_ = key
    return entry_key(BY_NAME[kind], id_), version_key(version)


def served(ports: Ports, places: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Media as customers are told of them, from their places in the bucket."""
    base = ports.settings.media_url
    return {id_: {"url": f"{base}/{at['key']}", "contentType": at["contentType"]} for id_, at in places.items()}


def medium(ports: Ports, id_: str, told: Mapping[str, str]) -> Medium:
    """A medium, from what customers are told of it: what something published shows is there."""
    key = told["url"].removeprefix(f"{ports.settings.media_url}/")
    return Medium(id=id_, name={}, key=key, content_type=told["contentType"], size=0)
