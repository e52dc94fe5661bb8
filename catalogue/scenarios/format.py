"""The shape of a scenario file. What its words mean is in `state_machines.scenarios.model` and docs/scenarios.md."""

import json
import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic.alias_generators import to_camel

from state_machines.flow.timers import duration_constant
from state_machines.scenarios.model import SETTLE, START

MAX_STEPS = 200
MAX_DURATION_MILLIS = 3_660 * 86_400_000
STEPS = ("complete", "message", "signal", "advance", "resolve", "expect")
OUTCOMES = ("answer", "unavailable", "rejected", "bpmnError")


class Shape(BaseModel):
    """Nothing that is not known; names in camel case."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=False)


def plain(value: Any) -> Any:
    """JSON as the process will see it: what YAML reads as a date is its text. Raises ValueError."""
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {_member(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no number that JSON knows")
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _member(key: Any) -> str:
    if not isinstance(key, str):
        raise ValueError(f"the name {key!r} must be text: put it in quotes")
    return key


def _plain(value: Any) -> Any:
    try:
        return plain(value)
    except TypeError as error:
        raise ValueError(f"{value!r} is no JSON value") from error


def _duration(value: Any) -> timedelta:
    millis = duration_constant(value) if isinstance(value, str) else None
    if millis is None:
        raise ValueError("a duration is text such as PT30S, PT24H or P14D")
    if millis > MAX_DURATION_MILLIS:
        raise ValueError("a duration has at most ten years")
    return timedelta(milliseconds=millis)


Text = Annotated[str, Field(min_length=1, max_length=300)]
Json = Annotated[Any, BeforeValidator(_plain)]
Variables = Annotated[dict[str, Any], BeforeValidator(_plain)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]


class Start(Shape):
    """How the instance begins."""

    business_key: str = ""
    initiator: str = ""
    variables: Variables = {}
    at: AwareDatetime = START


class AnswerShape(Shape):
    """One of `answer`, `unavailable`, `rejected`, `bpmnError`."""

    answer: Json = None
    unavailable: str | None = None
    rejected: str | None = None
    bpmn_error: Text | None = None
    message: str = ""
    variables: Variables = {}
    after: Duration = timedelta()
    times: Annotated[int, Field(ge=1, le=100)] = 1

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set & {"answer", "unavailable", "rejected", "bpmn_error"}) != 1:
            raise ValueError(f"give exactly one of {', '.join(OUTCOMES)}")
        if self.bpmn_error is None and self.model_fields_set & {"message", "variables"}:
            raise ValueError("message and variables belong to a bpmnError")
        return self


def _one_or_many(value: Any) -> str:
    return "(many)" if isinstance(value, list) else "(one)"


Answers = Annotated[
    Annotated[AnswerShape, Tag("(one)")] | Annotated[list[AnswerShape], Field(min_length=1), Tag("(many)")],
    Discriminator(_one_or_many),
]
"""One for every call, or a list of answers in turn."""


def _element(value: Any) -> Any:
    return {"element": value} if isinstance(value, str) else value


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _counts(value: Any) -> Any:
    """A list means: at least once each."""
    return dict.fromkeys(value, None) if isinstance(value, list) and all(isinstance(i, str) for i in value) else value


class TaskShape(Shape):
    """An open task: its element, and what shall be true of it."""

    element: Text
    group: Text | None = None
    form: Text | None = None
    assignee: str | None = None


class MessageShape(Shape):
    """A message that is waited for."""

    name: Text
    key: str | None = None


Task = Annotated[TaskShape, BeforeValidator(_element)]
Message = Annotated[MessageShape, BeforeValidator(_named)]
Passed = Annotated[dict[str, Annotated[int, Field(ge=1)] | None], BeforeValidator(_counts)]


class ExpectShape(Shape):
    """What must be true at a point. What is not given is not compared."""

    path: list[Text] | None = None
    passed: Passed = {}
    not_passed: list[Text] = []
    variables: Variables = {}
    absent: list[Text] = []
    tasks: list[Task] | None = None
    messages: list[Message] | None = None
    signals: list[Text] | None = None
    incidents: list[Text] | None = None
    status: Literal["completed", "active", "incident", "failed"] | None = None
    calls: dict[str, Annotated[int, Field(ge=0)]] = {}
    duration: Duration | None = None


class CompleteShape(Shape):
    """Complete a task."""

    complete: Text
    variables: Variables = {}


class MessageStep(Shape):
    """Publish a message."""

    message: Text
    key: str = ""
    variables: Variables = {}
    time_to_live: Duration = timedelta(hours=1)


class SignalStep(Shape):
    """Broadcast a signal."""

    signal: Text
    variables: Variables = {}


class AdvanceStep(Shape):
    """Let time pass."""

    advance: Duration


class ResolveStep(Shape):
    """Resolve an incident."""

    resolve: Text
    action: Literal["retry", "skip"] = "retry"
    variables: Variables = {}


class ExpectStep(Shape):
    """Compare here."""

    expect: ExpectShape


def _verb(value: Any) -> str | None:
    """Which step it is: by the one of its keys that names a step."""
    found = [verb for verb in STEPS if isinstance(value, Mapping) and verb in value]
    return f"({found[0]})" if len(found) == 1 else None


StepShape = Annotated[
    Annotated[CompleteShape, Tag("(complete)")]
    | Annotated[MessageStep, Tag("(message)")]
    | Annotated[SignalStep, Tag("(signal)")]
    | Annotated[AdvanceStep, Tag("(advance)")]
    | Annotated[ResolveStep, Tag("(resolve)")]
    | Annotated[ExpectStep, Tag("(expect)")],
    Discriminator(
        _verb, custom_error_type="step", custom_error_message=f"a step has exactly one of: {', '.join(STEPS)}"
    ),
]


class ScenarioShape(Shape):
    """A whole file."""

    process: Text
    description: str = ""
    start: Start = Start()
    connectors: dict[Text, Answers] = {}
    steps: Annotated[list[StepShape], Field(max_length=MAX_STEPS)] = []
    expect: ExpectShape = ExpectShape()
    settle: Duration = SETTLE
