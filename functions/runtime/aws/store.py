"""The `Store` over DynamoDB: single-item calls for one write, one transaction for more, bounded tries on contention."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from contract.tables import Index, Table
from functions.runtime.aws import cursors
from functions.runtime.aws.clients import Clients
from functions.runtime.aws.expressions import Placeholders, request, transaction_item
from functions.runtime.aws.names import Names
from functions.runtime.aws.values import from_attributes, to_attributes
from functions.runtime.records import (
    ConditionFailedError,
    ContentionError,
    Delete,
    Item,
    Put,
    Rows,
    Update,
    Write,
)

_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Seconds between tries of a write that met another transaction at the same items."""
_CONTENTION = frozenset(
    {
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
        "ThrottlingError",
        "ThrottlingException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
    }
)
_AT_ONCE = 100
"""Keys of one `BatchGetItem`."""
_KEY = Index("", "pk", "sk")


class DynamoStore:
    """`Store` on DynamoDB."""

    def __init__(self, clients: Clients, names: Names, sleep: Callable[[float], None]) -> None:
        self._clients, self._names, self._sleep = clients, names, sleep

    def get(self, table: Table, pk: str, sk: str = "-") -> Item | None:
        """One item, read consistently."""
        key = to_attributes({"pk": pk, "sk": sk})
        answer = self._clients.dynamodb.get_item(TableName=self._names.table(table), Key=key, ConsistentRead=True)
        return from_attributes(answer["Item"]) if "Item" in answer else None

    def get_many(self, table: Table, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        """Items by their keys (partition, sort), each read consistently, a hundred a call; those that there are."""
        found: dict[tuple[str, str], Item] = {}
        for first in range(0, len(keys), _AT_ONCE):
            for item in self._batch(self._names.table(table), keys[first : first + _AT_ONCE]):
                found[item["pk"], item["sk"]] = item
        return found

    def _batch(self, table: str, keys: Sequence[tuple[str, str]]) -> Iterator[Item]:
        """What a call leaves undone, for its size or the table's load, the next one asks for. Raises `ContentionError`
        where that does not end."""
        left: Any = {table: {"Keys": [to_attributes({"pk": pk, "sk": sk}) for pk, sk in keys], "ConsistentRead": True}}
        idle = iter(_PAUSES)
        while left:
            answer = self._clients.dynamodb.batch_get_item(RequestItems=left)
            found, left = answer["Responses"].get(table, []), answer.get("UnprocessedKeys")
            yield from map(from_attributes, found)
            if left and not found:
                pause = next(idle, None)
                if pause is None:
                    raise ContentionError("the table does not answer")
                self._sleep(pause)

    def query(
        self,
        table: Table,
        pk: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        index: str = "",
        limit: int = 0,
        cursor: str = "",
        after: Item | None = None,
        newest_first: bool = False,
        attributes: tuple[str, ...] = (),
    ) -> Rows:
        """A page of a partition. One item more than asked is read, so that only a cursor with something behind it is
        given out."""
        keys = table.index(index) if index else _KEY
        asked: dict[str, Any] = {
            "TableName": self._names.table(table),
            "ScanIndexForward": not newest_first,
            **({"IndexName": index} if index else {"ConsistentRead": True}),
            **_key_condition(keys, pk, prefix, between),
        }
        wanted = frozenset({"pk", "sk", keys.partition, keys.sort})
        if cursor:
            after = cursors.decode(cursor, wanted, (keys.partition, pk))
        if after is not None:
            asked["ExclusiveStartKey"] = to_attributes({name: after[name] for name in wanted})
        if attributes:
            read = {f"#a{place}": name for place, name in enumerate(sorted(wanted | {*attributes}))}
            asked["ProjectionExpression"] = ", ".join(read)
            asked["ExpressionAttributeNames"] = {**asked["ExpressionAttributeNames"], **read}
        items = self._pages(asked, limit + 1 if limit else 0)
        if limit and len(items) > limit:
            last = items[limit - 1]
            return Rows(tuple(items[:limit]), cursors.encode({name: last[name] for name in wanted}))
        return Rows(tuple(items))

    def _pages(self, asked: dict[str, Any], limit: int) -> list[Item]:
        items: list[Item] = []
        while True:
            more = {"Limit": limit - len(items)} if limit else {}
            page = self._clients.dynamodb.query(**{**asked, **more})
            items += [from_attributes(item) for item in page["Items"]]
            if "LastEvaluatedKey" not in page or (limit and len(items) >= limit):
                return items
            asked = {**asked, "ExclusiveStartKey": page["LastEvaluatedKey"]}

    def scan(self, table: Table, *, part: int = 0, of: int = 1) -> Iterator[Item]:
        """The items of a table's part, page by page."""
        asked: dict[str, Any] = {"TableName": self._names.table(table), "Segment": part, "TotalSegments": of}
        while True:
            page = self._clients.dynamodb.scan(**asked)
            yield from map(from_attributes, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def write(self, *writes: Write) -> None:
        """All or none."""
        for pause in (*_PAUSES, None):
            try:
                return self._write(writes)
            except ClientError as error:
                _raise_unless_contention(error)
                if pause is None:
                    raise ContentionError from error
                self._sleep(pause)

    def _write(self, writes: tuple[Write, ...]) -> None:
        match writes:
            case ():
                return
            case (Put() as put,):
                self._clients.dynamodb.put_item(**request(put, self._names.table(put.table)))
            case (Update() as update,):
                self._clients.dynamodb.update_item(**request(update, self._names.table(update.table)))
            case (Delete() as delete,):
                self._clients.dynamodb.delete_item(**request(delete, self._names.table(delete.table)))
            case _:
                items: Any = [transaction_item(write, self._names.table(write.table)) for write in writes]
                self._clients.dynamodb.transact_write_items(TransactItems=items)


def _key_condition(keys: Index, pk: str, prefix: str, between: tuple[str, str] | None) -> dict[str, Any]:
    places = Placeholders()
    clauses = [f"{places.name(keys.partition)} = {places.value(pk)}"]
    if prefix:
        clauses.append(f"begins_with({places.name(keys.sort)}, {places.value(prefix)})")
    if between:
        low, high = (places.value(bound) for bound in between)
        clauses.append(f"{places.name(keys.sort)} BETWEEN {low} AND {high}")
    return places.joined({"KeyConditionExpression": " AND ".join(clauses)})


def _raise_unless_contention(error: ClientError) -> None:
    """Raises `ConditionFailedError` or the error itself; returns if the write may be tried again."""
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        raise ConditionFailedError((0,)) from error
    reasons: list[Any] = error.response.get("CancellationReasons", [])
    codes = [reason.get("Code") or "None" for reason in reasons] or [code]
    if failed := tuple(i for i, reason in enumerate(codes) if reason == "ConditionalCheckFailed"):
        raise ConditionFailedError(failed) from error
    if not set(codes) & _CONTENTION:
        raise error
