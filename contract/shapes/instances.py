"""Instances: start, list, read, history, incidents."""

from typing import Annotated, Any, Literal

from pydantic import Field

from contract.shapes.common import Duration, Finding, PageQuery, Request, Shape, Time, Variables
from contract.shapes.work import DocumentItem

Status = Literal["active", "completed", "failed", "cancelled", "incident"]
ElementId = Annotated[str, Field(min_length=1, max_length=300)]
ElementState = Literal["active", "completed", "cancelled", "failed"]


class StartInstance(Request):
    """Start an instance of a process; the current version if none is given."""

    variables: Variables = {}
    business_key: Annotated[str, Field(max_length=200)] = ""
    version: Annotated[int, Field(ge=1)] | None = None


class StartedInstance(Shape):
    """The instance that was started."""

    id: str
    process_id: str
    version: int


class InstanceItem(Shape):
    """An instance in a list."""

    id: str
    process_id: str
    version: int
    business_key: str
    status: Status
    started_at: Time
    ended_at: Time | None = None
    parent_id: str | None = None


class Waiting(Shape):
    """What an instance waits for: `kind` user, message, job, timer or incident."""

    element_id: str
    kind: str
    since: Time
    detail: dict[str, Any] = {}


class Incident(Shape):
    """Where an instance is stuck, and why."""

    id: str
    element_id: str
    error: str
    cause: str
    since: Time


class Instance(InstanceItem):
    """An instance with all that concerns it now. Documents come in the order in which they were made."""

    process_name: str
    variables: Variables
    waiting: list[Waiting]
    incidents: list[Incident]
    documents: list[DocumentItem]


class InstancesQuery(PageQuery):
    """Filters of the list; `variable` is `name:op:value` with op eq, ne, gt, ge, lt, le, like (repeatable)."""

    process_id: Annotated[str, Field(max_length=200)] = ""
    status: Status | None = None
    business_key: Annotated[str, Field(max_length=200)] = ""
    variable: list[Annotated[str, Field(max_length=500, pattern=r"^[^:]+:(eq|ne|gt|ge|lt|le|like):.*$")]] = []


class ElementHistory(Shape):
    """One passage of an element; `iteration` counts passages of the same element from 1."""

    element_id: str
    element_type: str
    element_name: str = ""
    state: ElementState
    started_at: Time
    ended_at: Time | None = None
    iteration: int = 1


class FlowCount(Shape):
    """How often a sequence flow was taken."""

    flow_id: str
    count: int


class History(Shape):
    """The whole path of an instance, in order of entry."""

    items: list[ElementHistory]
    flows: list[FlowCount]


class ResolveIncident(Request):
    """Retry the failed step with edited variables, or skip it with an output in its place."""

    action: Literal["retry", "skip"]
    variables: Variables = {}
    output: Variables = {}


class ResolveIncidents(ResolveIncident):
    """As of one incident, of all of a process that are open: of one element, version or error, if they are named."""

    process_id: Annotated[str, Field(min_length=1, max_length=200)]
    element_id: Annotated[str, Field(max_length=200)] = ""
    version: int | None = None
    error: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 100
    cursor: Annotated[str, Field(max_length=4000)] = ""


class ResolvedIncident(Shape):
    """An incident that was resolved with others."""

    id: str
    instance_id: str
    element_id: str


class ModifyInstance(Request):
    """Take tokens away (where they wait, or all in a sub-process) and put others before elements; change variables."""

    cancel: Annotated[list[ElementId], Field(max_length=100)] = []
    start: Annotated[list[ElementId], Field(max_length=20)] = []
    variables: Variables = {}


class RestartInstance(Request):
    """Begin again, as a new instance, before elements; with the variables of the other one and these over them."""

    start: Annotated[list[ElementId], Field(min_length=1, max_length=20)]
    variables: Variables = {}
    version: Annotated[int, Field(ge=1)] | None = None


class NewMigration(Request):
    """Move running instances of a version to another one. `instances`: these alone; `mapping`: elements that are called
    otherwise there; `dry_run`: only say what can be moved."""

    process_id: Annotated[str, Field(min_length=1, max_length=200)]
    from_version: Annotated[int, Field(ge=1)]
    to_version: Annotated[int, Field(ge=1)]
    instances: Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=1000)] | None = None
    mapping: Annotated[dict[ElementId, ElementId], Field(max_length=1000)] = {}
    dry_run: bool = False


class MovedInstance(Shape):
    """What became of an instance in a migration; `errors`: why it stayed where it was."""

    instance_id: str
    status: Literal["waiting", "movable", "moved", "refused", "ended"]
    errors: list[Finding] = []


class Migration(Shape):
    """How far a migration is. Its instances are listed by `/migrations/{id}/instances`."""

    id: str
    process_id: str
    from_version: int
    to_version: int
    dry_run: bool
    status: Literal["running", "completed"]
    total: int
    moved: int
    refused: int
    created_at: Time
    ended_at: Time | None = None


class PublishMessage(Request):
    """A message for whoever waits for its name and key. `time_to_live`: ISO 8601 duration (PT1H if absent)."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    correlation_key: Annotated[str, Field(max_length=400)] = ""
    variables: Variables = {}
    time_to_live: Duration = "PT1H"
    message_id: Annotated[str, Field(max_length=200)] = ""


class MessageResult(Shape):
    """What became of a message, true when it is given."""

    result: Literal["correlated", "buffered", "started"]
    instances: list[str]
    message_id: str


class BroadcastSignal(Request):
    """A signal to all that wait for its name."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    variables: Variables = {}


class SignalResult(Shape):
    """Whom a signal reached."""

    instances: list[str]


class EvaluateConditions(Request):
    """Variables for conditional start events: of all processes, or of one."""

    variables: Variables
    business_key: Annotated[str, Field(max_length=200)] = ""
    process_id: Annotated[str, Field(max_length=200)] = ""


class ConditionsResult(Shape):
    """The instances that were started."""

    instances: list[str]
