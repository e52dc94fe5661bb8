"""ASL-011: variables are identifiers of at most 80 characters, and no branch assigns one of an outer part."""

import re
from collections.abc import Iterator

from state_machines.asl.limits import VARIABLE_NAME_LENGTH
from state_machines.asl.scan import Definition, Fault, Part

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def check(definition: Definition) -> Iterator[Fault]:
    """Finds impossible names, and names that shadow."""
    assigned: dict[tuple[str, ...], set[str]] = {}
    for part in definition.parts:
        assigned.setdefault(part.parents, set()).update(name for state in part.states for name in state.assigned())
    around: dict[tuple[str, ...], set[str]] = {(): set()}
    for parents in sorted({part.parents for part in definition.parts}, key=len):
        if parents:
            # Branches of one Parallel share their parents and see only what lies outside it.
            around[parents] = around.get(parents[:-1], set()) | assigned.get(parents[:-1], set())
    for part in definition.parts:
        yield from _names(part, around[part.parents])


def _names(part: Part, outer: set[str]) -> Iterator[Fault]:
    for state in part.states:
        for name in state.assigned():
            if not _NAME.match(name) or len(name) > VARIABLE_NAME_LENGTH or name == "states":
                yield Fault("ASL-011", state.name, f"'{name}' cannot be a variable")
            if name in outer:
                yield Fault("ASL-011", state.name, f"the variable '{name}' belongs to an outer part")
