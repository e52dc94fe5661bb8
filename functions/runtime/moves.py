"""Instances that go on in another execution (docs/records.md, "Going on elsewhere"), seen from their open work."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from contract import tables
from functions.runtime import asides, starting
from functions.runtime.ports import Ports
from functions.runtime.records import Item

_TAKES_OVER_WITHIN = timedelta(hours=1)
"""What goes on updates the records of its waits with its first states."""


def next_name(name: str) -> str:
    """The name of the execution that goes on for one: `<id>_2` after `<id>_1`, else as long a fingerprint as before.

    >>> next_name("i1_1")
    'i1_2'
    """
    instance_id, _, tail = name.partition("_")
    if not asides.is_aside(name):
        return starting.execution_name(instance_id, int(tail) + 1)
    return f"{instance_id}_{hashlib.sha256(name.encode()).hexdigest()[: len(tail)]}"


def successors(execution: str) -> Iterator[str]:
    """The ARNs under which an execution may have gone on, one after the other, without an end."""
    while True:
        execution = starting.sibling_arn(execution, next_name(execution.rpartition(":")[2]))
        yield execution


def goes_on(ports: Ports, wait: Item) -> bool:
    """Whether the record of a wait, whose execution was stopped, is taken over by the one that goes on for it."""
    instance = ports.store.get(tables.INSTANCES, wait["pk"], starting.INSTANCE)
    if instance is None or "endedAt" in instance:
        return False
    if "move" in instance or "moving" in instance:
        return True
    following = next_name(wait["execution"].rpartition(":")[2])
    told = ports.store.get(tables.INSTANCES, wait["pk"], f"{starting.MOVED}{following}")
    return told is not None and datetime.fromisoformat(told["at"]) > ports.clock.now() - _TAKES_OVER_WITHIN
