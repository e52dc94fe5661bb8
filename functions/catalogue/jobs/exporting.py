"""Exports: the published versions, or the newest ones, as an archive or a table in the bucket `exchange`."""

import json
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

from catalogue import kinds
from catalogue.exchange.archive import MAX_ENTRIES, Archive
from catalogue.exchange.spreadsheet import write_table
from catalogue.kinds import Kind
from catalogue.zip_source import ArchiveError
from contract import events, tables
from contract.buckets import EXCHANGE
from contract.shapes.common import Finding
from functions.catalogue.changing import find_entry
from functions.catalogue.jobs.items import file_of, kept, move_job
from functions.catalogue.jobs.media import add_media, find_media
from functions.catalogue.jobs.standing import Standing
from functions.catalogue.keys import BY_COLLECTION
from functions.runtime.ports import Ports
from functions.runtime.records import ConditionFailedError, Item
from functions.runtime.unit import Unit


def export(ports: Ports, id_: str, job: Item) -> None:
    """Make the file; made again after a kill, it is the same job's."""
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=id_)
    at, wanted = ports.clock.now().isoformat(), list(_wanted(ports, job))
    try:
        if len(wanted) > MAX_ENTRIES:
            words = f"These are {len(wanted)} entries; a file holds {MAX_ENTRIES}. Export by collections, or by ids."
            raise ArchiveError(words)
        key, _, content_type = file_of(job)
        with TemporaryFile() as file:
            total = _write(ports, job, wanted, file)
            file.seek(0)
            ports.objects.put(EXCHANGE, key, file, content_type)
        unit.add(move_job(job, "done", total=total, done=total, endedAt=at))
        unit.emit(events.EXPORT_FINISHED, {"jobId": id_, "total": total, "by": job["by"]})
    except ArchiveError as error:
        said = [Finding(code="too_large", message=str(error))]
        unit.add(move_job(job, "stopped", findings=kept(said), total=len(wanted), endedAt=at))
    try:
        unit.commit()
    except ConditionFailedError:
        return  # another delivery of the same message has been faster


def _write(ports: Ports, job: Item, wanted: list[tuple[Kind, Item]], file: BinaryIO) -> int:
    """The file's content; of how many entries and media it is. Raises `ArchiveError`."""
    standing = Standing(ports, (kind for kind, _ in wanted))
    read = standing.newest if job["drafts"] else standing.live
    bodies = ((kind, entry["sortKey"], read(kind, entry)) for kind, entry in wanted)
    found = [(kind, id_, text) for kind, id_, text in bodies if text]
    if (format_ := job.get("format", "archive")) != "archive":
        rows = ((id_, json.loads(text)) for _, id_, text in found)
        file.write(write_table(rows, job["columns"], workbook=format_ == "workbook"))
        return len(found)
    media = find_media(ports, job, found)
    with Archive(file) as archive:
        for kind, _, text in sorted(found, key=lambda one: (one[0].collection, one[1])):
            archive.add(kind, json.loads(text))
        add_media(ports, archive, media)
    return len(found) + len(media)


def _wanted(ports: Ports, job: Item) -> Iterator[tuple[Kind, Item]]:
    """The entries that were named, or those of the collections, or all; if not drafts too, then those that are live."""
    named = [(BY_COLLECTION[c], id_) for c, _, id_ in (each.partition("/") for each in job["entries"])]
    found = ((kind, find_entry(ports, kind, id_) or {}) for kind, id_ in named) if named else _listed(ports, job)
    return ((kind, entry) for kind, entry in found if "entity" in entry and (job["drafts"] or "live" in entry))


def _listed(ports: Ports, job: Item) -> Iterator[tuple[Kind, Item]]:
    for kind in kinds.ALL:
        if not job["collections"] or kind.collection in job["collections"]:
            rows = ports.store.query(tables.CATALOGUE, kind.name, index="byEntity")
            yield from ((kind, entry) for entry in rows.items)
