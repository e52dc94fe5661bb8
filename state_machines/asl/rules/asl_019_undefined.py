"""ASL-019: no expression is a mere path into the variables: where one is missing, the result is undefined and the state
fails. What the platform itself keeps in `_dpc` is there, and what a Map selects for its items."""

import re
from collections.abc import Iterator
from typing import Final

from state_machines.asl.scan import Definition, Fault

_PATH: Final = re.compile(r"\s*\$states\.input\.(\w+|`[^`]*`)(?:\.(?:\w+|`[^`]*`))*\s*")


def check(definition: Definition) -> Iterator[Fault]:
    """Finds paths that nothing guards."""
    selectors = {state.name: state.body.get("ItemSelector") for state in definition.states}
    selected = {name: selector for name, selector in selectors.items() if isinstance(selector, dict)}
    for state in definition.states:
        known = {"_dpc"}.union(*(selected.get(parent, ()) for parent in state.parents))
        for expression in state.expressions:
            path = _PATH.fullmatch(expression)
            if path is not None and path[1] not in known:
                yield Fault("ASL-019", state.name, f"'{expression.strip()}' is undefined where the variable is missing")
