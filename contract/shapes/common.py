"""What all shapes share: naming, strictness, pages, problems."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

T = TypeVar("T")

Duration = Annotated[
    str,
    Field(
        max_length=40, pattern=r"^P(\d{1,9}D(T(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}S)?)?|T(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}S)?)$"
    ),
]
"""An ISO 8601 duration of days, hours, minutes and seconds; pydantic's timedelta reads its value."""

Variables = dict[str, Any]
"""Process variables: JSON values by name. `_dpc` is reserved and refused."""

Severity = Literal["error", "warning", "info"]
Id = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[0-9A-Za-z._~@:-]+$")]
Time = datetime
"""Aware; on the wire ISO 8601 with zone."""


def _in_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("there is no such time in UTC") from error


def _no_number(given: Any) -> Any:
    """Numbers, also as texts, would be read as seconds since 1970."""
    if isinstance(given, datetime) or (isinstance(given, str) and "T" in given.upper()):
        return given
    raise ValueError("a time with its zone is expected, as 2026-11-30T12:00:00Z")


GivenTime = Annotated[AwareDatetime, BeforeValidator(_no_number), AfterValidator(_in_utc)]
"""A time that a request names: with its zone, read as UTC."""


class Shape(BaseModel):
    """An answer or event: camelCase on the wire, unknown fields ignored by readers, immutable."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, defer_build=True)


class Request(Shape):
    """A request: as a shape, but an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Page(Shape, Generic[T]):
    """One page of a list; `cursor` (opaque) asks for the next one, null at the end."""

    items: list[T]
    cursor: str | None = None


class PageQuery(Request):
    """What every list takes."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=4000)] = ""


class Finding(Shape):
    """A diagnostic, or what is wrong with one field."""

    code: str
    severity: Severity = "error"
    message: str
    element_id: str | None = None
    line: int | None = None
    field: str | None = None
    """JSON pointer or form field key of what is wrong."""
    file: str | None = None


class Problem(Shape):
    """RFC 9457 problem details; `type` is `about:blank#<code>`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Finding] | None = None
