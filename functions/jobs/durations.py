"""Durations of requests within their limits."""

from datetime import timedelta
from typing import Final

from pydantic import TypeAdapter, ValidationError

from contract import errors
from contract.shapes.common import Finding
from functions.runtime.problems import ProblemError

NONE: Final = timedelta()
SECOND: Final = timedelta(seconds=1)
_DURATION: Final[TypeAdapter[timedelta]] = TypeAdapter(timedelta)


def read(field: str, text: str, *, least: timedelta, most: timedelta) -> timedelta:
    """The duration of the body's `field`. Raises `ProblemError` if it is outside of its limits."""
    try:
        duration = _DURATION.validate_python(text)
    except ValidationError:
        duration = timedelta.max
    if least <= duration <= most:
        return duration
    words = f"At least {_iso(least)}, at most {_iso(most)}."
    finding = Finding(code="duration", message=words, field=f"/{field}")
    raise ProblemError(errors.VALIDATION_FAILED, "Some fields are wrong; see errors.", [finding])


def _iso(duration: timedelta) -> str:
    """
    >>> _iso(timedelta(days=7)), _iso(timedelta(seconds=20))
    ('P7D', 'PT20S')
    """
    return f"P{duration.days}D" if duration.days else f"PT{duration.seconds}S"
