"""Asking for a medium's upload; listing, reading and deleting media."""

import json

from catalogue.kinds import MEDIA
from catalogue.media import FORMATS
from contract import errors, tables
from contract.buckets import MEDIA as BUCKET
from contract.shapes.catalogue import MediaItem, NewMedia
from contract.shapes.common import Finding, Page, PageQuery
from contract.shapes.processes import Upload
from functions.catalogue.changing import attempt, entry_write, find_entry
from functions.catalogue.keys import USERS, entry_key, version_key
from functions.catalogue.media.items import (
    LINKED,
    ONLY,
    announce_medium,
    medium_item,
    shown_medium,
    told_medium,
    upload_key,
)
from functions.catalogue.releasing import collect_release, read_revision
from functions.catalogue.requests import deed_of
from functions.runtime.calls import Call
from functions.runtime.paging import sift
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Condition, Delete, Item, Rows


def new_media(ports: Ports, call: Call) -> MediaItem:
    """POST /catalogue/media: the file is sent to `upload`, and the medium is ready when it is there and sound."""
    given: NewMedia = call.body
    most = FORMATS[given.content_type].max_bytes
    if given.size > most:
        words = f"At most {most} bytes are kept of {given.content_type}."
        raise ProblemError(errors.VALIDATION_FAILED, words, [Finding(code="too_large", message=words, field="/size")])
    deed, upload = deed_of(ports, call, "upload"), ports.ids.new()
    id_ = given.id or f"m-{upload}"

    def act() -> MediaItem:
        before = find_entry(ports, MEDIA, id_)
        if before is not None and before["status"] == "ready":
            raise ProblemError(errors.CONFLICT, f"There is a medium {id_!r} already, and media never change.")
        about = {"contentType": given.content_type, "size": given.size, "name": json.dumps(given.name)}
        item = told_medium(before, id_, deed, status="waiting", upload=upload, fault=None, **about)
        answer = shown_medium(item, upload=_upload(ports, item))
        call.unit.add(entry_write(before, item))
        announce_medium(call.unit, id_, deed)
        call.commit(answer)
        return answer

    return attempt(call.unit, act)


def _upload(ports: Ports, item: Item) -> Upload:
    sent = ports.objects.presign_put(BUCKET, upload_key(item), content_type=item["contentType"], expires=LINKED)
    until = ports.clock.now() + LINKED
    return Upload(id=item["upload"], method=sent.method, url=sent.url, headers=dict(sent.headers), expires_at=until)


def list_media(ports: Ports, call: Call) -> Page[MediaItem]:
    """GET /catalogue/media, in the order of the ids."""
    query: PageQuery = call.query

    def rows(limit: int, cursor: str) -> Rows:
        return ports.store.query(tables.CATALOGUE, MEDIA.name, index="byEntity", limit=limit, cursor=cursor)

    items, cursor = sift(rows, lambda _: True, limit=query.limit, cursor=query.cursor)
    return Page(items=[shown_medium(item) for item in items], cursor=cursor)


def get_media(ports: Ports, call: Call) -> MediaItem:
    """GET /catalogue/media/{id}: with a link for those who design, which soon expires."""
    item = medium_item(ports, call.path["id"])
    return shown_medium(item, url=_link(ports, item) if item["status"] == "ready" else None)


def _link(ports: Ports, item: Item) -> str:
    type_ = item["contentType"]
    filename = f"{item['sortKey']}.{FORMATS[type_].extension}"
    return ports.objects.presign_get(BUCKET, item["key"], filename=filename, content_type=type_, expires=LINKED)


def delete_media(ports: Ports, call: Call) -> None:
    """DELETE /catalogue/media/{id}: if nothing that is published shows it.

    The catalogue goes on to its next revision: whoever is about to publish something that names it judges anew.
    """
    id_, deed = call.path["id"], deed_of(ports, call, "delete")

    def act() -> Item:
        revision, item = read_revision(ports), medium_item(ports, id_)
        _refuse_used(ports, id_)
        unchanged = Condition(equals={"lock": item["lock"]})
        pk = entry_key(MEDIA, id_)
        call.unit.add(Delete(tables.CATALOGUE, pk, item["sk"], when=unchanged))
        announce_medium(call.unit, id_, deed)
        if item["status"] == "ready":
            call.unit.add(Delete(tables.CATALOGUE, pk, version_key(ONLY)))
            collect_release(ports, call.unit, revision, (), deed)
        call.unit.commit()
        return item

    if key := attempt(call.unit, act).get("key"):
        ports.objects.delete(BUCKET, key)


def _refuse_used(ports: Ports, id_: str) -> None:
    rows = ports.store.query(tables.CATALOGUE, entry_key(MEDIA, id_), prefix=USERS)
    users = [" ".join(row["sk"].split("#")[1:]) for row in rows.items]
    if users:
        raise ProblemError(errors.CONFLICT, f"What is published shows it: {', '.join(users[:10])}. Change that first.")
