"""What a worker does with a job that it has locked: complete it, fail it, throw a BPMN error, keep it for longer.

Every change is conditional on the lock as it was read, so that of two workers the one that fetched last decides.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from contract import errors, tables
from contract.shapes.jobs import CompleteJob, ExtendJob, FailJob, JobResult, ThrowJobError
from functions.jobs import durations, mapped_errors, queue
from functions.jobs.activating import MAX_LOCK
from functions.runtime import variables, waits
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import ConditionFailedError, Item, Update
from functions.tasks.ids import key_of, task_id

JOB_FAILED: Final = "JobFailed"
"""The error of a job without tries left; the machine parks it as an incident."""
BPMN_ERROR: Final = "BpmnError"
MAX_MESSAGE: Final = 4000
"""Characters of an error's message that are kept: as many as an incident shows."""
MAX_BACKOFF: Final = timedelta(days=366)


def complete(ports: Ports, call: Call) -> JobResult:
    """POST /jobs/{id}/complete."""
    given: CompleteJob = call.body
    wait = _held(ports, call, given.worker)
    if (error := mapped_errors.thrown(ports, wait, given.variables, {})) is not None:
        variables.check_given(given.variables)
        return _thrown(ports, call, wait, error)
    taken = variables.take_in(ports, wait["pk"], given.variables, limit=waits.MAX_VARIABLES)
    claim = waits.claim(wait, event=wait["elementId"], variables=taken, claim_id=ports.ids.new())
    return _end(ports, call, claim, _result(wait, "completed"))


def fail(ports: Ports, call: Call) -> JobResult:
    """POST /jobs/{id}/fail: with tries left the job goes back to the queue, else it is an incident."""
    given: FailJob = call.body
    backoff = _backoff(given)
    held = _held(ports, call, given.worker)
    said = {"errorMessage": given.error_message, "errorDetails": given.error_details}
    if (error := mapped_errors.thrown(ports, held, {}, said)) is not None:
        return _thrown(ports, call, held, error)
    wait, kept = {**held, "retries": given.retries}, {name: text[:MAX_MESSAGE] for name, text in said.items()}
    if given.retries == 0:
        claim = waits.claim_failure(wait, error=JOB_FAILED, cause=kept["errorMessage"], claim_id=ports.ids.new())
        return _end(ports, call, claim, _result(wait, "failed"))
    pause = timedelta(seconds=queue.modelled_backoff(wait, given.retries)) if backoff is None else backoff
    due = queue.moment_text(ports.clock.now() + pause)
    call.unit.add(_update(wait, {"retries": given.retries, "availableAt": due, **kept}, remove=("lock", "worker")))
    answer = _result(wait, "available", available_at=due)
    _commit(ports, call, answer)
    return answer


def _backoff(given: FailJob) -> timedelta | None:
    """What the worker says of the next try; None: nothing."""
    if given.retry_backoff is None:
        return None
    return durations.read("retryBackoff", given.retry_backoff, least=durations.NONE, most=MAX_BACKOFF)


def throw_error(ports: Ports, call: Call) -> JobResult:
    """POST /jobs/{id}/error."""
    given: ThrowJobError = call.body
    wait = _held(ports, call, given.worker)
    variables.check_given(given.variables)
    error = {"code": given.error_code, "message": given.error_message, "variables": given.variables}
    return _thrown(ports, call, wait, error)


def _thrown(ports: Ports, call: Call, wait: Item, error: dict[str, Any]) -> JobResult:
    """End the job with a BPMN error."""
    cause = json.dumps(error, ensure_ascii=False)
    claim = waits.claim_failure(wait, error=BPMN_ERROR, cause=cause, claim_id=ports.ids.new())
    return _end(ports, call, claim, _result(wait, "error"))


def extend(ports: Ports, call: Call) -> JobResult:
    """POST /jobs/{id}/extend."""
    given: ExtendJob = call.body
    locked_for = durations.read("lockDuration", given.lock_duration, least=durations.SECOND, most=MAX_LOCK)
    wait = _held(ports, call, given.worker)
    until = queue.moment_text(ports.clock.now() + locked_for)
    call.unit.add(_update(wait, {"availableAt": until}))
    answer = _result(wait, "locked", locked_until=until)
    _commit(ports, call, answer)
    return answer


def _held(ports: Ports, call: Call, worker: str) -> Item:
    """The open job of the path that is locked, by this worker if one is named."""
    wait = _open(ports, call)
    if "lock" not in wait:
        raise ProblemError(errors.JOB_NOT_LOCKED, "Nobody has fetched the job since it was last given back.")
    if worker not in ("", wait["worker"]):
        raise ProblemError(errors.JOB_NOT_LOCKED, "The lock ended, and another worker has fetched the job.")
    return wait


def _open(ports: Ports, call: Call) -> Item:
    key = key_of(call.path["id"])
    wait = ports.store.get(tables.WAITS, *key) if key else None
    if wait is None or not queue.is_open(wait, ports.clock.now()):
        raise not_found("open job", call.path["id"])
    return wait


def _end(ports: Ports, call: Call, claim: waits.Claim, answer: JobResult) -> JobResult:
    """Record how the job ended, then tell the machine."""
    call.unit.add(replace(claim.write, when=queue.unchanged(claim.wait, "lock")))
    _commit(ports, call, answer)
    if not waits.settle_or_leave(ports, claim.wait):
        raise ProblemError(errors.CONFLICT, "The job's element was left a moment before.")
    return answer


def _commit(ports: Ports, call: Call, answer: JobResult) -> None:
    try:
        call.commit(answer)
    except ConditionFailedError as error:
        _open(ports, call)
        raise ProblemError(errors.JOB_NOT_LOCKED, "Another worker has the job since a moment ago.") from error


def _update(wait: Item, values: dict[str, object], remove: tuple[str, ...] = ()) -> Update:
    when = queue.unchanged(wait, "lock")
    return Update(tables.WAITS, wait["pk"], wait["sk"], set=values, remove=remove, when=when)


def _result(wait: Item, state: str, **times: str) -> JobResult:
    about = {"id": task_id(wait["pk"], wait["sk"]), "state": state, "retries": int(wait["retries"]), **times}
    return JobResult.model_validate(about)
