"""The form's shape: form-js JSON (schema version 18) plus texts in several languages, own validation types and kinds.

Properties of form-js that only concern drawing (layout, appearance) are kept as they are and not looked at.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Text = str | dict[str, str]
"""Text, or text by language (`{"en": "First name", "pl": "Imię"}`)."""

ComponentType = Literal[
    "textfield", "textarea", "number", "checkbox", "radio", "select", "checklist", "taglist", "datetime", "expression",
    "filepicker", "signature", "group", "dynamiclist", "text", "html", "image", "iframe", "table", "documentPreview",
    "spacer", "separator", "button",
]  # fmt: skip

INPUTS: Final = frozenset(
    {
        "textfield",
        "textarea",
        "number",
        "checkbox",
        "radio",
        "select",
        "checklist",
        "taglist",
        "datetime",
        "filepicker",
        "signature",
    }
)
"""What people fill in. `expression` is computed, the others show or arrange."""
CHOICES: Final = frozenset({"radio", "select", "checklist", "taglist"})


ValidationType = Literal["email", "phone", "iban", "pesel", "nip", "custom", ""]


class _Part(BaseModel):
    """camelCase as in form-js; unknown properties are kept for the renderer."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="allow")


class Validation(_Part):
    """What a value must satisfy. `custom` (form-js) means that `pattern` alone counts."""

    required: bool = False
    min: float | None = None
    max: float | None = None
    min_length: Annotated[int | None, Field(ge=0)] = None
    max_length: Annotated[int | None, Field(ge=0)] = None
    pattern: Annotated[str, Field(max_length=500)] = ""
    validation_type: ValidationType = ""
    message: Text = ""
    """Shown in place of the standard words when `pattern` does not match."""


class Conditional(_Part):
    """When a component is hidden: a FEEL expression, with or without its leading `=`."""

    hide: str = ""


class Option(_Part):
    """One choice."""

    value: str | int | float | bool | None
    label: Text = ""


class Component(_Part):
    """One component. Which properties mean something depends on `type`, as in form-js."""

    type: ComponentType
    id: str = ""
    key: str = ""
    path: str = ""
    label: Text = ""
    description: Text = ""
    text: Text = ""
    content: Text = ""
    components: tuple["Component", ...] = ()
    validation: Annotated[Validation, Field(alias="validate")] = Validation()
    conditional: Conditional = Conditional()
    disabled: bool = False
    readonly: bool | str = False
    values: tuple[Option, ...] = ()
    values_key: str = ""
    values_expression: str = ""
    default_value: Any = None
    default_expression: str = ""
    """FEEL; ours, where form-js has literals only."""
    decimal_digits: Annotated[int | None, Field(ge=0, le=12)] = None
    serialize_to_string: bool = False
    subtype: Literal["date", "time", "datetime"] = "date"
    disallow_passed_dates: bool = False
    multiple: bool | str = False
    expression: str = ""
    is_repeating: bool = False


class Form(_Part):
    """A form."""

    id: str = ""
    type: Literal["default"] = "default"
    schema_version: int = 18
    components: tuple[Component, ...] = ()


def text_in(text: Text, language: str) -> str:
    """The text in a language (`pl-PL` falls back to `pl`, then to `en`, then to what there is).

    >>> text_in({"en": "Amount", "pl": "Kwota"}, "pl-PL")
    'Kwota'
    """
    if isinstance(text, str):
        return text
    for wanted in (language, language.split("-", 1)[0], "en"):
        if wanted in text:
            return text[wanted]
    return next(iter(text.values()), "")


def feel_text(expression: str) -> str:
    """The expression without the `=` by which form-js marks FEEL."""
    return expression.removeprefix("=").strip()


def as_json(form: Form) -> Mapping[str, Any]:
    """The form as it is stored and sent: form-js JSON."""
    return form.model_dump(mode="json", by_alias=True, exclude_defaults=True)
