"""The one role of all state machines of a tenant: what compiled machines may do. Declared resources come on top."""

from typing import Final

from contract import tables
from contract.rights import Delete, Get, Put, Query, Right, SendTaskSuccess, StopExecution, Update

ROLE: Final = "machines"

RIGHTS: Final[tuple[Right, ...]] = (
    Put(tables.WAITS),
    Update(tables.WAITS),
    Delete(tables.WAITS),
    Put(tables.MESSAGES),
    Update(tables.MESSAGES),
    Get(tables.MESSAGES),
    Query(tables.MESSAGES),
    Delete(tables.MESSAGES),
    Get(tables.REGISTRY),
    StopExecution(),
    SendTaskSuccess(),
)
"""The native writes of wait points and subscriptions, what was completed and can be compensated, what is current of a
called process, and the end of one whose time is up (docs/records.md). Functions with `machines` are invoked too."""
