"""The tables of docs/records.md in memory: native reads and writes of machines, as DynamoDB performs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from state_machines.scenarios import items
from state_machines.scenarios.items import Item
from state_machines.scenarios.result import StoppedError
from state_machines.simulator import Completed, Failed, TaskOutcome

Row = dict[str, str]
"""A row without DynamoDB's types."""
Key = tuple[str, str, str]
"""Table, `pk`, `sk`."""

WAITS, MESSAGES = "${dpc:table:waits}", "${dpc:table:messages}"
_WRITES = {"putItem": "Put", "updateItem": "Update", "deleteItem": "Delete"}
_REFUSED = "The conditional request failed"


@dataclass
class Tables:
    """All rows, in the order in which they came into being."""

    rows: dict[Key, Item] = field(default_factory=dict)

    def perform(self, action: str, arguments: Mapping[str, Any]) -> TaskOutcome:
        """A native call. Raises `StoppedError` for one that machines do not make."""
        if action == "getItem":
            found = self.rows.get(_key(arguments["TableName"], arguments["Key"]))
            return Completed({"Item": dict(found)} if found else {})
        if action == "query":
            return self._query(arguments)
        if action == "transactWriteItems":
            return self._transact([entry for item in arguments["TransactItems"] for entry in item.items()])
        if action not in _WRITES:
            raise StoppedError("runner", f"Scenarios cannot perform {action}.")
        return self._write(_WRITES[action], arguments)

    def waits(self) -> list[Row]:
        """The records of wait points."""
        return [plain(row) for (table, _, _), row in self.rows.items() if table == WAITS]

    def subscriptions(self, prefix: str = "") -> list[Row]:
        """The subscriptions of partitions that begin so, the oldest first."""
        found = [
            plain(row) for (_, pk, sk), row in self.rows.items() if sk.startswith("SUB#") and pk.startswith(prefix)
        ]
        return sorted(found, key=lambda row: (row["since"], row["sk"]))

    def partition(self, pk: str) -> list[tuple[str, Item]]:
        """The rows of a partition of `messages` by their sort keys, in their order."""
        return sorted((sk, row) for (table, of, sk), row in self.rows.items() if (table, of) == (MESSAGES, pk))

    def end(self, token: str, *, keep: bool = False) -> None:
        """Remove the wait of a token (unless its record is to be kept) and its subscriptions."""
        self.rows = {
            key: row
            for key, row in self.rows.items()
            if row.get("token") != {"S": token} or not (key[2].startswith("SUB#") or (key[0] == WAITS and not keep))
        }

    def set(self, wait: Row, name: str, value: dict[str, str]) -> None:
        """Change an attribute of a wait's record."""
        self.rows[WAITS, wait["pk"], wait["sk"]][name] = value

    def _query(self, arguments: Mapping[str, Any]) -> TaskOutcome:
        rows = [row for _, row in self.partition(arguments["ExpressionAttributeValues"][":pk"]["S"])]
        if not arguments.get("ScanIndexForward", True):
            rows.reverse()
        sifted = {**arguments, "ConditionExpression": arguments.get("FilterExpression", "")}
        found = [dict(row) for row in rows if items.holds(row, sifted)]
        return Completed({"Items": found, "Count": len(found)})

    def _write(self, kind: str, arguments: Mapping[str, Any]) -> TaskOutcome:
        if not items.holds(self._stored(arguments), arguments):
            return Failed("DynamoDb.ConditionalCheckFailedException", _REFUSED)
        self._apply(kind, arguments)
        return Completed({"Attributes": dict(self._stored(arguments))} if kind == "Update" else {})

    def _transact(self, writes: Iterable[tuple[str, Mapping[str, Any]]]) -> TaskOutcome:
        writes = list(writes)
        held = [items.holds(self._stored(write), write) for _, write in writes]
        if not all(held):
            reasons = ", ".join("None" if one else "ConditionalCheckFailed" for one in held)
            cause = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{reasons}]"
            return Failed("DynamoDb.TransactionCanceledException", cause)
        for kind, write in writes:
            self._apply(kind, write)
        return Completed({})

    def _stored(self, write: Mapping[str, Any]) -> Item:
        return self.rows.get(_key(write["TableName"], write.get("Key") or write["Item"]), {})

    def _apply(self, kind: str, write: Mapping[str, Any]) -> None:
        key = _key(write["TableName"], write.get("Key") or write["Item"])
        if kind == "Put":
            self.rows[key] = dict(write["Item"])
        elif kind == "Update":
            self.rows[key] = items.update(self.rows.get(key, dict(write["Key"])), write)
        elif kind == "Delete":
            self.rows.pop(key, None)


def subscribed(kind: str, name: str, key: str = "") -> str:
    """Where subscriptions and messages meet. Encoded as `$encodeUrlComponent` of JSONata does."""
    name, key = (quote(text, safe="!'()*-._~") for text in (name, key))
    return f"SIGNAL#{name}" if kind == "signal" else f"MESSAGE#{name}#{key}"


def plain(item: Item) -> Row:
    """A row without types."""
    return {name: next(iter(value.values())) for name, value in item.items()}


def _key(table: str, item: Mapping[str, Mapping[str, str]]) -> Key:
    return table, item["pk"]["S"], item["sk"]["S"]
