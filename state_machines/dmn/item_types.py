"""Item definitions at work: a type reference as a FEEL type, and values made to fit it or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from state_machines.dmn import model as m
from state_machines.feel.compiler import compile_node
from state_machines.feel.environment import Run, Scope
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.instances import conforms
from state_machines.feel.parser import parse_unary_tests
from state_machines.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from state_machines.feel.types import ANY, CONTEXT, FUNCTION, Type, context_of, list_of, named
from state_machines.feel.values import Value

_MAX_DEPTH: Final = 20
_FROM_TEXT: Final[Mapping[str, Callable[[str], Value]]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
}
SCALARS: Final = frozenset({"number", "string", "boolean", *_FROM_TEXT})
Admits = Callable[[Value, Run], bool]


@dataclass(frozen=True)
class Shape:
    """What a type reference asks for: a context's `components`, a list's `item`, the values that it `admits`."""

    type: Type
    item: Shape | None = None
    components: Mapping[str, Shape] | None = None
    admits: Admits | None = None


class ItemTypes:
    """The types of one model, resolved once."""

    def __init__(self, definitions: m.Definitions) -> None:
        self._definitions = definitions
        self._shapes: dict[str, Shape] = {}
        self.types: dict[str, Type] = {name: self.shape(name).type for name in definitions.types}

    def shape(self, reference: str, depth: int = 0) -> Shape:
        """The shape of a type reference; anything goes for an unknown or circular one."""
        known = self._shapes.get(reference)
        if known is None:
            known = self._shapes[reference] = self._resolve(reference, depth)
        return known

    def _resolve(self, reference: str, depth: int) -> Shape:
        definition = self._definitions.types.get(reference)
        if definition is not None and depth < _MAX_DEPTH:
            return self._of(definition, depth + 1)
        prefix, _, name = reference.partition(".")
        if name and prefix in self._definitions.imports:
            return ItemTypes(self._definitions.imports[prefix]).shape(name, depth + 1)
        return Shape(named(reference) or ANY)

    def _of(self, definition: m.ItemDefinition, depth: int) -> Shape:
        shape = self._single(definition, depth)
        admits = _admits(definition.allowed) if definition.allowed is not None else None
        if not definition.is_collection:
            return Shape(shape.type, shape.item, shape.components, _both(shape.admits, admits))
        item = Shape(shape.type, shape.item, shape.components, _both(shape.admits, admits))
        return Shape(list_of(shape.type), item=item)

    def _single(self, definition: m.ItemDefinition, depth: int) -> Shape:
        if definition.function:
            return Shape(FUNCTION)
        if definition.components and depth < _MAX_DEPTH:
            parts = {each.name: self._of(each, depth + 1) for each in definition.components}
            return Shape(context_of({name: part.type for name, part in parts.items()}), components=parts)
        return self.shape(definition.type_ref, depth) if definition.type_ref else Shape(ANY)


def _both(one: Admits | None, other: Admits | None) -> Admits | None:
    if one is None or other is None:
        return one or other
    first, second = one, other
    return lambda value, run: first(value, run) and second(value, run)


def _admits(allowed: m.Text) -> Admits | None:
    try:
        test = compile_node(parse_unary_tests(allowed.text))
    except FeelSyntaxError:
        return None
    return lambda value, run: test(Scope({"?": value}, None, run)) is True


def fit(value: Value, shape: Shape, run: Run) -> tuple[bool, Value]:
    """Whether the value can be made to fit, and what it is then. null fits everything."""
    if value is None:
        return True, None
    fits, made = _fit_structure(value, shape, run)
    if fits and shape.admits is not None and not shape.admits(made, run):
        return False, None
    return fits, made


def _fit_structure(value: Value, shape: Shape, run: Run) -> tuple[bool, Value]:
    if shape.item is not None:
        return _fit_list(value if isinstance(value, list) else [value], shape.item, run)
    if isinstance(value, list) and len(value) == 1 and shape.type.name not in ("list", "Any"):
        value = value[0]
    if shape.components is not None:
        return _fit_context(value, shape.components, run)
    run.weigh(value)
    if isinstance(value, str) and shape.type.name in _FROM_TEXT:
        value = _FROM_TEXT[shape.type.name](value)
        return value is not None and conforms(value, shape.type), value
    return (shape.type == CONTEXT and isinstance(value, dict)) or conforms(value, shape.type), value


def _fit_list(items: list[Value], shape: Shape, run: Run) -> tuple[bool, Value]:
    made: list[Value] = []
    run.spend(len(items))
    for item in items:
        fits, each = fit(item, shape, run)
        if not fits:
            return False, None
        made.append(each)
    return True, made


def _fit_context(value: Value, components: Mapping[str, Shape], run: Run) -> tuple[bool, Value]:
    if not isinstance(value, dict):
        return False, None
    run.spend(len(value))
    made = dict(value)
    for name, shape in components.items():
        fits, made[name] = fit(made[name], shape, run) if name in made else (False, None)
        if not fits:
            return False, None
    return True, made


def member_names(definitions: m.Definitions) -> frozenset[str]:
    """All names of components, which FEEL texts may use after a dot."""
    found: set[str] = set()
    pending = list(definitions.types.values())
    for imported in definitions.imports.values():
        found |= member_names(imported)
        found |= {each.name for each in imported.elements.values()}
    while pending:
        each = pending.pop()
        found.update(component.name for component in each.components)
        pending.extend(each.components)
    for decision in definitions.decisions.values():
        found.update(decision.output_names)
    return frozenset(found)
