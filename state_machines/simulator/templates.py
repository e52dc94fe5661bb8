"""Payload templates: JSON in which a text `{% … %}` is an expression (Arguments, Output, Assign and the like)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from state_machines.simulator.errors import QueryFailed
from state_machines.simulator.expressions import EvaluationError, Expression, Scene, compile_expression
from state_machines.simulator.values import UNDEFINED, Json, encode, type_name

_OPEN, _CLOSE = "{%", "%}"


class Template(Protocol):
    """A compiled template. Raises QueryFailed when one of its expressions fails or yields nothing."""

    def __call__(self, scene: Scene) -> Json:
        """The value on a scene."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """A template without expressions."""

    value: Json

    def __call__(self, scene: Scene) -> Json:
        """The value itself."""
        return self.value

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, if it is an object."""
        return tuple(self.value) if isinstance(self.value, dict) else ()


@dataclass(frozen=True, slots=True)
class Query:
    """A text that is one expression."""

    text: str
    location: str
    expression: Expression

    def __call__(self, scene: Scene) -> Json:
        """The expression's value; nothing is a failure."""
        try:
            value = self.expression(scene)
        except EvaluationError as error:
            raise QueryFailed(self.text, self.location, str(error)) from error
        if value is UNDEFINED:
            raise QueryFailed(self.text, self.location, "returned nothing (undefined).")
        return value


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object with expressions somewhere in it."""

    members: tuple[tuple[str, Template], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names."""
        return tuple(name for name, _ in self.members)

    def __call__(self, scene: Scene) -> Json:
        """Each member's value."""
        return {name: template(scene) for name, template in self.members}


@dataclass(frozen=True, slots=True)
class _Array:
    items: tuple[Template, ...]

    def __call__(self, scene: Scene) -> Json:
        return [template(scene) for template in self.items]


def is_query(value: Json) -> bool:
    """Whether a value is an expression: a text that begins with `{%` and ends with `%}`."""
    return isinstance(value, str) and value.startswith(_OPEN) and value.endswith(_CLOSE)


def compile_template(value: Json, location: str) -> Template:
    """Compile a value found in a definition; `location` names the field. Raises EvaluationError on bad JSONata."""
    if is_query(value):
        text = value[2:-2].strip()
        return Query(text, location, compile_expression(text))
    if isinstance(value, dict):
        members = tuple((name, compile_template(item, f"{location}/{name}")) for name, item in value.items())
        return Constant(value) if all(isinstance(part, Constant) for _, part in members) else Object(members)
    if isinstance(value, list):
        items = tuple(compile_template(item, f"{location}[{at}]") for at, item in enumerate(value))
        return Constant(value) if all(isinstance(part, Constant) for part in items) else _Array(items)
    return Constant(value)


def shown(template: Template, value: str) -> str:
    """What a message quotes: the expression, or the constant as it stands."""
    return template.text if isinstance(template, Query) else value


def expect(template: Template, scene: Scene, location: str, expected: str) -> Json:
    """The template's value, of a JSON type (`array`, `number`, `string`, `boolean`, `object`). Raises QueryFailed."""
    value = template(scene)
    actual = type_name(value)
    if actual != expected:
        problem = f"returned an unexpected result type. Expected '{expected}', but was '{actual}' for value: "
        raise QueryFailed(shown(template, encode(value)), location, problem + encode(value))
    return value
