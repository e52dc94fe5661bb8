"""The FEEL in a form: by property of a component, in its texts, and which variables all of it reads."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from catalogue.forms.fields import places, walk
from catalogue.forms.schema import Component, Form, feel_text
from state_machines.feel import FeelSyntaxError, names_read, parse

_INSERTED: Final = re.compile(r"{{(.*?)}}", re.DOTALL)


def expressions(component: Component) -> Mapping[str, str]:
    """The properties that are FEEL, those that the component has."""
    given = {
        "conditional.hide": component.conditional.hide,
        "readonly": component.readonly if isinstance(component.readonly, str) else "",
        "valuesExpression": component.values_expression,
        "defaultExpression": component.default_expression,
        "expression": component.expression,
    }
    return {name: expression for name, expression in given.items() if expression.strip()}


def names_shown(form: Form) -> frozenset[str]:
    """The variables that the form fills, shows or reads: all that whoever fills it in needs to be given."""
    read = {name for component in walk(form.components) for text in _feel(component) for name in _names(text)}
    return frozenset(read | places(form).names.keys())


def _feel(component: Component) -> Iterator[str]:
    yield from expressions(component).values()
    yield component.values_key
    for text in _texts(component.model_dump(exclude={"components"})):
        if text.startswith("="):
            yield text
        yield from _INSERTED.findall(text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _names(text: str) -> frozenset[str]:
    """The names that an expression reads; none of a text that is no expression, which nobody evaluates either."""
    try:
        return names_read(parse(feel_text(text))) if text.strip() else frozenset()
    except FeelSyntaxError:
        return frozenset()
