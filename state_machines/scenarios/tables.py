"""The tables `waits` and `messages` of docs/records.md in memory: the native writes of machines. No matching."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from state_machines.scenarios.result import StoppedError

Item = dict[str, str]
_TABLES = {"${dpc:table:waits}": "waits", "${dpc:table:messages}": "messages"}
_WRITES = {"putItem": "Put", "deleteItem": "Delete"}


@dataclass(frozen=True)
class Message:
    """A published message that nobody has taken."""

    partition: str
    variables: Mapping[str, Any]
    expires: datetime


@dataclass
class Tables:
    """Wait records and subscriptions by (pk, sk); published messages in the order of their publishing."""

    waits: dict[tuple[str, str], Item] = field(default_factory=dict)
    subscriptions: dict[tuple[str, str], Item] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)

    def write(self, action: str, arguments: Mapping[str, Any]) -> None:
        """Perform `putItem`, `deleteItem` or `transactWriteItems`. Raises `StoppedError` for what they cannot say."""
        for kind, write in _writes(action, arguments):
            table = self._table(write["TableName"])
            item = _plain(write.get("Item") or write["Key"])
            if kind == "Put":
                table[item["pk"], item["sk"]] = item
            else:
                table.pop((item["pk"], item["sk"]), None)

    def end(self, token: str) -> None:
        """Remove the wait of a token and its subscriptions."""
        self.waits = {key: item for key, item in self.waits.items() if item["token"] != token}
        self.subscriptions = {key: item for key, item in self.subscriptions.items() if item["token"] != token}

    def subscribed(self, partition: str) -> list[Item]:
        """Who waits in a partition, the oldest first."""
        found = [item for item in self.subscriptions.values() if item["pk"] == partition]
        return sorted(found, key=lambda item: (item["since"], item["sk"]))

    def _table(self, name: str) -> dict[tuple[str, str], Item]:
        if name not in _TABLES:
            raise StoppedError("runner", f"The process writes to {name}, which scenarios do not have.")
        return self.waits if _TABLES[name] == "waits" else self.subscriptions


def partition(kind: str, name: str, key: str = "") -> str:
    """Where subscriptions and messages meet. Encoded as `$encodeUrlComponent` of JSONata does."""
    name, key = (quote(text, safe="!'()*-._~") for text in (name, key))
    return f"SIGNAL#{name}" if kind == "signal" else f"MESSAGE#{name}#{key}"


def _writes(action: str, arguments: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if action == "transactWriteItems":
        for entry in arguments["TransactItems"]:
            yield from entry.items()
    elif action in _WRITES:
        yield _WRITES[action], arguments
    else:
        raise StoppedError("runner", f"Scenarios cannot perform {action}.")


def _plain(typed: Mapping[str, Mapping[str, str]]) -> Item:
    return {name: next(iter(value.values())) for name, value in typed.items()}
