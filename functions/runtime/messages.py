"""What became of a published message: one record per message id (docs/records.md), by which the id counts once.

It changes in the transactions that claim the message and give it back, so it tells the truth at any time.
"""

from collections.abc import Mapping
from typing import Final

from contract import tables
from functions.runtime.records import NO_SORT, Item, Update

_TO: Final = "to|"
_STARTED: Final = "started"


def record_key(message_id: str) -> str:
    """The partition of the record.

    >>> record_key("m1")
    'MESSAGE-ID#m1'
    """
    return f"MESSAGE-ID#{message_id}"


def new_record(message_id: str, reached: Mapping[str, str], started: str, expires_at: int) -> Item:
    """The record of a message that is published now: instances that it reaches, by process id, or that it starts."""
    about: Item = {"pk": record_key(message_id), "sk": NO_SORT, "expiresAt": expires_at, **_attributes(reached)}
    return {**about, _STARTED: started} if started else about


def reaches(message_id: str, reached: Mapping[str, str]) -> Update:
    """A buffered message reaches instances, by process id."""
    return Update(tables.MESSAGES, record_key(message_id), NO_SORT, set=_attributes(reached))


def starts(message_id: str, instance_id: str) -> Update:
    """A buffered message starts an instance."""
    return Update(tables.MESSAGES, record_key(message_id), NO_SORT, set={_STARTED: instance_id})


def misses(message_id: str, process_id: str) -> Update:
    """A message does not reach the instance of a process that it was claimed for."""
    return Update(tables.MESSAGES, record_key(message_id), NO_SORT, remove=(f"{_TO}{process_id}",))


def reached_by(record: Item) -> list[str]:
    """The instances that a message has reached, by process id."""
    return [str(value) for name, value in sorted(record.items()) if name.startswith(_TO)]


def started_by(record: Item) -> list[str]:
    """The instance that a message has started."""
    return [str(record[_STARTED])] if _STARTED in record else []


def _attributes(reached: Mapping[str, str]) -> dict[str, str]:
    return {f"{_TO}{process_id}": instance_id for process_id, instance_id in reached.items()}
