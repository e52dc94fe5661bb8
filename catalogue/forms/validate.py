"""The server's validation of a form's values: the same rules as in the browser, and the only ones that count.

- A field that the form does not have is refused.
- A hidden field (its own condition, or a group's) is left out, whatever was sent for it: it keeps the value it had.
- A read-only or disabled field may be sent as it was shown; a change is refused.
- An optional field that was not sent keeps its value; without one it takes the default, else null: so that later
  expressions find the name.
- `required` asks for a value in this submission, not in the variables: what people confirm is what they sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from catalogue.forms.fields import Place, Places, Rows, places
from catalogue.forms.messages import message
from catalogue.forms.schema import CHOICES, Component, Form, feel_text, text_in
from catalogue.forms.values import WrongValueError, is_empty, read_value, same
from state_machines.feel import evaluate, to_json

MAX_ROWS: Final = 200
Clock = Callable[[], datetime]
Names = dict[str, Any]


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field. `field` is its key, dotted if nested (`address.street`, `children.0.name`)."""

    field: str
    code: str
    message: str


def validate_values(
    form: Form,
    values: Mapping[str, Any],
    context: Mapping[str, Any],
    *,
    language: str = "en",
    clock: Clock | None = None,
) -> tuple[Names, tuple[FieldError, ...]]:
    """The clean values to take over, and everything that is wrong at once. `context`: the variables of the scope."""
    run, at = _Validation(context, values, language, clock), places(form)
    # The first pass takes values of hidden fields out of the scope, so that no condition reads them in the second.
    run.fill(at, _Level(values, context, run.scope, ""))
    run.errors.clear()
    clean = run.fill(at, _Level(values, context, run.scope, ""))
    return clean, tuple(run.errors)


@dataclass(frozen=True)
class _Level:
    """One object that is being filled: what was sent for it, what it is now, the part of the scope that it is."""

    given: Mapping[str, Any]
    current: Mapping[str, Any]
    local: Names
    path: str
    clean: Names = field(default_factory=dict)

    def where(self, name: str) -> str:
        """The dotted key of a field in it."""
        return f"{self.path}.{name}" if self.path else name

    def inner(self, name: str) -> "_Level":
        """The level of a nested object."""
        before = self.current.get(name)
        before = before if isinstance(before, Mapping) else {}
        local = self.local.setdefault(name, {})
        return _Level(self.given.get(name, {}), before, local if isinstance(local, dict) else {}, self.where(name))


class _Validation:
    """One validation. `scope` is what conditions see: the context, overlaid with what was sent."""

    def __init__(
        self, context: Mapping[str, Any], values: Mapping[str, Any], language: str, clock: Clock | None
    ) -> None:
        self.language, self.clock = language, clock
        self.scope = _overlay(context, values)
        self.errors: list[FieldError] = []

    def fill(self, at: Places, level: _Level) -> Names:
        """The clean values of these places."""
        if not isinstance(level.given, Mapping):
            self._wrong(level.path, WrongValueError("type", expected="object"))
            return {}
        for name in level.given:
            if name not in at.names:
                level.local[name] = level.current.get(name)
                self._wrong(level.where(str(name)), WrongValueError("unknown"))
        for name, place in at.names.items():
            if isinstance(place, Places):
                inner = level.inner(name)
                level.clean[name] = {**inner.current, **self.fill(place, inner)}
            else:
                self._fill_one(place, name, level)
        return level.clean

    def _fill_one(self, place: Place | Rows, name: str, level: _Level) -> None:
        try:
            taken = not self._hidden(place, level.local) and self._take(place, name, level)
        except WrongValueError as error:
            self._wrong(level.where(name), error, place.component)
            return
        if not taken:
            level.local[name] = level.current.get(name)
            if name not in level.current:
                level.clean[name] = None

    def _take(self, place: Place | Rows, name: str, level: _Level) -> bool:
        """Take one visible field's value over; False if it keeps the value that it has."""
        component = place.component
        if component.type == "expression":
            level.clean[name] = level.local[name] = self._feel(component.expression, level.local)
            return True
        if self._fixed(component, level.local):
            if name in level.given and not same(level.given[name], level.current.get(name)):
                raise WrongValueError("read-only")
            return False
        if name not in level.given:
            return self._default(component, name, level)
        value = level.given[name]
        if isinstance(place, Rows):
            clean: Any = self._rows(place, value, level.where(name))
        else:
            clean = self._value(component, value, level.local)
        level.clean[name] = level.local[name] = clean
        return True

    def _default(self, component: Component, name: str, level: _Level) -> bool:
        if component.validation.required:
            raise WrongValueError("required")
        if name in level.current:
            return False
        computed = component.default_expression
        value = self._feel(computed, level.local) if computed else component.default_value
        level.clean[name] = level.local[name] = value
        return True

    def _value(self, component: Component, value: Any, local: Names) -> Any:
        if is_empty(component, value):
            if component.validation.required:
                raise WrongValueError("required")
            return value if component.type == "checkbox" else None
        options = self._options(component, local) if component.type in CHOICES else ()
        clean = read_value(component, value, options)
        if component.disallow_passed_dates and self.clock and str(clean)[:10] < self.clock().date().isoformat():
            raise WrongValueError("passed")
        return clean

    def _rows(self, rows: Rows, value: Any, path: str) -> list[Names]:
        if not isinstance(value, list):
            raise WrongValueError("type", expected="list")
        if len(value) > MAX_ROWS:
            raise WrongValueError("rows", bound=MAX_ROWS)
        if not value and rows.component.validation.required:
            raise WrongValueError("required")
        return [
            self.fill(rows.places, _Level(row, {}, _overlay(self.scope, row), f"{path}.{number}"))
            for number, row in enumerate(value)
        ]

    def _options(self, component: Component, local: Names) -> tuple[Any, ...]:
        if component.values_expression:
            found = self._feel(component.values_expression, local)
        elif component.values_key:
            found = self._feel(component.values_key, local)
        else:
            return tuple(option.value for option in component.values)
        listed = found if isinstance(found, list) else []
        return tuple(one.get("value") if isinstance(one, Mapping) else one for one in listed)

    def _hidden(self, place: Place | Rows, local: Names) -> bool:
        return any(self._feel(condition, local) is True for condition in place.hide)

    def _fixed(self, component: Component, local: Names) -> bool:
        read_only = component.readonly
        return component.disabled or (self._feel(read_only, local) is True if isinstance(read_only, str) else read_only)

    def _feel(self, expression: str, local: Names) -> Any:
        names = local if local is self.scope else {**self.scope, **local}
        return to_json(evaluate(feel_text(expression), names, clock=self.clock))

    def _wrong(self, path: str, error: WrongValueError, component: Component | None = None) -> None:
        own = text_in(component.validation.message, self.language) if component and error.code == "pattern" else ""
        words = own or message(error.code, self.language, expected=error.expected, bound=error.bound)
        self.errors.append(FieldError(path, error.code, words))


def _overlay(context: Mapping[str, Any], values: Any) -> Names:
    """The context with the values over it, objects merged, nothing shared with either."""
    merged = dict(context)
    for name, value in values.items() if isinstance(values, Mapping) else ():
        inner = merged.get(name)
        merged[name] = (
            _overlay(inner if isinstance(inner, Mapping) else {}, value) if isinstance(value, Mapping) else value
        )
    return merged
