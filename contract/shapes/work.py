"""Tasks, case links, documents, analytics."""

from typing import Annotated, Any, Literal

from pydantic import Field

from contract.shapes.common import Duration, GivenTime, PageQuery, Request, Shape, Time, Variables

TaskState = Literal["open", "claimed", "completed"]
Audience = Literal["staff", "applicant"]
"""Whom a document is for: the company's own people, or whoever holds a case link as well."""


class TaskItem(Shape):
    """A task in a list."""

    id: str
    name: str
    element_id: str
    instance_id: str
    process_id: str
    version: int
    business_key: str
    state: TaskState
    assignee: str | None
    candidate_users: list[str]
    candidate_groups: list[str]
    priority: int
    due_date: Time | None
    follow_up_date: Time | None
    created_at: Time
    form_key: str | None


class Task(TaskItem):
    """A task with its form (the schema, null if it has none) and the variables of its scope, a draft merged in."""

    form: dict[str, Any] | None
    variables: Variables
    draft: Variables | None = None


class TasksQuery(PageQuery):
    """Filters of the task list. `due`: overdue, today, or an ISO 8601 date-time before which tasks are due."""

    assignee: Annotated[str, Field(max_length=200)] = ""
    group: Annotated[str, Field(max_length=200)] = ""
    state: Literal["open", "claimed"] | None = None
    process_id: Annotated[str, Field(max_length=200)] = ""
    instance_id: Annotated[str, Field(max_length=200)] = ""
    due: Annotated[str, Field(max_length=40)] = ""
    variable: list[Annotated[str, Field(max_length=500, pattern=r"^[^:]+:(eq|ne|gt|ge|lt|le|like):.*$")]] = []
    sort: Literal["created", "-created", "due", "-due", "priority", "-priority"] = "created"


class TaskVariables(Request):
    """Values for a task's form."""

    variables: Variables = {}


class AssignTask(Request):
    """Who shall work the task; an empty user unassigns."""

    user: Annotated[str, Field(max_length=200)]


class NewCaseLink(Request):
    """A link for one instance or one task. `expires_in`: ISO 8601 duration (P14D if absent, at most P90D)."""

    instance_id: Annotated[str, Field(max_length=200)] = ""
    task_id: Annotated[str, Field(max_length=400)] = ""
    expires_in: Duration = "P14D"


class IssuedCaseLink(Shape):
    """The link; `token` is the bearer token that the page behind `url` uses."""

    id: str
    url: str
    token: str
    expires_at: Time


class DocumentItem(Shape):
    """A document in a list; `element_id` made it."""

    id: str
    name: str
    content_type: str
    size: int
    element_id: str
    created_at: Time
    audience: Audience


class Document(Shape):
    """A document and a presigned link to its bytes."""

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    url: str
    expires_at: Time


class FunnelQuery(Request):
    """Which instances count: by process, version, and the hour in which they started (from inclusive, to exclusive)."""

    process_id: Annotated[str, Field(min_length=1, max_length=200)]
    version: Annotated[int, Field(ge=1)] | None = None
    from_: Annotated[GivenTime | None, Field(alias="from")] = None
    to: GivenTime | None = None


class FunnelElement(Shape):
    """How many instances reached an element; `conversion` is their share of those that started (0 to 1)."""

    element_id: str
    name: str
    count: int
    conversion: float


class Funnel(Shape):
    """The funnel in the order of the process, and the time of the newest event that it holds."""

    process_id: str
    elements: list[FunnelElement]
    as_of: Time | None
