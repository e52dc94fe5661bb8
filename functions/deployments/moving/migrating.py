"""Migrations: running instances of a version go on in another one, as a job with progress and a report per instance.

POST /migrations -> the job, a row per instance, MigrationRequested -> queue instance-moves: some rows, and the event
again while there are more. An instance is moved on its own: a crash repeats what it has begun, and nothing else.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Literal

from contract import events, tables
from contract.shapes.common import Finding, Page
from contract.shapes.instances import Migration, MovedInstance, NewMigration
from functions.deployments.moving.modifying import finish_move, refuse, settle
from functions.deployments.moving.moving import Order, caller_of, problems, request
from functions.deployments.retiring import remove_unknown
from functions.runtime import registry, starting
from functions.runtime.batches import QueueRecord
from functions.runtime.calls import Call
from functions.runtime.paging import sift
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found
from functions.runtime.records import ABSENT, Condition, ConditionFailedError, Item, Put, Rows, Update, Write
from functions.runtime.unit import Unit
from state_machines.resume.placing import Change

MAX_INSTANCES = 10_000
"""Of one job; what is more is moved by another one."""
_AT_ONCE = 20
"""Instances that one invocation moves."""
_WRITES = 90
_JOB, _ROW = "JOB", "I#"
Status = Literal["waiting", "movable", "moved", "refused", "ended"]


def migrate(ports: Ports, call: Call) -> Migration:
    """POST /migrations."""
    given: NewMigration = call.body
    for version in (given.from_version, given.to_version):
        registry.process(ports, given.process_id, version)
    if given.from_version == given.to_version:
        refuse([Finding(code="move", message="The two versions are the same.", field="/toVersion")])
    ids = list(_running(ports, given)) if given.instances is None else _named(ports, given)
    id_ = ports.ids.new()
    job: Item = {
        "pk": _partition(id_),
        "sk": _JOB,
        "id": id_,
        "process": given.process_id,
        "fromVersion": given.from_version,
        "toVersion": given.to_version,
        "mapping": given.mapping,
        "dryRun": given.dry_run,
        "by": call.caller.user,
        "total": len(ids),
        "moved": 0,
        "refused": 0,
        "createdAt": ports.clock.now().isoformat(),
        **({} if ids else {"endedAt": ports.clock.now().isoformat()}),
    }
    rows = [Put(tables.INSTANCES, {"pk": job["pk"], "sk": f"{_ROW}{each}", "status": "waiting"}) for each in ids]
    for start in range(0, len(rows), _WRITES):  # nobody sees them before there is a job
        ports.store.write(*rows[start : start + _WRITES])
    call.unit.add(Put(tables.INSTANCES, job, when=ABSENT))
    call.unit.emit(events.MIGRATION_REQUESTED, {"migrationId": id_, "after": ""})
    answer = _shown(job)
    call.commit(answer)
    return answer


def _partition(id_: str) -> str:
    return f"MIGRATION#{id_}"


def _running(ports: Ports, given: NewMigration) -> Iterator[str]:
    """The running instances of the version, the newest first."""
    rows = ports.store.query(tables.INSTANCES, given.process_id, index="byProcess", newest_first=True).items
    found = [row["pk"] for row in rows if _stands(row, given.process_id, given.from_version)]
    yield from found[:MAX_INSTANCES]


def _stands(item: Item, process_id: str, version: int) -> bool:
    mine = item["sk"] == starting.INSTANCE and item.get("processId") == process_id
    return mine and int(item["version"]) == version and not item.get("endedAt")


def _named(ports: Ports, given: NewMigration) -> list[str]:
    """The instances that were named. Raises `ProblemError` for all that are none of the version's, at once."""
    wanted = list(dict.fromkeys(given.instances or ()))
    wrong = []
    for at, id_ in enumerate(wanted):
        item = ports.store.get(tables.INSTANCES, id_, starting.INSTANCE)
        if item is None or not _stands(item, given.process_id, given.from_version):
            words = f"'{id_}' is no running instance of version {given.from_version} of '{given.process_id}'."
            wrong.append(Finding(code="move", message=words, field=f"/instances/{at}"))
    refuse(wrong)
    return wanted


def get_migration(ports: Ports, call: Call) -> Migration:
    """GET /migrations/{id}."""
    return _shown(_job(ports, call.path["id"]))


