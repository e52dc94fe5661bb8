"""ASL-012: constant seconds are whole numbers within the limits; a Wait has exactly one duration or moment."""

from collections.abc import Iterator

from state_machines.asl.limits import MAX_SECONDS
from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Finds seconds out of range."""
    for state in definition.states:
        for field, lowest in (("TimeoutSeconds", 1), ("HeartbeatSeconds", 1), ("Seconds", 0)):
            value = state.body.get(field)
            if value is None or isinstance(value, str):
                continue
            if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= MAX_SECONDS:
                yield Fault("ASL-012", state.name, f"{field} is {value!r}; {lowest} to {MAX_SECONDS:,} are possible")
        if state.type == "Wait" and ("Seconds" in state.body) == ("Timestamp" in state.body):
            yield Fault("ASL-012", state.name, "a Wait needs exactly one of Seconds and Timestamp")
