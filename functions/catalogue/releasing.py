"""Releases: the published catalogue goes from one revision to the next in one transaction, or stays.

HEAD is read before anything that the release is judged by, and stands in the transaction's condition: what was checked
against the revision is true when it is committed. Readers know (HEAD, CHANGES); bodies of published versions never
change: whoever knows a revision reads the changes since, and never sees a mixture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from catalogue.checks import Others, Together, media, references
from catalogue.kinds import MEDIA, Kind
from catalogue.kinds.medium import Medium
from catalogue.kinds.parts import Entry
from contract import errors, events, tables
from contract.shapes.catalogue import Release, ReleasedEntry
from functions.catalogue.changing import (
    Deed,
    changed,
    entry_write,
    find_version,
    log_write,
    named,
    told,
    version_writes,
)
from functions.catalogue.checking import Published
from functions.catalogue.drafting import announce
from functions.catalogue.keys import BY_NAME, HEAD, change_key, collection_of, entry_key, user_key
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import ABSENT, NO_SORT, Condition, Delete, Item, Put, Write
from functions.runtime.unit import Unit

MAX_ENTRIES = 20
_MAX_ITEMS = 100
"""A transaction holds no more."""
_OTHER_ITEMS = 4
"""HEAD, the changes, the event, and the answer that is remembered."""


@dataclass(frozen=True)
class Going:
    """An entry's part of a release. `goes_live`: the version and the entry that its body is; None: it is retired.

    `entry` is as it was read, None of an entry that the release itself begins.
    """

    kind: Kind
    id: str
    entry: Item | None
    goes_live: tuple[Item, Entry] | None = None

    @property
    def ref(self) -> dict[str, Any]:
        """As CHANGES and the event tell it; a version of None: retired."""
        version = int(self.goes_live[0]["version"]) if self.goes_live else None
        return {"kind": self.kind.name, "id": self.id, "version": version}


def read_revision(ports: Ports) -> int:
    """The revision that is published now; 0 before the first one. Read before all that a release is judged by."""
    head = ports.store.get(tables.CATALOGUE, HEAD)
    return 0 if head is None else int(head["revision"])


def collect_release(
    ports: Ports, unit: Unit, revision: int, going: Sequence[Going], deed: Deed
) -> tuple[Release, list[Item]]:
    """Collect the writes and events that lead from a revision to the next; the versions as they are then, in order.

    Raises `ProblemError` for more than one transaction holds.
    """
    coming = {(one.kind.name, one.id): one.goes_live[1] if one.goes_live else None for one in going}
    others = Together(coming, Published(ports))
    done = [_done(ports, one, deed, others) for one in going]
    writes = [write for one in done for write in _entry_writes(ports, one, deed)]
    items = len(writes) + _OTHER_ITEMS + sum(one.live is None for one in done)
    if len(going) > MAX_ENTRIES or items > _MAX_ITEMS:
        words = f"A release has at most {MAX_ENTRIES} entries and {_MAX_ITEMS} items; these are {len(going)} entries"
        raise ProblemError(errors.CONFLICT, f"{words} with {items} items. Release them in parts.")
    unit.add(*writes, *_revision_writes(revision, going, deed))
    for one in done:
        if one.live is None:
            announce(unit, events.ENTRY_RETIRED, one.going.kind, one.subject, deed)
    refs = [one.ref for one in going]
    unit.emit(events.CATALOGUE_PUBLISHED, {"revision": revision + 1, "refs": refs, "by": deed.by})
    shown = [ReleasedEntry(collection=collection_of(one.kind), id=one.id, version=one.ref["version"]) for one in going]
    return Release(revision=revision + 1, at=deed.at, entries=shown), [one.subject for one in done]


@dataclass(frozen=True)
class _Done:
    """What becomes of an entry: the version that is `live` then, and the one that is `retired`, as they were read and
    as they are."""

    going: Going
    used: frozenset[str]
    live: Item | None
    retired: Item | None

    @property
    def subject(self) -> Item:
        """The version that the release is about."""
        found = self.live or self.retired
        if found is None:
            raise ValueError("neither published nor retired")
        return found


def _done(ports: Ports, going: Going, deed: Deed, others: Others) -> _Done:
    before = (going.entry or {}).get("live")
    old = None if before is None else find_version(ports, going.kind, going.id, int(before))
    used = frozenset(old.get("uses", ())) if old else frozenset[str]()
    live = _published(going, *going.goes_live, deed, others) if going.goes_live else None
    return _Done(going, used, live, _retired(old, deed) if old else None)


def _revision_writes(revision: int, going: Sequence[Going], deed: Deed) -> Iterator[Write]:
    still = Condition(equals={"revision": revision}) if revision else ABSENT
    at = {"at": deed.at.isoformat(), "by": deed.by}
    yield Put(tables.CATALOGUE, {"pk": HEAD, "sk": NO_SORT, "revision": revision + 1, **at}, when=still)
    pk, sk = change_key(revision + 1)
    yield Put(tables.CATALOGUE, {"pk": pk, "sk": sk, "refs": [one.ref for one in going], **at}, when=ABSENT)


def _entry_writes(ports: Ports, done: _Done, deed: Deed) -> Iterator[Write]:
    going = done.going
    yield from version_writes(item for item in (done.retired, done.live) if item is not None)
    yield entry_write(going.entry, _told(done, deed))
    yield log_write(ports, done.subject, deed)
    yield from _use_writes(going, done.used, frozenset((done.live or {}).get("uses", ())))


def _published(going: Going, version: Item, entry: Entry, deed: Deed, others: Others) -> Item:
    named = [*references(entry), *media(entry, others)]
    uses = sorted({f"{ref.kind}#{ref.id}" for ref in named} - {f"{going.kind.name}#{going.id}"})
    gone = {"publishAt": None, "timer": None}
    more = {"uses": uses, "media": media_places(entry, others) or None, **gone}
    return changed(version, deed, state="published", publishedAt=deed.at.isoformat(), **more)


def media_places(entry: Entry, others: Others) -> dict[str, dict[str, str]]:
    """By id of all media that the entry names: the key of the object, and what it is."""
    found = (others.find(MEDIA.name, reference.id) for reference in media(entry, others))
    return {one.id: {"key": one.key, "contentType": one.content_type} for one in found if isinstance(one, Medium)}


def _retired(version: Item, deed: Deed) -> Item:
    gone = dict.fromkeys(("uses", "retireAt", "timer"))
    return changed(version, deed, state="retired", retiredAt=deed.at.isoformat(), **gone)


def _told(done: _Done, deed: Deed) -> Item:
    going, before = done.going, done.going.entry or {}
    if going.goes_live is None:
        return told(going.kind, going.id, going.entry, deed, live=None)
    version, entry = going.goes_live
    number = int(version["version"])
    latest = max(number, int(before.get("latest", 0)))
    closed = {"open": None, "openState": None} if before.get("open") == number else {}
    shown = named({"name": entry.name, "category": getattr(entry, "category", None)})
    return told(going.kind, going.id, going.entry, deed, live=number, latest=latest, **closed, **shown)


def _use_writes(going: Going, before: frozenset[str], after: frozenset[str]) -> Iterator[Write]:
    """Whom it refers to knows of it: for checks of what would break."""
    mine = user_key(going.kind, going.id)
    for use in sorted(before ^ after):
        kind_name, _, id_ = use.partition("#")
        pk = entry_key(BY_NAME[kind_name], id_)
        if use in after:
            yield Put(tables.CATALOGUE, {"pk": pk, "sk": mine})
        else:
            yield Delete(tables.CATALOGUE, pk, mine)
