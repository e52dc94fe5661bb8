"""ASL-020: states and the entries of their lists have the fields of their kind, no others, and those they need."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from state_machines.asl.fields import FIELDS, JSONPATH, LISTED, MACHINE
from state_machines.asl.scan import Definition, Fault, Scanned

_ELSEWHERE: Final = JSONPATH | {"Retry", "Catch", "Next", "End"}
"""What ASL-004, ASL-007 and ASL-010 look at."""
_NEEDED: Final = {"Choices": "Next", "Catch": "Next"}


def check(definition: Definition) -> Iterator[Fault]:
    """Finds fields that are misspelt, out of place or of the wrong kind."""
    for key in definition.json:
        if key not in MACHINE:
            yield Fault("ASL-020", "", f"a definition has no field {key}")
    for state in definition.states:
        if state.type in FIELDS:  # other types: ASL-010
            yield from (Fault("ASL-020", state.name, words) for words in _state(state))


def _state(state: Scanned) -> Iterator[str]:
    yield from _other(state.body, FIELDS[state.type] | _ELSEWHERE, f"a {state.type}")
    for field in LISTED:
        if not isinstance(state.body.get(field, []), list):
            yield f"{field} is no list"
        for entry in state.entries(field):
            yield from _other(entry, LISTED[field] | JSONPATH, f"an entry of {field}")
            if (needed := _NEEDED.get(field)) and not isinstance(entry.get(needed), str):
                yield f"an entry of {field} has no {needed}"


def _other(place: Mapping[str, Any], known: frozenset[str], kind: str) -> Iterator[str]:
    yield from (f"{kind} has no field {key}" for key in place if key not in known)
    if not isinstance(place.get("Assign", {}), dict):
        yield "Assign is no object of variables"
