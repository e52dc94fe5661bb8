"""What changes in moto's backends, told as it happens: hooks where they write items, objects and timers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.s3.models import S3Backend

Changed = Callable[[str, str], None]
"""Called with a bucket's or table's physical name, and an object's name or an item's key as `item_key` writes it."""

_SEPARATOR = "\x00"


def item_key(partition: str, sort: str) -> str:
    """An item's key as one text."""
    return f"{partition}{_SEPARATOR}{sort}"


def parts_of(key: str) -> tuple[str, str]:
    """Partition and sort key of a text of `item_key`."""
    partition, _, sort = key.partition(_SEPARATOR)
    return partition, sort


def mark_items(backend: DynamoDBBackend, changed: Changed) -> None:
    """Tell of items of the tables that this backend has by now."""
    for table in backend.tables.values():
        _mark_table(table, changed)
    update = backend.update_item

    def update_item(table_name: str, key: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        try:
            return update(table_name, key, *arguments, **options)
        finally:  # moto changes the item in its place
            changed(table_name, item_key(key["pk"]["S"], key["sk"]["S"]))

    backend.update_item = update_item  # type: ignore[method-assign]


def _mark_table(table: Any, changed: Changed) -> None:
    put, delete = table.put_item, table.delete_item

    def put_item(*arguments: Any, **options: Any) -> Any:
        item = put(*arguments, **options)
        changed(table.name, item_key(item.hash_key.value, item.range_key.value))
        return item

    def delete_item(hash_key: Any, range_key: Any) -> Any:
        changed(table.name, item_key(hash_key.value, range_key.value))
        return delete(hash_key, range_key)

    table.put_item, table.delete_item = put_item, delete_item


def mark_objects(backend: S3Backend, changed: Changed) -> None:
    """Tell of objects."""
    put, delete = backend.put_object, backend.delete_object

    def put_object(bucket_name: str, key_name: str, *arguments: Any, **options: Any) -> Any:
        changed(bucket_name, key_name)
        return put(bucket_name, key_name, *arguments, **options)

    def delete_object(bucket_name: str, key_name: str, *arguments: Any, **options: Any) -> Any:
        changed(bucket_name, key_name)
        return delete(bucket_name, key_name, *arguments, **options)

    backend.put_object, backend.delete_object = put_object, delete_object  # type: ignore[method-assign]


class MarkedTimers(dict[str, Any]):
    """A group's schedules by name; tells of those that are set and taken away."""

    def __init__(self, changed: Callable[[str], None]) -> None:
        super().__init__()
        self._changed = changed

    def __setitem__(self, name: str, schedule: Any) -> None:
        self._changed(name)
        super().__setitem__(name, schedule)

    def pop(self, name: str, *default: Any) -> Any:
        """As of any dictionary."""
        self._changed(name)
        return super().pop(name, *default)
