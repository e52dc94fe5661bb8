"""A job as a handler sees it, and how a handler says that it went wrong."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Job:
    """A job that this worker has locked. `variables` are those of its scope with the element's mapped inputs."""

    id: str
    type: str
    element_id: str
    instance_id: str
    process_id: str
    version: int
    business_key: str
    variables: Mapping[str, Any]
    headers: Mapping[str, str]
    retries: int
    """Tries that are left, this one included."""
    retry_backoff: str | None = None
    """What the process waits if this try fails, as an ISO 8601 duration; None: it does not say."""
    lost: threading.Event = field(default_factory=threading.Event, compare=False)
    """Set when the job is somebody else's or gone: what the handler still does is for nothing."""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Job":
        """From the API's JSON."""
        return cls(
            data["id"], data["type"], data["elementId"], data["instanceId"], data["processId"], data["version"],
            data["businessKey"], data["variables"], data["headers"], data["retries"], data.get("retryBackoff"),
        )  # fmt: skip


class BpmnError(Exception):
    """The business says no: the process goes on at the error boundary event for the code, with the variables."""

    def __init__(self, code: str, message: str = "", /, **variables: Any) -> None:
        super().__init__(message or code)
        self.code, self.message, self.variables = code, message, variables


class JobFailed(Exception):  # noqa: N818  what is failed is the job
    """The try failed. `retries`: how many are left (one less than before, if not said), 0 is an incident at once;
    `after`: seconds until the next one (later each time, if not said)."""

    def __init__(self, message: str, *, retries: int | None = None, after: float | None = None) -> None:
        super().__init__(message)
        self.retries, self.after = retries, after