def list_migrated(ports: Ports, call: Call) -> Page[MovedInstance]:
    """GET /migrations/{id}/instances."""
    job = _job(ports, call.path["id"])

    def read(limit: int, cursor: str) -> Rows:
        return ports.store.query(tables.INSTANCES, job["pk"], prefix=_ROW, limit=limit, cursor=cursor)

    rows, cursor = sift(read, lambda row: True, limit=call.query.limit, cursor=call.query.cursor)
    items = [
        MovedInstance(instance_id=row["sk"].removeprefix(_ROW), status=row["status"], errors=_errors(row))
        for row in rows
    ]
    return Page(items=items, cursor=cursor)


def _errors(row: Item) -> list[Finding]:
    return [Finding.model_validate(each) for each in json.loads(row.get("errors", "[]"))]


def _job(ports: Ports, id_: str) -> Item:
    job = ports.store.get(tables.INSTANCES, _partition(id_), _JOB)
    if job is None:
        raise not_found("migration", id_)
    return job


def _shown(job: Item) -> Migration:
    return Migration(
        id=job["id"],
        process_id=job["process"],
        from_version=int(job["fromVersion"]),
        to_version=int(job["toVersion"]),
        dry_run=bool(job["dryRun"]),
        status="completed" if job.get("endedAt") else "running",
        total=int(job["total"]),
        moved=int(job["moved"]),
        refused=int(job["refused"]),
        created_at=job["createdAt"],
        ended_at=job.get("endedAt"),
    )


def on_move(ports: Ports, record: QueueRecord) -> None:
    """The queue instance-moves."""
    if record.body["detail-type"] == events.INSTANCE_MOVED.name:
        finish_move(ports, record)
        return
    job = _job(ports, record.detail["data"]["migrationId"])
    after = record.detail["data"]["after"]
    rows = ports.store.query(tables.INSTANCES, job["pk"], between=(f"{_ROW}{after}", f"{_ROW}~"), limit=_AT_ONCE + 1)
    here: Sequence[Item] = [row for row in rows.items if row["sk"] != f"{_ROW}{after}"][:_AT_ONCE]
    if not job["dryRun"]:
        remove_unknown(ports, job["process"])
    for row in here:
        if row["status"] == "waiting":
            _carry_out(ports, job, row)
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=job["id"])
    if here:
        last = here[-1]["sk"].removeprefix(_ROW)
        next_: dict[str, str] = {"migrationId": job["id"], "after": last}
        unit.emit(events.MIGRATION_REQUESTED, next_, id_=f"{job['id']}-{last}")
    else:
        ended = {"endedAt": ports.clock.now().isoformat()}
        unit.add(Update(tables.INSTANCES, job["pk"], _JOB, set=ended, when=Condition(present=True)))
    unit.commit()


def _carry_out(ports: Ports, job: Item, row: Item) -> None:
    """One instance, to the end of its move."""
    status, found = _moved(ports, job, row["sk"].removeprefix(_ROW))
    said = json.dumps([each.model_dump(mode="json", exclude_none=True) for each in found], ensure_ascii=False)
    count = {"moved": int(status in ("moved", "movable")), "refused": int(status == "refused")}
    waiting = Condition(equals={"status": "waiting"})
    writes: tuple[Write, ...] = (
        Update(tables.INSTANCES, job["pk"], row["sk"], set={"status": status, "errors": said}, when=waiting),
        Update(tables.INSTANCES, job["pk"], _JOB, add=count),
    )
    try:
        ports.store.write(*writes)
    except ConditionFailedError:  # somebody else has counted it
        return


def _moved(ports: Ports, job: Item, instance_id: str) -> tuple[Status, list[Finding]]:
    instance = ports.store.get(tables.INSTANCES, instance_id, starting.INSTANCE)
    if instance is None or instance.get("endedAt"):
        return "ended", []
    caller = caller_of(ports, instance)
    if "move" in caller:  # this job's, which was killed, or an operator's
        settle(ports, caller)
        caller = ports.store.get(tables.INSTANCES, caller["pk"], starting.INSTANCE) or caller
        instance = ports.store.get(tables.INSTANCES, instance_id, starting.INSTANCE) or instance
    if int(instance["version"]) == int(job["toVersion"]):
        return "moved", []
    if int(instance["version"]) != int(job["fromVersion"]):
        return "refused", [Finding(code="move", message=f"The instance is in version {instance['version']} now.")]
    order = Order(instance_id, Change(mapping=job["mapping"]), int(job["toVersion"]), job["by"])
    found = problems(ports, caller, order)
    if found or job["dryRun"]:
        return ("refused", found) if found else ("movable", [])
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=job["id"])
    marked = request(ports, unit, caller, order)
    try:
        unit.commit()
    except ConditionFailedError:
        return "refused", [Finding(code="move", message="The instance has ended, or somebody else is moving it.")]
    found = settle(ports, marked)
    return ("refused", found) if found else ("moved", [])
