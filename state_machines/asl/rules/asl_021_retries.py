"""ASL-021: retriers have numbers that Step Functions takes."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from state_machines.asl.limits import MAX_SECONDS
from state_machines.asl.scan import Definition, Fault

_LONGEST: Final = 31_622_400
"""Seconds that MaxDelaySeconds stays below."""


def _whole(value: object, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def _rate(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 1


_POSSIBLE: Final[Mapping[str, Callable[[Any], bool]]] = {
    "IntervalSeconds": lambda value: _whole(value, 1, MAX_SECONDS),
    "MaxAttempts": lambda value: _whole(value, 0, MAX_SECONDS),
    "MaxDelaySeconds": lambda value: _whole(value, 1, _LONGEST - 1),
    "BackoffRate": _rate,
    "JitterStrategy": lambda value: value in ("FULL", "NONE"),
}


def check(definition: Definition) -> Iterator[Fault]:
    """Finds intervals, attempts, rates and delays that cannot be."""
    for state in definition.states:
        for retrier in state.entries("Retry"):
            yield from (Fault("ASL-021", state.name, words) for words in _retrier(retrier))


def _retrier(retrier: Mapping[str, Any]) -> Iterator[str]:
    wrong = [key for key, possible in _POSSIBLE.items() if key in retrier and not possible(retrier[key])]
    yield from (f"{key} of a retrier is {retrier[key]!r}" for key in wrong)
    if not wrong and retrier.get("MaxDelaySeconds", _LONGEST) <= retrier.get("IntervalSeconds", 1):
        yield "MaxDelaySeconds is no longer than IntervalSeconds"
