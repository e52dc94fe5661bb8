"""Which executions to ask for their history, should no line of their log come: when, and how often.

An item of the instances table for each execution that was running when its log was first read:
`WATCH#<shard>` / `<due>#<execution name>`. One that says nothing new is asked after twice the time, up to a day.
"""

import hashlib
from datetime import datetime, timedelta

from contract import tables
from functions.runtime.records import Put

SHARDS = 8
FIRST = timedelta(minutes=15)
LONGEST = timedelta(days=1)


def partition(shard: int) -> str:
    """The partition of a shard.

    >>> partition(3)
    'WATCH#3'
    """
    return f"WATCH#{shard}"


def watch_write(execution: str, now: datetime, every: timedelta) -> Put:
    """An execution, by its ARN, is asked after that time."""
    name = execution.rsplit(":", 1)[-1]
    shard = int(hashlib.sha256(name.encode()).hexdigest(), 16) % SHARDS
    item = {
        "pk": partition(shard),
        "sk": f"{(now + every).isoformat(timespec='seconds')}#{name}",
        "execution": execution,
        "everyS": int(every.total_seconds()),
    }
    return Put(tables.INSTANCES, item)
