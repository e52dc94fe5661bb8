"""ASL-003: names of states are unique in the whole machine and have 1 to 80 characters."""

from collections import Counter
from collections.abc import Iterator

from state_machines.asl.limits import STATE_NAME_LENGTH
from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Finds names that are used twice, empty or too long."""
    for name, count in Counter(state.name for state in definition.states).items():
        if count > 1:
            yield Fault("ASL-003", name, f"the name is used {count} times")
        if not 1 <= len(name) <= STATE_NAME_LENGTH:
            yield Fault("ASL-003", name, f"the name has {len(name)} characters; 1 to {STATE_NAME_LENGTH} are possible")
