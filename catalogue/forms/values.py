"""One submitted value against its component: exact types (JSON's own, nothing guessed), then its bounds."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from catalogue.forms.checksums import NOTATIONS
from catalogue.forms.schema import Component, ComponentType
from catalogue.patterns import matches

MAX_TEXT: Final = 4_000
MAX_LONG_TEXT: Final = 50_000
MAX_CHOICES: Final = 500
_REFERENCE: Final = re.compile(r"[0-9A-Za-z._~@:-]{1,200}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME: Final = r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?"
_MOMENTS: Final[Mapping[str, tuple[re.Pattern[str], Callable[[str], object]]]] = {
    "date": (re.compile(_DATE), date.fromisoformat),
    "time": (re.compile(_TIME), time.fromisoformat),
    "datetime": (re.compile(f"{_DATE}T{_TIME}"), datetime.fromisoformat),
}


class WrongValueError(Exception):
    """The value does not fit; `code` is one of `catalogue.forms.messages`."""

    def __init__(self, code: str, *, expected: str = "", bound: object = "") -> None:
        super().__init__(code)
        self.code, self.expected, self.bound = code, expected, bound


Options = tuple[Any, ...]
Read = Callable[[Component, Any, Options], Any]


def read_value(component: Component, value: Any, options: Options) -> Any:
    """The clean value of a filled-in field. `options` are the choices' values. Raises `WrongValueError`."""
    return _READERS[component.type](component, value, options)


def is_empty(component: Component, value: Any) -> bool:
    """Whether nothing was filled in. Of a checkbox that means: not checked."""
    if component.type == "checkbox":
        return value is None or value is False
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _text(component: Component, value: Any, _: Options) -> str:
    if not isinstance(value, str):
        raise WrongValueError("type", expected="text")
    rules = component.validation
    longest = MAX_LONG_TEXT if component.type == "textarea" else MAX_TEXT
    longest = min(longest, rules.max_length) if rules.max_length is not None else longest
    if len(value) > longest:
        raise WrongValueError("max-length", bound=longest)
    if rules.min_length is not None and len(value) < rules.min_length:
        raise WrongValueError("min-length", bound=rules.min_length)
    if rules.pattern and not matches(rules.pattern, value):
        raise WrongValueError("pattern")
    notation = NOTATIONS.get(rules.validation_type)
    normal = notation(value.strip()) if notation else value
    if normal is None:
        raise WrongValueError(rules.validation_type)
    return normal


def _number(component: Component, value: Any, _: Options) -> int | float | str:
    if component.serialize_to_string and isinstance(value, str) and _NUMBER.fullmatch(value):
        _bounded(component, Decimal(value))
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise WrongValueError("type", expected="number")
    _bounded(component, Decimal(str(value)))
    return value if not component.serialize_to_string else str(value)


def _bounded(component: Component, value: Decimal) -> None:
    rules, digits = component.validation, component.decimal_digits
    if rules.min is not None and value < Decimal(str(rules.min)):
        raise WrongValueError("min", bound=f"{rules.min:g}")
    if rules.max is not None and value > Decimal(str(rules.max)):
        raise WrongValueError("max", bound=f"{rules.max:.15g}")
    exponent = value.normalize().as_tuple().exponent
    if digits is not None and isinstance(exponent, int) and -exponent > digits:
        raise WrongValueError("decimals", bound=digits)


def _checkbox(_: Component, value: Any, __: Options) -> bool:
    if not isinstance(value, bool):
        raise WrongValueError("type", expected="boolean")
    return value


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same JSON type: `true` is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _choice(_: Component, value: Any, options: Options) -> Any:
    if not any(same(value, option) for option in options):
        raise WrongValueError("choice")
    return value


def _choices(component: Component, value: Any, options: Options) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_CHOICES:
        raise WrongValueError("type", expected="list")
    chosen: list[Any] = []
    for one in value:
        _choice(component, one, options)
        if not any(same(one, other) for other in chosen):
            chosen.append(one)
    return chosen


def _moment(component: Component, value: Any, _: Options) -> str:
    if not isinstance(value, str) or not _is_moment(component.subtype, value):
        raise WrongValueError("type", expected=component.subtype)
    return value


def _is_moment(subtype: str, text: str) -> bool:
    shape, parse = _MOMENTS[subtype]
    try:
        return shape.fullmatch(text) is not None and parse(text) is not None
    except ValueError:
        return False


def _reference(component: Component, value: Any, _: Options) -> Any:
    many = value if isinstance(value, list) and component.multiple else [value]
    if len(many) > 20 or not all(isinstance(one, str) and _REFERENCE.fullmatch(one) for one in many):
        raise WrongValueError("type", expected="reference")
    return value


_READERS: Final[Mapping[ComponentType, Read]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": _checkbox,
    "radio": _choice,
    "select": _choice,
    "checklist": _choices,
    "taglist": _choices,
    "datetime": _moment,
    "filepicker": _reference,
    "signature": _reference,
}
