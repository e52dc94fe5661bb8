"""Camunda 7's form fields, drawn into the model, as a form of our own schema."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from state_machines.bpmn.model import Expression, FormField, Text

_TYPES: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "textfield"},
    "long": {"type": "number", "decimalDigits": 0},
    "integer": {"type": "number", "decimalDigits": 0},
    "double": {"type": "number"},
    "boolean": {"type": "checkbox"},
    "date": {"type": "datetime", "subtype": "date"},
    "enum": {"type": "select"},
}
_BOUNDS = {"minlength": "minLength", "maxlength": "maxLength", "min": "min", "max": "max"}


def form_of(key: str, fields: Iterable[FormField]) -> bytes:
    """The form as JSON; unknown field types are text, as Camunda shows them."""
    components = [_component(field) for field in fields]
    form = {"id": key, "type": "default", "schemaVersion": 18, "components": components}
    return json.dumps(form, ensure_ascii=False, sort_keys=True).encode()


def _component(field: FormField) -> dict[str, Any]:
    kind = _TYPES.get(field.type, _TYPES["string"])
    component: dict[str, Any] = {**kind, "key": field.id, "id": field.id, "label": field.label or field.id}
    if validate := _validate(field.constraints):
        component["validate"] = validate
    if "readonly" in field.constraints:
        component["readonly"] = True
    if field.options:
        component["values"] = [{"value": value, "label": label or value} for value, label in field.options]
    return component | _default(field, str(kind["type"]))


def _validate(constraints: Mapping[str, str]) -> dict[str, Any]:
    required = {"required": True} if constraints.get("required", "false") != "false" else {}
    bounds = {ours: _number(constraints[theirs]) for theirs, ours in _BOUNDS.items() if theirs in constraints}
    return required | {name: bound for name, bound in bounds.items() if bound is not None}


def _default(field: FormField, kind: str) -> dict[str, Any]:
    if isinstance(field.default, Expression):
        return {"defaultExpression": f"={field.default.text}"} if field.default.language == "feel" else {}
    if not isinstance(field.default, Text):
        return {}
    text = field.default.text
    if kind == "checkbox":
        return {"defaultValue": text == "true"}
    return {"defaultValue": _number(text) if kind == "number" else text}


def _number(text: str) -> int | float | None:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return None
