"""Forms inside a model: Camunda 8's as they are, Camunda 7's form fields as a form of our own schema."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from catalogue.forms import read_form
from contract.shapes.common import Finding
from functions.deployments.findings import finding
from state_machines.bpmn.model import Expression, Form, FormField, Text
from state_machines.compilation import CompiledProcess

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


def form_of(key: str, drawn: Form) -> bytes:
    """The form as JSON; unknown field types are text, as Camunda shows them."""
    if drawn.source:
        return drawn.source.encode()
    components = [_component(field) for field in drawn.fields]
    form = {"id": key, "type": "default", "schemaVersion": 18, "components": components}
    return json.dumps(form, ensure_ascii=False, sort_keys=True).encode()


def check_forms(process: CompiledProcess, file: str) -> Iterator[Finding]:
    """What is to be said about whole forms inside a model, each at the task that shows it."""
    for key, drawn in process.embedded_forms.items():
        for said in read_form(drawn.source.encode())[1] if drawn.source else ():
            words = f"The form says: {said.message}" if not said.element_id else f"{said.element_id}: {said.message}"
            yield finding(replace(said, element_id=key.removeprefix("fields:"), line=0, message=words), file)


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
