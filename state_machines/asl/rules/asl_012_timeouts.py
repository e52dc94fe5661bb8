"""ASL-012: constant numbers and moments lie within the limits; a Wait has exactly one duration or moment."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from state_machines.asl.limits import MAX_SECONDS
from state_machines.asl.scan import Definition, Fault, Scanned

_RANGES: Final = (
    *(("TimeoutSeconds", 1, MAX_SECONDS), ("HeartbeatSeconds", 1, MAX_SECONDS), ("Seconds", 0, MAX_SECONDS)),
    *(("MaxConcurrency", 0, MAX_SECONDS), ("ToleratedFailureCount", 0, MAX_SECONDS)),
    ("ToleratedFailurePercentage", 0, 100),
)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def check(definition: Definition) -> Iterator[Fault]:
    """Finds numbers out of range and moments that are none."""
    yield from (Fault("ASL-012", "", words) for words in _numbers(definition.json))
    for state in definition.states:
        yield from (Fault("ASL-012", state.name, words) for words in _numbers(state.body))
        yield from (Fault("ASL-012", state.name, words) for words in _moments(state))


def _numbers(place: Mapping[str, Any]) -> Iterator[str]:
    for field, lowest, highest in _RANGES:
        value = place.get(field)
        if value is None or _is_expression(value):
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            yield f"{field} is {value!r}; {lowest} to {highest:,} are possible"


def _moments(state: Scanned) -> Iterator[str]:
    if state.type == "Wait" and ("Seconds" in state.body) == ("Timestamp" in state.body):
        yield "a Wait needs exactly one of Seconds and Timestamp"
    moment = state.body.get("Timestamp", "{%")
    if not _is_expression(moment) and not _MOMENT.fullmatch(str(moment)):
        yield f"Timestamp is {moment!r}, which is no moment with a zone"
    limits = [state.body.get(field) for field in ("HeartbeatSeconds", "TimeoutSeconds")]
    beat, end = (value if isinstance(value, int) else None for value in limits)
    if beat is not None and end is not None and beat >= end:
        yield f"HeartbeatSeconds is {beat}, which is no less than TimeoutSeconds"


def _is_expression(value: object) -> bool:
    return isinstance(value, str) and value.startswith("{%")
