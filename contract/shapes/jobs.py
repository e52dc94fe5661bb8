"""External jobs: work that customers' own workers fetch, lock and end."""

from typing import Annotated, Literal

from pydantic import Field

from contract.shapes.common import Duration, Request, Shape, Time, Variables

Worker = Annotated[str, Field(max_length=200)]
"""Who works. Optional where a job is ended: if it is given, another worker's lock refuses the call."""


class ActivateJobs(Request):
    """Fetch and lock jobs of a type. Durations are ISO 8601: `lock_duration` from PT1S to P7D; `request_timeout`, how
    long to wait for the first job, at most PT20S (none: not at all)."""

    type: Annotated[str, Field(min_length=1, max_length=200)]
    worker: Annotated[str, Field(min_length=1, max_length=200)]
    max_jobs: Annotated[int, Field(ge=1, le=100)]
    lock_duration: Duration
    request_timeout: Duration | None = None


class Job(Shape):
    """A locked job. `variables` are those of its scope with the element's mapped inputs over them.

    `retry_backoff`: what the model has waited if this try fails; none, where it says nothing.
    """

    id: str
    type: str
    element_id: str
    instance_id: str
    process_id: str
    version: int
    business_key: str
    variables: Variables
    headers: dict[str, str]
    retries: int
    locked_until: Time
    retry_backoff: Duration | None = None


class ActivatedJobs(Shape):
    """What was there, oldest first; fewer than asked for where they are large."""

    jobs: list[Job]


class CompleteJob(Request):
    """The job's result."""

    variables: Variables = {}
    worker: Worker = ""


class FailJob(Request):
    """The job failed: `retries` tries are left, the next one after `retry_backoff` (none: as modelled, else at once).

    With 0 it becomes an incident. Conditions of the model may read `error_message` and `error_details`.
    """

    retries: Annotated[int, Field(ge=0, le=1000)]
    retry_backoff: Duration | None = None
    error_message: Annotated[str, Field(max_length=100_000)]
    error_details: Annotated[str, Field(max_length=100_000)] = ""
    worker: Worker = ""


class ThrowJobError(Request):
    """A BPMN error: the element's error boundary event for the code takes it, else it is an incident."""

    error_code: Annotated[str, Field(min_length=1, max_length=200)]
    error_message: Annotated[str, Field(max_length=4000)] = ""
    variables: Variables = {}
    worker: Worker = ""


class ExtendJob(Request):
    """The lock shall end this long after now (PT1S to P7D)."""

    lock_duration: Duration
    worker: Worker = ""


class JobResult(Shape):
    """How a job stands. `available_at`: when it can be fetched, `locked_until`: when its lock ends."""

    id: str
    state: Literal["completed", "failed", "error", "available", "locked"]
    retries: int
    available_at: Time | None = None
    locked_until: Time | None = None
