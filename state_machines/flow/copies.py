"""Copies of steps under other names, and with other variables of the machine."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from state_machines.flow.steps import Fork, Segment, Step, Way, map_ways

_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)", re.ASCII)


def variables_in(steps: Mapping[str, Step]) -> frozenset[str]:
    """What may be variables of the machine among the names that steps, and those of their branches, read."""
    return frozenset(_VARIABLE.findall(str(steps)))


def assigned(step: Step) -> Iterator[str]:
    """The machine's variables that a step sets."""
    yield from getattr(step, "assign", {})
    for part in (*getattr(step, "catches", ()), *getattr(step, "rules", ())):
        yield from part.assign or {}


def with_variables(step: Step, names: Mapping[str, str]) -> Step:
    """A step with other variables of the machine."""
    found: Step = _texts(step, lambda text: _VARIABLE.sub(lambda m: f"${names.get(m[1], m[1])}", text), names)
    return found


def _texts(value: Any, change: Callable[[str], str], names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return change(value) if "$" in value else value
    if isinstance(value, tuple | list):
        return (
            type(value)(*(_texts(v, change, names) for v in value))
            if hasattr(value, "_fields")
            else type(value)(_texts(v, change, names) for v in value)
        )
    if isinstance(value, Mapping):
        return {names.get(k, k): _texts(v, change, names) for k, v in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _texts(getattr(value, f.name), change, names) for f in fields(value)})
    return value


def with_keys(step: Step, keys: Mapping[str, str], outside: Mapping[str, str]) -> Step:
    """A step, with those of its branches, under other names; ways that lead out lead elsewhere."""

    def way(each: Way) -> Way:
        return replace(each, to=keys.get(each.to) or outside.get(each.to, each.to))

    step = map_ways(replace(step, key=keys[step.key]), way)
    if not isinstance(step, Fork):
        return step
    return replace(step, branches=tuple(_branch_with_keys(branch, keys) for branch in step.branches))


def _branch_with_keys(branch: Segment, keys: Mapping[str, str]) -> Segment:
    steps = {keys[key]: with_keys(step, keys, {}) for key, step in branch.steps.items()}
    start = replace(branch.start, to=keys.get(branch.start.to, branch.start.to))
    return replace(branch, start=start, steps=steps)
