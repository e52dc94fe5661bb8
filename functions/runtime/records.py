"""The closed language in which logic speaks to tables: items, conditions, writes. The adapter translates it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract.tables import Table

Item = dict[str, Any]
"""Plain values: str, int, Decimal, bool, None, list, dict; keys `pk` and `sk` (text)."""

NO_SORT = "-"


@dataclass(frozen=True)
class Condition:
    """What must hold of the stored item for a write to happen; all parts together. Empty: always."""

    absent: bool = False
    present: bool = False
    equals: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    """Attributes that must not exist."""
    below: Mapping[str, int] = field(default_factory=dict)
    """Numbers that must be less than these, or not exist."""


ALWAYS = Condition()
ABSENT = Condition(absent=True)
PRESENT = Condition(present=True)


@dataclass(frozen=True)
class Put:
    """Write a whole item (with its `pk` and `sk`)."""

    table: Table
    item: Item
    when: Condition = ALWAYS


@dataclass(frozen=True)
class Update:
    """Set, add to (numbers) and remove attributes; makes the item if it does not exist and `when` allows it."""

    table: Table
    pk: str
    sk: str
    set: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    when: Condition = ALWAYS


@dataclass(frozen=True)
class Delete:
    """Delete an item; one that is not there is fine unless `when` says otherwise."""

    table: Table
    pk: str
    sk: str
    when: Condition = ALWAYS


@dataclass(frozen=True)
class Check:
    """Change nothing, but let the transaction depend on this item."""

    table: Table
    pk: str
    sk: str
    when: Condition


Write = Put | Update | Delete | Check


@dataclass(frozen=True)
class Rows:
    """One page of a query. `cursor` is opaque text for the next page, empty at the end."""

    items: tuple[Item, ...]
    cursor: str = ""


class ConditionFailedError(Exception):
    """A condition did not hold, so nothing was written. `failed` are the positions of the writes that refused."""

    def __init__(self, failed: tuple[int, ...]) -> None:
        super().__init__(f"conditions of writes {failed} did not hold")
        self.failed = failed


class ContentionError(Exception):
    """Another transaction was at the same items; nothing was written; the whole unit may be tried again."""
