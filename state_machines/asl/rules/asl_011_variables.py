"""ASL-011: variables are identifiers of at most 80 characters, and no branch assigns one of an outer part."""

import re
from collections.abc import Iterator

from state_machines.asl.limits import VARIABLE_NAME_LENGTH
from state_machines.asl.scan import Definition, Fault, Part

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def check(definition: Definition) -> Iterator[Fault]:
    """Finds impossible names, and names that shadow."""
    for part in definition.parts:
        outer = _outer(definition, part)
        for state in part.states:
            for name in state.assigned():
                if not _NAME.match(name) or len(name) > VARIABLE_NAME_LENGTH or name == "states":
                    yield Fault("ASL-011", state.name, f"'{name}' cannot be a variable")
                if name in outer:
                    yield Fault("ASL-011", state.name, f"the variable '{name}' belongs to an outer part")


def _outer(definition: Definition, part: Part) -> set[str]:
    around = [
        other
        for other in definition.parts
        if len(other.parents) < len(part.parents) and any(state.name in part.parents for state in other.states)
    ]
    return {name for other in around for state in other.states for name in state.assigned()}
