"""Drafts: new entries, new versions, changes under a lock, deletion."""

import re
from collections.abc import Mapping
from typing import Any, Final

from catalogue.kinds import Kind
from contract import errors, events, tables
from contract.shapes.catalogue import EntryVersion, NewEntry, NewVersion, SaveVersion
from contract.shapes.common import Finding
from functions.catalogue.changing import (
    Deed,
    attempt,
    body_in,
    changed,
    entry_of,
    entry_write,
    find_entry,
    log_write,
    named,
    newest_version,
    told,
    version_of,
)
from functions.catalogue.checking import Published, check, refuse_errors, stored
from functions.catalogue.keys import VERSIONS, entry_key, version_key
from functions.catalogue.requests import deed_of, expect, kind_of, opened
from functions.catalogue.shown import shown_body
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Delete, Item, Put, Write
from functions.runtime.unit import Unit

_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,59}")


def new_entry(ports: Ports, call: Call) -> EntryVersion:
    """POST /catalogue/{collection}."""
    given: NewEntry = call.body
    kind, deed, id_ = kind_of(call), deed_of(ports, call, "create"), _id_in(given.body)

    def act() -> EntryVersion:
        entry = find_entry(ports, kind, id_)
        if entry is not None and "entity" in entry:
            raise ProblemError(errors.CONFLICT, f"There is a {kind.name} {id_!r} already; draft a version of it.")
        return _commit(ports, call, kind, entry, new_draft(kind, id_, entry, deed), given.body, deed)

    return attempt(call.unit, act)


def new_version(ports: Ports, call: Call) -> EntryVersion:
    """POST /catalogue/{collection}/{id}/versions."""
    given: NewVersion = call.body
    kind, id_, deed = kind_of(call), call.path["id"], deed_of(ports, call, "draft")

    def act() -> EntryVersion:
        entry = entry_of(ports, kind, id_)
        if "open" in entry:
            words = f"Version {entry['open']} is {entry['openState']} (changed by {entry['changedBy']});"
            raise ProblemError(errors.CONFLICT, f"{words} finish or delete it before you begin another one.")
        base = version_of(ports, kind, id_, given.from_) if given.from_ else newest_version(ports, kind, id_)
        body = given.body if given.body is not None else body_in(base)
        draft = new_draft(kind, id_, entry, deed, basedOn=base["version"])
        return _commit(ports, call, kind, entry, draft, body, deed)

    return attempt(call.unit, act)


def save_version(ports: Ports, call: Call) -> EntryVersion:
    """PUT /catalogue/{collection}/{id}/versions/{n}."""
    given: SaveVersion = call.body
    deed = deed_of(ports, call, "edit")
    if given.lock is None and "if-match" not in call.headers:
        words = "Name the lock of the version that you have read: `lock`, or its ETag as If-Match."
        refuse_errors([Finding(code="missing", message=words, field="/lock")], "Others might have changed it.")

    def act() -> EntryVersion:
        found = opened(ports, call, given.lock)
        expect(found, "draft")
        editors = sorted({*found.version["editors"], deed.by})
        edited = changed(found.version, deed, editors=editors)
        return _commit(ports, call, found.kind, found.entry, edited, given.body, deed)

    return attempt(call.unit, act)


def delete_version(ports: Ports, call: Call) -> None:
    """DELETE /catalogue/{collection}/{id}/versions/{n}."""
    deed = deed_of(ports, call, "delete")

    def act() -> None:
        found = opened(ports, call)
        expect(found, "draft")
        pk = found.version["pk"]
        others = ports.store.query(tables.CATALOGUE, pk, prefix=VERSIONS, limit=2, newest_first=True).items
        left = [other for other in others if other["version"] != found.number]
        gone = changed(found.version, deed)
        shown = named(body_in(left[0])) if left else {"entity": None, "sortKey": None}
        entry = told(found.kind, found.id, found.entry, deed, open=None, openState=None, **shown)
        call.unit.add(entry_write(found.entry, entry), Delete(tables.CATALOGUE, pk, found.version["sk"]))
        call.unit.add(log_write(ports, gone, deed))
        announce(call.unit, events.ENTRY_CHANGED, found.kind, gone, deed)
        call.unit.commit()

    attempt(call.unit, act)


def announce(unit: Unit, event: events.Event, kind: Kind, version: Item, deed: Deed) -> None:
    """Emit an event about a version."""
    about = {"collection": kind.collection, "id": version["pk"].partition("#")[2], "version": version["version"]}
    unit.emit(event, {**about, "action": deed.action, "by": deed.by, "reason": deed.reason})


def draft_writes(
    ports: Ports, kind: Kind, entry: Item | None, version: Item, text: str, shown: Mapping[str, Any], deed: Deed
) -> list[Write]:
    """What a draft with a new body writes; `version` is the item after the deed."""
    after = told(kind, version["pk"].partition("#")[2], entry, deed, **shown)
    return [
        entry_write(entry, after),
        Put(tables.CATALOGUE, {**version, "body": text}),
        log_write(ports, version, deed),
    ]


def new_draft(kind: Kind, id_: str, entry: Item | None, deed: Deed, **more: Any) -> Item:
    """The item of an entry's next version, still without its body."""
    number = int((entry or {}).get("latest", 0)) + 1
    item: Item = {"pk": entry_key(kind, id_), "sk": version_key(number), "version": number, "editors": [deed.by]}
    created = {"createdAt": deed.at.isoformat(), "createdBy": deed.by}
    return changed({**item, "state": "draft", **created}, deed, **more)


def _commit(
    ports: Ports, call: Call, kind: Kind, entry: Item | None, version: Item, body: dict[str, Any], deed: Deed
) -> EntryVersion:
    """Whatever its body says, a draft is kept; what is wrong with it is answered."""
    made, findings = check(kind, body, Published(ports), deed.at)
    text = stored(version["pk"].partition("#")[2], body, made)
    number = version["version"]
    shown = {**named(body), "open": number, "openState": "draft", "latest": max(number, (entry or {}).get("latest", 0))}
    call.unit.add(*draft_writes(ports, kind, entry, version, text, shown, deed))
    announce(call.unit, events.ENTRY_CHANGED, kind, version, deed)
    answer = shown_body({**version, "body": text}, findings)
    call.commit(answer)
    return answer


def _id_in(body: Mapping[str, Any]) -> str:
    id_ = body.get("id")
    if not isinstance(id_, str) or not _ID.fullmatch(id_):
        words = "An id begins with a lower-case letter and holds lower-case letters, digits and hyphens (at most 60)."
        refuse_errors([Finding(code="entry_id", message=words, field="/body/id")], "The body has no id.")
    return str(id_)
