"""Jobs as the table holds them (`JOB#<id>` / `-`), and the plan of an import in the bucket `exchange`.

import: waiting -> refused | done (dry run) | inReview (is to publish) -> running -> done | stopped
export: running -> done | stopped
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final

from contract import tables
from contract.buckets import EXCHANGE
from contract.shapes.catalogue import Job, JobResult, JobStatus
from contract.shapes.common import Finding
from contract.shapes.processes import Upload
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found
from functions.runtime.records import NO_SORT, Condition, Item, Update

LINKED: Final = timedelta(minutes=15)
"""How long links to files hold."""
ARCHIVE: Final = "application/zip"
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES: Final = {
    "archive": ("catalogue.zip", ARCHIVE),
    "table": ("changes.csv", "text/csv"),
    "workbook": ("changes.xlsx", WORKBOOK),
}
"""What the files of a format are called, and their types."""


@dataclass(frozen=True)
class Planned:
    """What an import does to an entry. `text`: its body as it is to be stored; empty: nothing changes, or it is
    refused. `line`: of the table."""

    file: str
    line: int | None
    kind: str
    id: str
    action: str
    text: str = ""
    differences: tuple[str, ...] = ()
    findings: list[dict[str, Any]] = field(default_factory=list)


def job_key(id_: str) -> str:
    """The partition of a job."""
    return f"JOB#{id_}"


def find_job(ports: Ports, id_: str) -> Item:
    """Raises `ProblemError` if there is no such job."""
    item = ports.store.get(tables.CATALOGUE, job_key(id_))
    if item is None:
        raise not_found("job", id_)
    return item


def move_job(job: Item, status: JobStatus, **more: Any) -> Update:
    """Another status for a job that is as it was read."""
    same = Condition(equals={"status": job["status"], "done": job["done"]})
    return Update(tables.CATALOGUE, job["pk"], NO_SORT, set={"status": status, **more}, when=same)


def kept(findings: Iterable[Finding]) -> str:
    """Findings as an item keeps them."""
    said = [each.model_dump(mode="json", exclude_none=True) for each in findings]
    return json.dumps(said[:100], ensure_ascii=False)


def write_plan(ports: Ports, id_: str, planned: Iterable[Planned]) -> None:
    """Keep what is to be done."""
    text = json.dumps([asdict(one) for one in planned], ensure_ascii=False)
    ports.objects.put(EXCHANGE, f"plans/{id_}.json", text.encode(), "application/json")


def read_plan(ports: Ports, id_: str) -> list[Planned]:
    """What is to be done; nothing if nothing has been planned."""
    content = ports.objects.get(EXCHANGE, f"plans/{id_}.json")
    return [Planned(**each) for each in json.loads(content)] if content else []


def file_of(export: Item) -> tuple[str, str, str]:
    """Where an export is, its file's name and type."""
    filename, content_type = FILES[export.get("format", "archive")]
    return f"exports/{export['pk'].removeprefix('JOB#')}/{filename}", filename, content_type


def shown_job(job: Item, results: Iterable[JobResult] = (), **more: Any) -> Job:
    """A job as the API shows it."""
    about = {name: job[name] for name in job.keys() - {"pk", "sk", "findings"}}
    said = [Finding.model_validate(each) for each in json.loads(job.get("findings", "[]"))]
    shown = {**about, "id": job["pk"].removeprefix("JOB#"), "errors": said or None, "results": list(results)}
    return Job.model_validate({**shown, **more})


def result_of(one: Planned, index: int, job: Item) -> JobResult:
    """What an import has done, or would do, to an entry."""
    carried_out = job["status"] in ("running", "done", "stopped") and not job.get("dryRun")
    return JobResult(
        file=one.file,
        line=one.line,
        kind=one.kind or None,
        id=one.id or None,
        action=one.action,
        done=carried_out and index < job["done"],
        differences=list(one.differences),
        findings=[Finding.model_validate(each) for each in one.findings],
    )


def upload_key_of(id_: str, format_: str) -> str:
    """Where the file of an import is, once it has been sent."""
    return f"imports/{id_}/{FILES[format_][0]}"


def upload_of(ports: Ports, id_: str, format_: str) -> Upload:
    """Where the file of an import is to be sent."""
    key, content_type = upload_key_of(id_, format_), FILES[format_][1]
    sent = ports.objects.presign_put(EXCHANGE, key, content_type=content_type, expires=LINKED)
    until = ports.clock.now() + LINKED
    return Upload(id=id_, method=sent.method, url=sent.url, headers=dict(sent.headers), expires_at=until)
