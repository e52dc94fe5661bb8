"""DynamoDB transactions as AWS runs them: conditions first, then all writes or none.

moto copies whole tables before each transaction (seconds where they are large); this replaces that part of it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    ConditionalCheckFailed,
    MultipleTransactionsException,
    TooManyTransactionsException,
    TransactionCanceledException,
)
from moto.dynamodb.models import DynamoDBBackend

Operation = tuple[str, dict[str, Any]]
Reason = tuple[str, str, Any] | tuple[None, None, None]
_NO_REASON: Reason = (None, None, None)


def install(backend: DynamoDBBackend) -> None:
    """Give this backend our transactions in place of moto's."""
    backend.transact_write_items = lambda transact_items: write(backend, transact_items)  # type: ignore[method-assign]


def write(backend: DynamoDBBackend, items: list[dict[str, Any]]) -> None:
    """Write all or nothing. Raises moto's own exceptions, which it answers as AWS does."""
    if len(items) > 100:
        raise TooManyTransactionsException()
    operations: list[Operation] = [next(iter(item.items())) for item in items]
    keys = [(op["TableName"], _key(backend, kind, op)) for kind, op in operations]
    if len({(table, str(sorted(key.items()))) for table, key in keys}) < len(keys):
        raise MultipleTransactionsException()
    reasons = [_refusal(backend, kind, op, key) for (kind, op), (_, key) in zip(operations, keys, strict=True)]
    if any(code for code, _, _ in reasons):
        raise TransactionCanceledException(reasons)
    _apply(backend, operations, keys)


def _key(backend: DynamoDBBackend, kind: str, op: dict[str, Any]) -> dict[str, Any]:
    table = backend.get_table(op["TableName"])
    if kind != "Put":
        return dict(op["Key"])
    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name]
    return {name: op["Item"][name] for name in names}


def _refusal(backend: DynamoDBBackend, kind: str, op: dict[str, Any], key: dict[str, Any]) -> Reason:
    expression = op.get("ConditionExpression")
    if expression is None:
        return _NO_REASON
    stored = backend.get_item(op["TableName"], key)
    condition = get_filter_expression(
        expression, op.get("ExpressionAttributeNames"), op.get("ExpressionAttributeValues")
    )
    if condition.expr(stored):
        return _NO_REASON
    shown = op.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and stored is not None
    return "ConditionalCheckFailed", str(ConditionalCheckFailed().message), _shown(stored) if shown else None


def _shown(stored: Any) -> Any:
    return stored.to_json()["Attributes"]


def _apply(backend: DynamoDBBackend, operations: list[Operation], keys: list[tuple[str, dict[str, Any]]]) -> None:
    undo = [_undo(backend, table, key) for table, key in keys]
    try:
        for (kind, op), (table, key) in zip(operations, keys, strict=True):
            _perform(backend, kind, op, table, key)
    except Exception:
        for restore in reversed(undo):
            restore()
        raise


def _perform(backend: DynamoDBBackend, kind: str, op: dict[str, Any], table: str, key: dict[str, Any]) -> None:
    words = {
        "expression_attribute_names": op.get("ExpressionAttributeNames"),
        "expression_attribute_values": op.get("ExpressionAttributeValues"),
    }
    if kind == "Put":
        backend.put_item(table, op["Item"])
    elif kind == "Delete":
        backend.delete_item(table, key)
    elif kind == "Update":
        backend.update_item(table, key, update_expression=op["UpdateExpression"], **words)  # type: ignore[arg-type]


def _undo(backend: DynamoDBBackend, name: str, key: dict[str, Any]) -> Callable[[], None]:
    table = backend.get_table(name)
    stored = backend.get_item(name, key)
    before = copy.deepcopy(stored.to_json()["Attributes"]) if stored else None
    records = len(table.stream_shard.items) if table.stream_shard else 0

    def restore() -> None:
        if before is None:
            backend.delete_item(name, key)
        else:
            backend.put_item(name, before)
        if table.stream_shard:
            del table.stream_shard.items[records:]

    return restore
