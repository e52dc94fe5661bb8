"""Context functions (DMN 1.5, 10.3.4.8)."""

from __future__ import annotations

from typing import Final

from state_machines.feel.builtins.signature import Builtin, NoValue, builtin, signature
from state_machines.feel.values import Value


def get_value(context: dict[str, Value], key: Value) -> Value:
    """The entry of a key, or of a path of keys."""
    value: Value = context
    for each in key if isinstance(key, list) else [key]:
        if not isinstance(value, dict) or not isinstance(each, str) or each not in value:
            raise NoValue(f"get value: there is no entry '{each}'")
        value = value[each]
    return value


def get_entries(context: dict[str, Value]) -> Value:
    """One context per entry, with `key` and `value`."""
    return [{"key": key, "value": value} for key, value in context.items()]


def make(entries: list[Value]) -> dict[str, Value]:
    """A context from such entries."""
    result: dict[str, Value] = {}
    for entry in entries:
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(key, str) or "value" not in entry or key in result:
            raise NoValue("context: each entry needs a different string as key, and a value")
        result[key] = entry["value"]
    return result


def put(context: dict[str, Value], key: Value, value: Value) -> dict[str, Value]:
    """The context with one entry set; a list of keys is a path."""
    keys: list[Value] = key if isinstance(key, list) else [key]
    if not keys or not isinstance(keys[0], str):
        raise NoValue("context put: the key must be a string or a list of strings")
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0])
    if not isinstance(inner, dict):
        raise NoValue(f"context put: '{keys[0]}' is no context")
    return {**context, keys[0]: put(inner, keys[1:], value)}


def merge(contexts: list[Value]) -> dict[str, Value]:
    """All entries; later contexts win."""
    result: dict[str, Value] = {}
    for each in contexts:
        result.update(each if isinstance(each, dict) else {})
    return result


TABLE: Final[dict[str, Builtin]] = dict(
    (
        builtin(
            "get value",
            signature("m: context, key: string", get_value),
            signature("context: context, keys: list", get_value),
        ),
        builtin("get entries", signature("m: context", get_entries)),
        builtin("context", signature("entries: contexts", make)),
        builtin(
            "context put",
            signature("context: context, key: string, value: any", put),
            signature("context: context, keys: list, value: any", put),
        ),
        builtin("context merge", signature("contexts: contexts", merge)),
    )
)
