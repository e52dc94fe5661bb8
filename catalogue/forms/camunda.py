"""Camunda 7's generated forms (`camunda:formField`) as forms of ours, so that there is one kind of form everywhere."""

from typing import Any, Final

from catalogue.forms.schema import Form
from state_machines.bpmn.model import Expression, FormField, Value

_TYPES: Final = {
    "string": "textfield",
    "long": "number",
    "integer": "number",
    "double": "number",
    "boolean": "checkbox",
    "date": "datetime",
    "enum": "select",
}
_RULES: Final = {"min": "min", "max": "max", "minlength": "minLength", "maxlength": "maxLength"}


def form_of_fields(form_id: str, fields: tuple[FormField, ...]) -> Form:
    """The same form in our schema. Constraints that Camunda leaves to Java classes (`validator`) become rules that
    `FORM-010` names at publish; an unknown type is a text field, as in Camunda's Tasklist."""
    return Form.model_validate({"id": form_id, "components": [_component(field) for field in fields]})


def _component(field: FormField) -> dict[str, Any]:
    kind = _TYPES.get(field.type, "textfield")
    rules = {
        _RULES.get(name, name): value if name not in ("required", "readonly") else value != "false"
        for name, value in field.constraints.items()
    }
    component = {
        "type": kind,
        "id": field.id,
        "key": field.id,
        "label": field.label,
        "readonly": bool(rules.pop("readonly", False)),
        "values": [{"value": value, "label": label} for value, label in field.options],
        "validate": rules,
        **_default(kind, field.default),
    }
    return {**component, "decimalDigits": 0} if field.type in ("long", "integer") else component


def _default(kind: str, value: Value | None) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, Expression):
        return {"defaultExpression": value.text}
    if kind == "number":
        return {"defaultValue": float(value.text) if "." in value.text else int(value.text)}
    return {"defaultValue": value.text == "true" if kind == "checkbox" else value.text}
