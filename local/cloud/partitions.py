"""DynamoDB queries that look at their own partition: moto sorts the whole table at each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from moto.dynamodb.models import DynamoDBBackend

_INDEX_NAME = 6
"""The position of `index_name` behind `hash_key` among the arguments with which the backend asks a table."""


def install(backend: DynamoDBBackend) -> None:
    """Give the tables that this backend has by now our queries in place of moto's."""
    for table in backend.tables.values():
        table.query = _narrowed(table)  # type: ignore[method-assign]


def _narrowed(table: Any) -> Callable[..., Any]:
    """The table's query, over no more than the items of the partition that is asked for."""
    query, all_items = table.query, table.all_items

    def narrowed(hash_key: Any, *arguments: Any, hash_key_conditions: Sequence[Any], **options: Any) -> Any:
        if arguments[_INDEX_NAME]:
            found = _indexed(table, {name: value.value for name, value in hash_key_conditions})
        else:
            found = list(table.items.get(hash_key, {}).values())
        table.all_items = lambda: found
        try:
            return query(hash_key, *arguments, hash_key_conditions=hash_key_conditions, **options)
        finally:
            table.all_items = all_items

    return narrowed


def _indexed(table: Any, wanted: dict[str, str]) -> list[Any]:
    """In the order of the key, as `all_items` gives them: later sorting by the index's own keeps it."""
    found = [
        item
        for partition in table.items.values()
        for item in partition.values()
        if all(name in item.attrs and item.attrs[name].value == value for name, value in wanted.items())
    ]
    return sorted(found, key=lambda item: (item.hash_key.value, item.range_key.value))
