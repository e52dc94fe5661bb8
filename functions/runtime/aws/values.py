"""Plain values to DynamoDB's attribute values and back, without loss: floats travel by their shortest decimal text."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from functions.runtime.records import Item


def to_attribute(value: Any) -> dict[str, Any]:
    """One value.

    >>> to_attribute([0.1, True, None])
    {'L': [{'N': '0.1'}, {'BOOL': True}, {'NULL': True}]}
    """
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int() | float() | Decimal():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case list() | tuple():
            return {"L": [to_attribute(v) for v in value]}
        case Mapping():
            return {"M": to_attributes(value)}
        case _:
            raise TypeError(f"items hold no {type(value).__name__}")


def to_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """A whole item."""
    return {name: to_attribute(value) for name, value in item.items()}


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """One value; numbers come back as int if they are whole, else as Decimal.

    >>> from_attribute({"N": "1E+2"}), from_attribute({"N": "0.10"})
    (100, Decimal('0.10'))
    """
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            number = Decimal(value)
            return int(number) if number == number.to_integral_value() else number
        case "NULL":
            return None
        case "L":
            return [from_attribute(v) for v in value]
        case "M":
            return from_attributes(value)
        case _:
            return value


def from_attributes(item: Mapping[str, Any]) -> Item:
    """A whole item."""
    return {name: from_attribute(value) for name, value in item.items()}
