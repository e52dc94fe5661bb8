"""What a scenario says: values only. `line` is where it stands in its file, 0 if it has none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

from state_machines.asl.model import Json

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
"""When a scenario begins unless it says otherwise: a Monday morning."""
SETTLE = timedelta(hours=1)
Status = Literal["completed", "active", "incident", "failed"]


@dataclass(frozen=True)
class Answer:
    """What a connector does when it is called: gives `result`, or fails with `error`, after some virtual time.

    `error` is an error name of docs/records.md ("Calls"); for a BpmnError `code` and `variables` go with it.
    """

    result: Json = None
    error: str = ""
    message: str = ""
    code: str = ""
    variables: Mapping[str, Json] = field(default_factory=dict)
    after: timedelta = timedelta()


@dataclass(frozen=True)
class Mock:
    """The answers of a connector, topic or job type, or of one element: in turn, or the last one over and over."""

    answers: tuple[Answer, ...]
    repeats: bool = False
    line: int = 0


@dataclass(frozen=True)
class TaskExpectation:
    """An open user task. What is None is not compared."""

    element: str
    group: str | None = None
    form: str | None = None
    assignee: str | None = None


@dataclass(frozen=True)
class Expectation:
    """What must be true at a point. What is None is not compared.

    `path` holds elements in the order of their entry, `...` for any number of them; `passed` how often, 0 for at least
    once; `variables` those that must have these values; tasks, messages and signals exactly those that are open.
    """

    path: tuple[str, ...] | None = None
    passed: Mapping[str, int] = field(default_factory=dict)
    not_passed: tuple[str, ...] = ()
    variables: Mapping[str, Json] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    tasks: tuple[TaskExpectation, ...] | None = None
    messages: tuple[tuple[str, str | None], ...] | None = None
    """Name and correlation key; a key of None is not compared."""
    signals: tuple[str, ...] | None = None
    incidents: tuple[str, ...] | None = None
    status: Status | None = None
    calls: Mapping[str, int] = field(default_factory=dict)
    duration: timedelta | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of each of these, by the name of the field."""
    line: int = 0


@dataclass(frozen=True)
class Complete:
    """Complete an open user task or external job."""

    element: str
    variables: Mapping[str, Json] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Publish:
    """Publish a message or broadcast a signal. A message that nobody waits for is kept for its time to live."""

    kind: Literal["message", "signal"]
    name: str
    key: str = ""
    variables: Mapping[str, Json] = field(default_factory=dict)
    time_to_live: timedelta = timedelta(hours=1)
    line: int = 0


@dataclass(frozen=True)
class Advance:
    """Let time pass: all that becomes due happens."""

    duration: timedelta
    line: int = 0


@dataclass(frozen=True)
class Resolve:
    """Resolve an incident."""

    element: str
    action: Literal["retry", "skip"]
    variables: Mapping[str, Json] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Expect:
    """Compare at this point."""

    expectation: Expectation
    line: int = 0


Step = Complete | Publish | Advance | Resolve | Expect


@dataclass(frozen=True)
class Scenario:
    """One scenario. `settle` is how long connectors and their retries may take after a step without an `Advance`."""

    name: str
    process: str
    description: str = ""
    begins: datetime = START
    business_key: str = ""
    initiator: str = ""
    variables: Mapping[str, Json] = field(default_factory=dict)
    mocks: Mapping[str, Mock] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    expect: Expectation = field(default_factory=Expectation)
    settle: timedelta = SETTLE


class FormPort(Protocol):
    """The forms of user tasks, as the platform applies them when a task is completed."""

    def accept(
        self, form: str, values: Mapping[str, Any], variables: Mapping[str, Any], now: Callable[[], datetime]
    ) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        """The variables to take over, and what is wrong with the values. An unknown form takes them as they are."""
        ...


class NoForms:
    """Takes all values as they are."""

    def accept(
        self, form: str, values: Mapping[str, Any], variables: Mapping[str, Any], now: Callable[[], datetime]
    ) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        """See FormPort."""
        return values, ()
