"""Asking for imports and exports, and how far they are."""

from typing import Any

from contract import errors, events, tables
from contract.buckets import EXCHANGE
from contract.shapes.catalogue import Job, NewExport, NewImport
from contract.shapes.common import Finding, PageQuery
from functions.catalogue.changing import attempt
from functions.catalogue.jobs.items import (
    LINKED,
    file_of,
    find_job,
    job_key,
    move_job,
    read_plan,
    result_of,
    shown_job,
    upload_of,
)
from functions.catalogue.keys import BY_COLLECTION, ENTRY, entry_key
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import NO_SORT, Item, Put


def new_import(ports: Ports, call: Call) -> Job:
    """POST /catalogue/import: the file is sent to `upload`, and the job begins when it is there."""
    given: NewImport = call.body
    if given.format != "archive" and given.collection is None:
        raise ProblemError(errors.VALIDATION_FAILED, "A table is of one collection; name it.")
    about = {"format": given.format, "publish": given.publish, "dryRun": given.dry_run, "collection": given.collection}
    job = _job(ports, call, "import", "waiting", **about)
    answer = shown_job(job, upload=upload_of(ports, _id(job), given.format))
    call.unit.add(Put(tables.CATALOGUE, job))
    call.commit(answer)
    return answer


def new_export(ports: Ports, call: Call) -> Job:
    """POST /catalogue/export."""
    given: NewExport = call.body
    _refuse_no_table(given)
    _refuse_missing(ports, given)
    wanted = [f"{each.collection}/{each.id}" for each in given.entries]
    about = {"collections": list(given.collections), "entries": wanted, "drafts": given.drafts}
    about |= {"format": given.format, "columns": list(given.columns)}
    job = _job(ports, call, "export", "running", **about)
    answer = shown_job(job)
    call.unit.add(Put(tables.CATALOGUE, job))
    call.unit.emit(events.CATALOGUE_JOB_REQUESTED, {"jobId": _id(job)})
    call.commit(answer)
    return answer


def get_job(ports: Ports, call: Call) -> Job:
    """GET /catalogue/jobs/{id}: with a page of its results, and a link to what was exported."""
    query: PageQuery = call.query
    job = find_job(ports, call.path["id"])
    if job["kind"] == "export":
        return shown_job(job, url=_link(ports, job) if job["status"] == "done" else None)
    if query.cursor and not query.cursor.isdecimal():
        raise ProblemError(errors.INVALID_REQUEST, "The cursor is not one of this list.")
    plan = read_plan(ports, _id(job)) if job["total"] else []
    first = int(query.cursor or 0)
    page = [result_of(one, first + at, job) for at, one in enumerate(plan[first : first + query.limit])]
    following = first + query.limit
    return shown_job(job, page, cursor=str(following) if following < len(plan) else None)


def approve_job(ports: Ports, call: Call) -> Job:
    """POST /catalogue/jobs/{id}/approve: who asked for an import does not decide that it is published."""

    def act() -> Job:
        job = find_job(ports, call.path["id"])
        if job["status"] != "inReview":
            raise ProblemError(errors.CONFLICT, f"The job is {job['status']}; this is for one that is inReview.")
        if call.caller.user == job["by"]:
            raise ProblemError(errors.FOUR_EYES, f"{job['by']} has asked for this import; somebody else approves it.")
        call.unit.add(move_job(job, "running", approvedBy=call.caller.user))
        call.unit.emit(events.CATALOGUE_JOB_REQUESTED, {"jobId": _id(job)})
        answer = shown_job({**job, "status": "running", "approvedBy": call.caller.user})
        call.commit(answer)
        return answer

    return attempt(call.unit, act)


def _refuse_no_table(given: NewExport) -> None:
    if given.format == "archive":
        return
    if len({*given.collections, *(each.collection for each in given.entries)}) != 1:
        raise ProblemError(errors.VALIDATION_FAILED, "A table is of one collection; name it.")
    if not given.columns or "id" in given.columns or len(set(given.columns)) < len(given.columns):
        words = "Name the columns of the table, each once, as paths: name.en, prices.fee.value. The id comes by itself."
        raise ProblemError(errors.VALIDATION_FAILED, words)


def _refuse_missing(ports: Ports, given: NewExport) -> None:
    """All that is named and not there, at once: an export without it would look like the whole."""
    places = [(entry_key(BY_COLLECTION[each.collection], each.id), ENTRY) for each in given.entries]
    items = ports.store.get_many(tables.CATALOGUE, list(dict.fromkeys(places)))
    what, needed = ("not there", "entity") if given.drafts else ("not published", "live")
    findings = [
        Finding(code="not_found", message=f"{each.id!r} of {each.collection} is {what}.", field=f"/entries/{at}")
        for at, (each, place) in enumerate(zip(given.entries, places, strict=True))
        if needed not in items.get(place, {})
    ]
    if findings:
        raise ProblemError(errors.VALIDATION_FAILED, "Some entries cannot be exported; see errors.", findings)


def _link(ports: Ports, job: Item) -> str:
    key, filename, content_type = file_of(job)
    return ports.objects.presign_get(EXCHANGE, key, filename=filename, content_type=content_type, expires=LINKED)


def _id(job: Item) -> str:
    return str(job["pk"]).removeprefix("JOB#")


def _job(ports: Ports, call: Call, kind: str, status: str, **more: Any) -> Item:
    about = {"kind": kind, "status": status, "by": call.caller.user, "reason": call.body.reason}
    at = ports.clock.now().isoformat()
    item = {"pk": job_key(ports.ids.new()), "sk": NO_SORT, **about, "createdAt": at, "total": 0, "done": 0, **more}
    return {name: value for name, value in item.items() if value is not None}
