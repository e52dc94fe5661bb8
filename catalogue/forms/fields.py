"""The places that a form fills: its input components as a tree of names, with the conditions that hide them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalogue.forms.schema import INPUTS, Component, Form, feel_text


@dataclass(frozen=True)
class Place:
    """An input (or computed) component; `hide` are the conditions of it and of the groups around it, any of which."""

    component: Component
    hide: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """A repeated list: a list of objects with these places."""

    component: Component
    places: "Places"
    hide: tuple[str, ...] = ()


@dataclass(frozen=True)
class Places:
    """Names to what is there; a nested `Places` is an object (a group's path, a dotted key)."""

    names: dict[str, "Place | Rows | Places"] = field(default_factory=dict)

    def at(self, name: str) -> "Places":
        """The nested places of that name, made if there are none."""
        found = self.names.setdefault(name, Places())
        if not isinstance(found, Places):
            raise ValueError(name)
        return found


def places(form: Form) -> Places:
    """The tree. Raises `ValueError` (the name) where two components fill the same place."""
    root = Places()
    _collect(form.components, root, ())
    return root


def walk(components: tuple[Component, ...]) -> Iterator[Component]:
    """Every component, nested ones too, in the form's order."""
    for component in components:
        yield component
        yield from walk(component.components)


def _collect(components: tuple[Component, ...], into: Places, hide: tuple[str, ...]) -> None:
    for component in components:
        condition = feel_text(component.conditional.hide)
        hidden = (*hide, condition) if condition else hide
        if component.type == "group":
            _collect(component.components, _nested(into, component.path), hidden)
        elif component.type == "dynamiclist":
            rows = Places()
            _collect(component.components, rows, ())
            _put(into, component.path, Rows(component, rows, hidden))
        elif component.type in INPUTS or component.type == "expression":
            _put(into, component.key, Place(component, hidden))


def _nested(into: Places, path: str) -> Places:
    for name in path.split(".") if path else ():
        into = into.at(name)
    return into


def _put(into: Places, path: str, place: Place | Rows) -> None:
    *above, last = path.split(".")
    target = _nested(into, ".".join(above))
    if last in target.names:
        raise ValueError(path)
    target.names[last] = place
