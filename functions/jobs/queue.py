"""The queue of jobs: which can be fetched, and the lock that makes one a worker's own for a while.

A wait of kind `job` bears, once it was fetched: `availableAt`, before which nobody else gets it (the end of its lock,
or of its back-off); and while a worker has it `lock` (new for each fetch) and `worker`. A lock that has run out stays
its worker's until another one fetches the job: work that took too long still counts, if nobody began anew.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from contract import tables
from functions.runtime import waits
from functions.runtime.ports import Ports
from functions.runtime.records import Condition, ConditionFailedError, ContentionError, Item, Update

CHUNK: Final = 100


def moment_text(at: datetime) -> str:
    """A time as the records hold it: text that sorts as the times do.

    >>> moment_text(datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
    '2026-11-22T09:00:00.000Z'
    """
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_open(wait: Item | None, now: datetime) -> bool:
    """Whether it is a job that can still be ended: nobody answered it, and its timer has not ended it."""
    if wait is None or wait.get("kind") != "job" or not waits.is_open(wait):
        return False
    ends = wait.get("timeoutAt")
    return not ends or now < datetime.fromisoformat(ends)


def available(ports: Ports, job_type: str) -> Iterator[Item]:
    """The jobs of a type that can be fetched now, oldest first. What was read may be a moment old: `lock` tells."""
    now = ports.clock.now()
    for wait in _jobs(ports, job_type):
        due = wait.get("availableAt", "")
        if due <= moment_text(now) and is_open(wait, now):
            yield wait


def lock(ports: Ports, wait: Item, worker: str, until: datetime) -> Item | None:
    """Make the job the worker's own; the item as it stands then, None if somebody else was quicker."""
    values = {"lock": ports.ids.new(), "worker": worker, "availableAt": moment_text(until)}
    as_read = unchanged(wait, "lock", "availableAt", "retries")
    try:
        ports.store.write(Update(tables.WAITS, wait["pk"], wait["sk"], set=values, when=as_read))
    except (ConditionFailedError, ContentionError):
        return None
    return {**wait, **values}


def modelled_backoff(wait: Item, left: int) -> int:
    """The seconds that the model waits behind a failure that leaves so many tries; where it says nothing: none.

    >>> [modelled_backoff({"retryWaits": "[10, 60]"}, left) for left in (5, 2, 1, 0)]
    [10, 10, 60, 60]
    """
    waits: list[int] = json.loads(wait.get("retryWaits", "[0]"))
    return waits[max(0, min(len(waits) - left, len(waits) - 1))]


def unchanged(wait: Item, *names: str) -> Condition:
    """Holds if the wait is open, the same entry, and these attributes are as they were read."""
    absent = tuple(name for name in names if name not in wait)
    equals = {name: wait[name] for name in ("token", *names) if name in wait}
    return Condition(present=True, missing=("answer", *absent), equals=equals)


def _jobs(ports: Ports, job_type: str) -> Iterator[Item]:
    cursor = ""
    while True:
        page = ports.store.query(tables.WAITS, job_type, index="byJobType", limit=CHUNK, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if not cursor:
            return
