"""How many instances of each process stand where: counters that the projection moves and lists read."""

import hashlib
from collections import Counter

from contract import tables
from functions.runtime.ports import Ports
from functions.runtime.records import Update

PARTITION = "COUNTS"
"""Partition of the instances table: `<process id>#<shard>`, an attribute for each status."""
SHARDS = 16
"""Instances that start and end at once must not wait for one item."""
STATUSES = ("active", "incident", "completed", "failed", "cancelled")


def move(process_id: str, instance_id: str, before: str, now: str) -> Update:
    """Moves an instance from one status (empty: none yet) to another."""
    shard = int(hashlib.sha256(instance_id.encode()).hexdigest(), 16) % SHARDS
    moved = {now: 1} | ({before: -1} if before else {})
    return Update(tables.INSTANCES, PARTITION, f"{process_id}#{shard:02}", add=moved)


def read_counts(ports: Ports) -> dict[str, Counter[str]]:
    """The counts of all processes: process id -> status -> instances."""
    found: dict[str, Counter[str]] = {}
    for row in ports.store.query(tables.INSTANCES, PARTITION).items:
        counts = found.setdefault(row["sk"].rsplit("#", 1)[0], Counter())
        counts.update({status: int(row[status]) for status in STATUSES if status in row})
    return found
