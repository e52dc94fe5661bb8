"""Work for workers of the customer's own: the record that a job waits with."""

import json

from state_machines.asl.model import Json
from state_machines.bpmn.model import Event, Expression, FlowNode, Job, JobError, Task
from state_machines.by_reference.marks import keep
from state_machines.flow import jsonata
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.data import Locals, locals_of
from state_machines.flow.jsonata import asl
from state_machines.flow.lower.invoking import retry_waits
from state_machines.flow.lower.waiting import Waiting, completion, key_text, wait, with_boundaries

_CODE = ("class", "delegateExpression", "expression")
"""Origins of jobs that name what only Camunda 7 could run."""


def lower_job(b: SegmentBuilder, node: Task | Event, key: str) -> None:
    """Work for a worker of the customer's own: parked until it is fetched and completed."""
    job = node.job
    if job is not None and job.origin in _CODE:
        words = f"'{job.type}' is code of another engine: it runs here as an external job of this type, by a worker."
        b.build.say("FLOW-055", "info", node, f"{words} Map the name to a connector, or write the worker.")
    local = locals_of(node, b.build.expressions)
    texts = {
        "jobType": _job_type(b, node, job),
        "headers": asl(f"$string({_headers(b, node, job, local)})"),
        "inputs": asl(f"$string({keep(local.values)})"),
    }
    if job is not None and job.retry_waits and (waits := retry_waits(b, node, job)):
        texts["retryWaits"] = json.dumps(waits)
    if job is not None and job.errors:
        texts["errors"] = jsonata.plain(json.dumps([_mapped_error(each) for each in job.errors], ensure_ascii=False))
    numbers = {"retries": _tries(b, node, job)}
    waiting = Waiting(node, key, "job", (completion(b, node, local),), local, texts, numbers)
    wait(b, with_boundaries(b, waiting))


def _headers(b: SegmentBuilder, node: FlowNode, job: Job | None, local: Locals) -> str:
    fixed = jsonata.literal(dict(job.headers if job else {}))
    computed = computed_headers(b, node, job, local) if job else {}
    return jsonata.merge(fixed, jsonata.obj(computed)) if computed else fixed


def computed_headers(b: SegmentBuilder, node: FlowNode, job: Job, local: Locals) -> dict[str, str]:
    """JSONata of the headers that expressions give, as text."""
    given = ((field.target, field.value) for field in job.fields if isinstance(field.value, Expression))
    return {name: key_text(b.build.expressions.value(value, node, local.scope)) for name, value in given}


def _mapped_error(error: JobError) -> dict[str, Json]:
    """As docs/records.md says of a job's `errors`; the function evaluates them."""
    message = error.message
    language = message.language if isinstance(message, Expression) else ""
    told: dict[str, Json] = {"text": message.text, "language": language} if message else {}
    condition = error.condition
    return {"code": error.code, "condition": condition.text, "language": condition.language, "message": told}


def _job_type(b: SegmentBuilder, node: Task | Event, job: Job | None) -> str:
    if job is not None and job.computed:
        return asl(key_text(b.build.expressions.value(job.computed, node)))
    return jsonata.plain(job.type if job and job.type else node.id)


def _tries(b: SegmentBuilder, node: Task | Event, job: Job | None) -> str:
    if job is not None and job.tries:
        return asl(f"$string({b.build.expressions.value(job.tries, node)})")
    return str(job.retries if job and job.retries is not None else 3)
