"""Writes of `functions.runtime.records` as DynamoDB requests: the clauses of a condition, named before they are joined.

Every attribute name goes through a placeholder, so that no reserved word and no odd name gets in the way.
"""

from collections.abc import Callable
from typing import Any

from functions.runtime.aws.values import to_attribute, to_attributes
from functions.runtime.records import Check, Condition, Delete, Put, Update, Write

Request = dict[str, Any]
_ACTIONS: dict[type, str] = {Put: "Put", Update: "Update", Delete: "Delete", Check: "ConditionCheck"}


class Placeholders:
    """The names and values of one request's expressions."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        """The placeholder of an attribute's name."""
        known = {v: k for k, v in self.names.items()}
        placeholder = known.get(attribute) or f"#n{len(self.names)}"
        self.names[placeholder] = attribute
        return placeholder

    def value(self, value: Any) -> str:
        """The placeholder of a value."""
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = to_attribute(value)
        return placeholder

    def joined(self, request: Request) -> Request:
        """The request with what its expressions refer to."""
        names = {"ExpressionAttributeNames": self.names} if self.names else {}
        values = {"ExpressionAttributeValues": self.values} if self.values else {}
        return {**request, **names, **values}


def transaction_item(write: Write, table_name: str) -> Request:
    """A write as an item of TransactWriteItems."""
    return {_ACTIONS[type(write)]: request(write, table_name)}


def request(write: Write, table_name: str) -> Request:
    """A write as the parameters of PutItem, UpdateItem, DeleteItem or of a condition check."""
    places = Placeholders()
    body: Request = {"TableName": table_name}
    if isinstance(write, Put):
        body["Item"] = to_attributes(write.item)
    else:
        body["Key"] = to_attributes({"pk": write.pk, "sk": write.sk})
    if isinstance(write, Update):
        body |= _update(write, places)
    if condition := condition_clauses(write.when, places):
        body["ConditionExpression"] = " AND ".join(condition)
    return places.joined(body)


def condition_clauses(condition: Condition, places: Placeholders) -> list[str]:
    """The clauses that must all hold; none: always."""
    item_absent = [f"attribute_not_exists({places.name('pk')})"] if condition.absent else []
    item_present = [f"attribute_exists({places.name('pk')})"] if condition.present else []
    equal = [f"{places.name(name)} = {places.value(value)}" for name, value in condition.equals.items()]
    missing = [f"attribute_not_exists({places.name(name)})" for name in condition.missing]
    below = [
        f"(attribute_not_exists({places.name(name)}) OR {places.name(name)} < {places.value(number)})"
        for name, number in condition.below.items()
    ]
    return [*item_absent, *item_present, *equal, *missing, *below]


def _update(write: Update, places: Placeholders) -> Request:
    def clause(word: str, parts: list[str]) -> list[str]:
        return [f"{word} {', '.join(parts)}"] if parts else []

    pair: Callable[[str, Any], tuple[str, str]] = lambda name, value: (places.name(name), places.value(value))  # noqa: E731
    sets = [" = ".join(pair(name, value)) for name, value in write.set.items()]
    adds = [" ".join(pair(name, value)) for name, value in write.add.items()]
    removes = [places.name(name) for name in write.remove]
    words = clause("SET", sets) + clause("ADD", adds) + clause("REMOVE", removes)
    return {"UpdateExpression": " ".join(words)} if words else {}
