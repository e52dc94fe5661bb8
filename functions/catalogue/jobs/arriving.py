"""A file for an import has arrived: all of it is read and checked together. Any error refuses it, and nothing is done.

The bucket tells of a file more than once at times: only a job that waits for its file begins.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from catalogue.exchange.archive import Filed, read_archive
from catalogue.exchange.cells import CellError, apply
from catalogue.exchange.spreadsheet import Row, read_table
from catalogue.kinds import Kind
from catalogue.zip_source import ArchiveError
from contract import events
from contract.buckets import EXCHANGE
from contract.shapes.common import Finding
from functions.catalogue.jobs.items import FILES, Planned, find_job, kept, move_job, write_plan
from functions.catalogue.jobs.planning import plan_import
from functions.catalogue.jobs.standing import Standing
from functions.catalogue.keys import BY_COLLECTION
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import ConditionFailedError, Item
from functions.runtime.unit import Unit

_MIB = 1024 * 1024
_MAX_BYTES = {"archive": 500 * _MIB, "table": 50 * _MIB, "workbook": 50 * _MIB}


def on_file(ports: Ports, found: Mapping[str, Any]) -> None:
    """An object of the bucket `exchange`: what is no file of an import that waits concerns nobody."""
    key = unquote_plus(str(found["key"]))
    parts = key.split("/")
    if len(parts) != 3 or parts[0] != "imports":
        return
    try:
        job = find_job(ports, parts[1])
    except ProblemError:
        return
    if job["status"] == "waiting" and parts[2] == FILES[job["format"]][0]:
        _begin(ports, parts[1], job, key, int(found.get("size", 0)))


def _begin(ports: Ports, id_: str, job: Item, key: str, size: int) -> None:
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=id_)
    try:
        if size > (most := _MAX_BYTES[job["format"]]):
            raise ArchiveError(f"The file has {size} bytes; at most {most} are read: split it.")
        plan, broken = plan_import(ports, id_, _read(ports, job, key), publish=bool(job["publish"]))
        write_plan(ports, id_, plan)
        _decide(ports, unit, id_, job, plan, broken)
    except ArchiveError as error:
        said = [Finding(code="unreadable", message=str(error))]
        unit.add(move_job(job, "refused", findings=kept(said), endedAt=ports.clock.now().isoformat()))
    try:
        unit.commit()
    except ConditionFailedError:
        return  # told twice, and done by the other one


def _decide(ports: Ports, unit: Unit, id_: str, job: Item, plan: list[Planned], broken: list[Finding]) -> None:
    total, ended = len(plan), ports.clock.now().isoformat()
    if broken or any(one.action == "refused" for one in plan):
        unit.add(move_job(job, "refused", total=total, endedAt=ended, findings=kept(broken)))
    elif job["dryRun"] or not plan:
        unit.add(move_job(job, "done", total=total, endedAt=ended))
    elif job["publish"]:
        unit.add(move_job(job, "inReview", total=total))
    else:
        unit.add(move_job(job, "running", total=total))
        unit.emit(events.CATALOGUE_JOB_REQUESTED, {"jobId": id_}, id_=f"{id_}-0")


def _read(ports: Ports, job: Item, key: str) -> list[Filed]:
    """The entries as they shall be."""
    if job["format"] == "archive":
        return read_archive(ports.objects.open(EXCHANGE, key))
    content = ports.objects.get(EXCHANGE, key) or b""
    kind, seen, found = BY_COLLECTION[job["collection"]], set[str](), list[Filed]()
    rows = read_table(content, workbook=job["format"] == "workbook")
    standing = Standing(ports, (kind for _ in rows))
    for row in rows:
        found.append(_changed(standing, kind, row, row.id in seen))
        seen.add(row.id)
    return found


def _changed(standing: Standing, kind: Kind, row: Row, doubled: bool) -> Filed:
    """A line of a table, applied to the draft that is open, or else to the newest version."""
    name = f"line {row.line}"
    entry = {} if doubled or not row.id else standing.entry(kind, row.id)
    if not entry:
        why = "stands in another line too; put both into one" if doubled else "does not exist; tables change entries"
        return Filed(name, kind, row.id, error=f"{row.id!r} {why}.", line=row.line)
    body, wrong = json.loads(standing.newest(kind, entry)), []
    for path, cell in row.cells.items():
        try:
            body = apply(body, path, cell)
        except CellError as error:
            wrong.append(f"Column {error}")
    return Filed(name, kind, row.id, body, error=" ".join(wrong), line=row.line)
