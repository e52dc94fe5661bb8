"""Items of DynamoDB as machines change them: conditions, `SET` and `REMOVE` clauses of the few forms that they use."""

import re
from collections.abc import Mapping
from typing import Any

from state_machines.scenarios.result import StoppedError

Item = dict[str, dict[str, str]]


def holds(item: Item, arguments: Mapping[str, Any]) -> bool:
    """Whether the condition of a write holds: clauses joined by AND or by OR."""
    condition = arguments.get("ConditionExpression", "")
    if " OR " in condition:
        return any(_clause(item, part, arguments) for part in condition.split(" OR "))
    return all(_clause(item, part, arguments) for part in condition.split(" AND ") if part)


def update(item: Item, arguments: Mapping[str, Any]) -> Item:
    """The item after an update; each clause reads it as it was before."""
    sets, _, removed = arguments["UpdateExpression"].removeprefix("SET ").partition(" REMOVE ")
    changed = dict(clause.split(" = ") for clause in re.split(r", (?![^(]*\))", sets))
    item = item | {_name(name, arguments): _value(item, text, arguments) for name, text in changed.items()}
    gone = {_name(name, arguments) for name in removed.split(", ")}
    return {name: value for name, value in item.items() if name not in gone}


def _clause(item: Item, text: str, arguments: Mapping[str, Any]) -> bool:
    if found := re.fullmatch(r"attribute_(not_)?exists\((.*)\)", text):
        return (_name(found[2], arguments) in item) != bool(found[1])
    name, sign, value = text.split(" ")
    (mine,), (other,) = item.get(_name(name, arguments), {"": ""}).values(), _term(item, value, arguments).values()
    if sign == "=":
        return mine == other
    if sign != ">":
        raise StoppedError("runner", f"Scenarios cannot check {text!r}.")
    return bool(mine) and int(mine) > int(other)


def _value(item: Item, text: str, arguments: Mapping[str, Any]) -> dict[str, str]:
    first, *rest = re.split(r" (?=[+-] )", text)
    value = _term(item, first, arguments)
    for part in rest:
        sign, _, term = part.partition(" ")
        number = int(value["N"]) + int(f"{sign}1") * int(_term(item, term, arguments)["N"])
        value = {"N": str(number)}
    return value


def _term(item: Item, text: str, arguments: Mapping[str, Any]) -> dict[str, str]:
    if text.startswith(":"):
        return dict(arguments["ExpressionAttributeValues"][text])
    if found := re.fullmatch(r"if_not_exists\((.*), (.*)\)", text):
        return item.get(_name(found[1], arguments)) or _term(item, found[2], arguments)
    return item[_name(text, arguments)]


def _name(text: str, arguments: Mapping[str, Any]) -> str:
    return str(arguments.get("ExpressionAttributeNames", {}).get(text, text))
