"""What is checked of a form at publish: all findings at once, each with the line of the component that it means.

FORM-001 cannot be read       FORM-005 pattern            FORM-009 text missing in a language (warning)
FORM-002 key taken twice      FORM-006 no choices         FORM-010 unknown rule (warning)
FORM-003 key missing or odd   FORM-007 default does not fit
FORM-004 FEEL                 FORM-008 bounds contradict
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from catalogue.forms.expressions import expressions
from catalogue.forms.fields import places, walk
from catalogue.forms.schema import CHOICES, INPUTS, Component, Form, feel_text
from catalogue.forms.values import WrongValueError, is_empty, read_value
from catalogue.patterns import compile_pattern
from state_machines.diagnostics import Diagnostic, Severity
from state_machines.feel import FeelSyntaxError, parse

MAX_BYTES: Final = 500_000
MAX_COMPONENTS: Final = 500
MAX_DEPTH: Final = 20
_KEY: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
Found = Iterator[tuple[str, Severity, str]]


def read_form(source: bytes, *, languages: tuple[str, ...] = ()) -> tuple[Form | None, tuple[Diagnostic, ...]]:
    """The form, or None if it cannot be read, and all that is to be said about it.

    `languages`: those in which each text that is given by language has to exist.
    """
    try:
        raw = _load(source)
        form = Form.model_validate(raw)
    except ValidationError as error:
        return None, tuple(_shape(e["loc"], e["msg"]) for e in error.errors(include_url=False, include_input=False))
    except (ValueError, RecursionError) as error:
        return None, (
            Diagnostic("FORM-001", "error", "", getattr(error, "lineno", 0), f"This is not a form: {error}."),
        )
    text = source.decode()
    findings = [
        Diagnostic(code, severity, component.key or component.path or component.id, _line(text, component), words)
        for component in walk(form.components)
        for check in _CHECKS
        for code, severity, words in check(component)
    ]
    findings += _texts(form, languages, text)
    return form, (*findings, *_taken_twice(form, text))


def _load(source: bytes) -> Any:
    if len(source) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES} bytes")
    raw = json.loads(source)
    if not isinstance(raw, dict):
        raise ValueError("it is not a JSON object")
    json.dumps(raw, allow_nan=False, ensure_ascii=False).encode()  # what no JSON can say again: 1e400, half a surrogate
    if (count := _count(raw.get("components"), 1)) > MAX_COMPONENTS:
        raise ValueError(f"it has {count} components, more than {MAX_COMPONENTS}")
    return raw


def _count(components: Any, depth: int) -> int:
    if depth > MAX_DEPTH:
        raise ValueError(f"components are nested more than {MAX_DEPTH} deep")
    inner = [c.get("components") for c in components if isinstance(c, dict)] if isinstance(components, list) else []
    return len(inner) + sum(_count(one, depth + 1) for one in inner)


def _shape(where: tuple[int | str, ...], words: str) -> Diagnostic:
    place = "/" + "/".join(str(part) for part in where)
    return Diagnostic("FORM-001", "error", "", 0, f"{place}: {words}.")


def _line(text: str, component: Component) -> int:
    """The line on which the component's key stands (JSON keeps no positions); 0 if it has none."""
    for name, value in (("key", component.key), ("path", component.path), ("id", component.id)):
        found = (
            re.search(rf'"{name}"\s*:\s*{re.escape(json.dumps(value, ensure_ascii=False))}', text) if value else None
        )
        if found:
            return text.count("\n", 0, found.start()) + 1
    return 0


def _keys(component: Component) -> Found:
    is_list = component.type == "dynamiclist"
    key = component.path if is_list else component.key
    if not (is_list or component.type in INPUTS or component.type == "expression"):
        return
    if not _KEY.fullmatch(key):
        yield (
            "FORM-003",
            "error",
            f"“{key}” cannot be a field's key: use letters, digits and _, beginning with a letter.",
        )
    elif key.split(".", 1)[0] == "_dpc":
        yield "FORM-003", "error", "The name _dpc is reserved."


def _expressions(component: Component) -> Found:
    for name, expression in expressions(component).items():
        try:
            parse(feel_text(expression))
        except FeelSyntaxError as error:
            yield "FORM-004", "error", f"{name} is not FEEL: {error.message} (column {error.column})."
    if component.type == "expression" and not component.expression.strip():
        yield "FORM-004", "error", "A computed field needs an expression."


def _patterns(component: Component) -> Found:
    pattern = component.validation.pattern
    if pattern and (wrong := compile_pattern(pattern)):
        yield "FORM-005", "error", f"The pattern cannot be used (look-around and back-references cannot): {wrong}."


def _choices(component: Component) -> Found:
    if component.type in CHOICES and not (component.values or component.values_key or component.values_expression):
        yield "FORM-006", "error", "There is nothing to choose from: give values, valuesKey or valuesExpression."


def _defaults(component: Component) -> Found:
    value = component.default_value
    dynamic = component.values_key or component.values_expression
    if component.type not in INPUTS or is_empty(component, value) or (component.type in CHOICES and dynamic):
        return
    try:
        read_value(component, value, tuple(option.value for option in component.values))
    except WrongValueError as error:
        yield "FORM-007", "error", f"The default value {value!r} breaks the field's own rule “{error.code}”."


def _bounds(component: Component) -> Found:
    rules = component.validation
    if rules.min is not None and rules.max is not None and rules.min > rules.max:
        yield "FORM-008", "error", f"No number is at least {rules.min:g} and at most {rules.max:g}."
    if rules.min_length is not None and rules.max_length is not None and rules.min_length > rules.max_length:
        yield "FORM-008", "error", f"No text has at least {rules.min_length} and at most {rules.max_length} characters."


def _rules(component: Component) -> Found:
    for name in component.validation.model_extra or ():
        yield "FORM-010", "warning", f"The rule “{name}” is not known, so nothing checks it."


_CHECKS: Final[tuple[Callable[[Component], Found], ...]] = (
    _keys,
    _expressions,
    _patterns,
    _choices,
    _defaults,
    _bounds,
    _rules,
)


def _texts(form: Form, languages: tuple[str, ...], text: str) -> Iterator[Diagnostic]:
    for component in walk(form.components):
        labels = (component.label, component.description, component.text, component.content)
        for given in (*labels, *(option.label for option in component.values)):
            missing = [language for language in languages if isinstance(given, Mapping) and language not in given]
            if missing:
                words = f"The text {given!r} is missing in {', '.join(missing)}."
                yield Diagnostic("FORM-009", "warning", component.key, _line(text, component), words)


def _taken_twice(form: Form, text: str) -> Iterator[Diagnostic]:
    try:
        places(form)
    except ValueError as error:
        key = str(error)
        line = max((text.count("\n", 0, m.start()) + 1 for m in re.finditer(rf'"{re.escape(key)}"', text)), default=0)
        yield Diagnostic("FORM-002", "error", key, line, f"Two fields fill “{key}”.")
