"""Handlers of events that run in executions of their own (docs/records.md "Handlers aside"): how they are ended.

The record of a scope's run is closed first, so that none begins any more; then those that are open are stopped.
"""

import re
from collections.abc import Callable
from contextlib import suppress

from contract import tables
from functions.runtime.ports import Ports
from functions.runtime.records import Condition, ConditionFailedError, Item, Update

_RECORD = "ASIDE#"
_MAIN = re.compile(r"_[1-9]\d{0,5}\Z")
"""An instance's own executions have small numbers, all others 20 or 32 hexadecimal digits."""


def is_aside(execution: str) -> bool:
    """Whether an execution, by its name or ARN, is that of a handler.

    >>> is_aside("i1_1"), is_aside("i1_12"), is_aside("i1_0af3")
    (False, False, True)
    """
    return _MAIN.search(execution) is None


def records(ports: Ports, instance_id: str) -> list[Item]:
    """The records of an instance's handlers."""
    return list(ports.store.query(tables.MESSAGES, f"{_RECORD}{instance_id}").items)


def stop(ports: Ports, instance_id: str, beside: str, wanted: Callable[[Item], bool]) -> list[Item]:
    """Stop the open handlers of the records that are wanted, and those that they began. Answers the closed records.

    `beside`: the ARN of any execution of the instance. Safe to repeat.
    """
    rows = records(ports, instance_id)
    closed: list[Item] = []
    stopped: set[str] = set()
    while left := [row for row in rows if wanted(row) or _begun_by(row, stopped)]:
        rows = [row for row in rows if row not in left]
        for row in left:
            closed.append(_stop(ports, row, beside))
            stopped |= _digits(closed[-1])
    return closed


def instance_of(record: Item) -> str:
    """The instance of a record of handlers; empty of any other item."""
    return str(record["pk"]).removeprefix(_RECORD) if str(record["pk"]).startswith(_RECORD) else ""


def has_open(record: Item) -> bool:
    """Whether an item is a record of handlers, some of them open and none of them stopped."""
    return bool(instance_of(record) and "closed" not in record and any(v == "open" for v in record.values()))


def rename(ports: Ports, instance_id: str, old: str, new: str) -> None:
    """Say that an open handler goes on in another execution. Safe to repeat. Both are names."""
    for row in records(ports, instance_id):
        if row.get(f"h|{old}") == "open":
            still = Condition(equals={f"h|{old}": "open"})
            before = ".".join(sorted(_names_of(row, old)))
            now, gone = {f"h|{new}": "open", f"w|{new}": before}, (f"h|{old}", f"w|{old}")
            change = Update(tables.MESSAGES, row["pk"], row["sk"], set=now, remove=gone, when=still)
            with suppress(ConditionFailedError):
                ports.store.write(change)


def open_in(record: Item, beside: str) -> set[str]:
    """The executions of the handlers that a record has as open."""
    around = beside.rpartition(":")[0]
    return {f"{around}:{name[2:]}" for name, value in record.items() if name.startswith("h|") and value == "open"}


def _digits(record: Item) -> set[str]:
    """What tells the wait points and records apart that its open handlers have made, in whichever execution."""
    handlers = (name[2:] for name, value in record.items() if name.startswith("h|") and value == "open")
    return {digits for name in handlers for digits in _names_of(record, name)}


def _names_of(record: Item, name: str) -> set[str]:
    """The digits of a handler's execution, and of those for which it goes on."""
    return {name.rpartition("_")[2], *filter(None, record.get(f"w|{name}", "").split("."))}


def _stop(ports: Ports, row: Item, beside: str) -> Item:
    ports.store.write(Update(tables.MESSAGES, row["pk"], row["sk"], set={"closed": 1}))
    closed = ports.store.get(tables.MESSAGES, row["pk"], row["sk"]) or row
    for execution in open_in(closed, beside):
        ports.machines.stop(execution, "The scope of the handler was left.")
    return closed


def _begun_by(row: Item, digits: set[str]) -> bool:
    """Whether a record is of a scope inside one of these handlers: its key ends with the places around it."""
    return not digits.isdisjoint(row["sk"].partition("@")[2].partition("#")[2].split("."))
