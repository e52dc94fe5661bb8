"""`instance of`: whether a value belongs to a type (DMN 1.5, 10.3.2.9.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from state_machines.feel.types import SIMPLE_NAMES, Type
from state_machines.feel.values import Function, Range, Value, type_name

if TYPE_CHECKING:
    from state_machines.feel.environment import Run
    from state_machines.feel.nodes import Position


def is_instance(value: Value, type_: Type, run: Run, at: Position) -> bool | None:
    """Whether the value is of the type; null with a warning where the type does not exist."""
    known = resolved(type_, run.types)
    if known is None:
        run.warn(f"There is no type '{type_.name}'", at)
        return None
    if known.item is not None or known.fields:
        run.weigh(value)
    return conforms(value, known)


def resolved(type_: Type, types: Mapping[str, Type]) -> Type | None:
    """The type with the names of item definitions replaced; None where one does not exist."""
    if type_.name not in SIMPLE_NAMES:
        return types.get(type_.name)
    item = resolved(type_.item, types) if type_.item is not None else None
    fields = {name: resolved(part, types) for name, part in type_.fields.items()}
    known = {name: part for name, part in fields.items() if part is not None}
    if (type_.item is not None and item is None) or len(known) < len(fields):
        return None
    return Type(type_.name, item, known, type_.parameters)


def conforms(value: Value, type_: Type) -> bool:
    """Whether the value is of the type. null is of Null only; Any takes everything else."""
    if type_.name == "Null" or value is None:
        return value is None and type_.name == "Null"
    if type_.name == "Any":
        return True
    if type_.name != type_name(value):
        return False
    return _refined(value, type_)


def _admits(value: Value, type_: Type) -> bool:
    """Membership of a part: null belongs to every type."""
    return value is None or conforms(value, type_)


def _refined(value: Value, type_: Type) -> bool:
    if isinstance(value, list):
        item = type_.item
        return item is None or all(_admits(each, item) for each in value)
    if isinstance(value, dict):
        return all(key in value and _admits(value[key], part) for key, part in type_.fields.items())
    if isinstance(value, Range):
        item = type_.item
        return item is None or (_admits(value.low, item) and _admits(value.high, item))
    if isinstance(value, Function) and type_.parameters is not None:
        return value.parameters is not None and len(value.parameters) == len(type_.parameters)
    return True
