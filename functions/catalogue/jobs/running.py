"""Jobs that run: a portion of an import in each transaction, which also moves the job on; some of them an invocation.

Whoever is killed leaves a job that says how far it is, and the queue brings its message again. Doubled messages meet at
the job's condition, and one of them goes on.
"""

import json
from dataclasses import dataclass

from catalogue.checks import Together
from catalogue.kinds import MEDIA
from catalogue.kinds.parts import Entry
from contract import errors, events
from contract.shapes.common import Finding
from functions.catalogue.changing import Deed, attempt, changed, find_entry, find_version, named
from functions.catalogue.checking import Published, broken, check, parsed, refuse_errors
from functions.catalogue.drafting import announce, draft_writes, new_draft
from functions.catalogue.jobs.exporting import export
from functions.catalogue.jobs.items import Planned, find_job, kept, move_job, read_plan
from functions.catalogue.jobs.media import keep_media
from functions.catalogue.keys import BY_NAME
from functions.catalogue.releasing import Going, collect_release, read_revision
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Item
from functions.runtime.unit import Unit

_DRAFTED = 20
_RELEASED = 10
"""Entries of one transaction: it holds 100 items."""
_AT_ONCE = 1_000
"""Entries of one invocation."""


@dataclass(frozen=True)
class _Import:
    """An import that runs: its plan, and all of it by kind and id."""

    ports: Ports
    id: str
    plan: list[Planned]
    coming: dict[tuple[str, str], Entry]


def on_job(ports: Ports, id_: str) -> None:
    """A job goes on, if it runs."""
    job = find_job(ports, id_)
    if job["status"] != "running":
        return
    if job["kind"] == "export":
        return export(ports, id_, job)
    plan = read_plan(ports, id_)
    coming = {(one.kind, one.id): parsed(one.kind, one.text) for one in _entries(plan) if job["publish"]}
    running = _Import(ports, id_, plan, coming)
    upto = min((job["done"] // _AT_ONCE + 1) * _AT_ONCE, len(plan))
    while job["status"] == "running" and job["done"] < upto:
        _portion(running, job["done"], _size(running, job, upto))
        job = find_job(ports, id_)


def _entries(plan: list[Planned]) -> list[Planned]:
    return [one for one in plan if one.text and one.kind != MEDIA.name]


def _size(this: _Import, job: Item, upto: int) -> int:
    """How many entries come next. Media come first, and by themselves."""
    media, done = sum(one.kind == MEDIA.name for one in this.plan), int(job["done"])
    if done < media:
        return min(_DRAFTED, upto - done, media - done)
    return min(_RELEASED if job["publish"] else _DRAFTED, upto - done)


def _portion(this: _Import, done: int, size: int) -> None:
    """The next entries. What is too large for one transaction is halved; what is refused stops the job."""
    ports = this.ports
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=this.id)
    try:
        attempt(unit, lambda: _write(this, unit, done, size))
    except ProblemError as refused:
        unit.discard()
        if refused.code is errors.CONFLICT and size > 1:
            return _portion(this, done, size // 2)
        said = refused.findings or (Finding(code=refused.code.code, message=refused.detail),)
        job, at = find_job(ports, this.id), ports.clock.now().isoformat()
        unit.add(move_job({**job, "done": done}, "stopped", findings=kept(said), endedAt=at))
        unit.emit(events.IMPORT_FINISHED, {"jobId": this.id, "status": "stopped", "done": done, "by": job["by"]})
        unit.commit()


def _write(this: _Import, unit: Unit, done: int, size: int) -> None:
    revision, job, now = read_revision(this.ports), find_job(this.ports, this.id), this.ports.clock.now()
    if job["done"] != done or job["status"] != "running":
        return  # somebody else has done this
    portion = this.plan[done : done + size]
    todo, deed = [one for one in portion if one.text], Deed("import", job["by"], now, job["reason"])
    if todo and todo[0].kind == MEDIA.name:
        keep_media(this.ports, unit, job, todo, deed)
    elif job["publish"] and todo:
        _release(this, unit, revision, job, todo, deed)
    else:
        for one in todo:
            _draft(this.ports, unit, one, deed)
    upto = done + len(portion)
    if upto == len(this.plan):
        unit.add(move_job(job, "done", done=upto, endedAt=now.isoformat()))
        unit.emit(events.IMPORT_FINISHED, {"jobId": this.id, "status": "done", "done": upto, "by": job["by"]})
    else:
        unit.add(move_job(job, "running", done=upto))
        if upto % _AT_ONCE == 0:
            unit.emit(events.CATALOGUE_JOB_REQUESTED, {"jobId": this.id}, id_=f"{this.id}-{upto}")
    unit.commit()


def _draft(ports: Ports, unit: Unit, one: Planned, deed: Deed) -> None:
    """A new draft, or the one that is open with another body."""
    kind = BY_NAME[one.kind]
    entry = find_entry(ports, kind, one.id)
    version = new_draft(kind, one.id, entry, deed)
    if entry is not None and "open" in entry:
        if entry["openState"] != "draft":
            raise ProblemError(errors.CONFLICT, f"Version {entry['open']} of {one.id!r} is {entry['openState']} now.")
        there = find_version(ports, kind, one.id, int(entry["open"])) or {}
        version = changed(there, deed, editors=sorted({*there["editors"], deed.by}))
    latest = max(version["version"], int((entry or {}).get("latest", 0)))
    shown = {**named(json.loads(one.text)), "open": version["version"], "openState": "draft", "latest": latest}
    unit.add(*draft_writes(ports, kind, entry, version, one.text, shown, deed))
    announce(unit, events.ENTRY_CHANGED, kind, version, deed)


def _release(this: _Import, unit: Unit, revision: int, job: Item, todo: list[Planned], deed: Deed) -> None:
    """Published at once: who approved the job approved its entries. They are checked again, beside all that comes."""
    mine = {(one.kind, one.id): this.coming[one.kind, one.id] for one in todo}
    together, findings, going = Together(this.coming, Published(this.ports)), list[Finding](), list[Going]()
    for one in todo:
        kind, body = BY_NAME[one.kind], json.loads(one.text)
        _, said = check(kind, body, together, deed.at, publishing=True)
        findings += [each.model_copy(update={"file": one.file}) for each in said]
        entry = find_entry(this.ports, kind, one.id)
        by = {"submittedBy": deed.by, "approvedBy": job["approvedBy"]}
        version = {**new_draft(kind, one.id, entry, deed, **by), "body": one.text}
        going.append(Going(kind, one.id, entry, (version, mine[one.kind, one.id])))
    findings += broken(mine, Published(this.ports), deed.at, mended=this.coming.keys())
    refuse_errors(findings, "The catalogue has changed since this was checked.")
    collect_release(this.ports, unit, revision, going, deed)
