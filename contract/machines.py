"""The one role of all state machines of a tenant: what compiled machines may do. Declared resources come on top."""

from typing import Final

from contract import tables
from contract.rights import Delete, Put, Right

ROLE: Final = "machines"

RIGHTS: Final[tuple[Right, ...]] = (
    Put(tables.WAITS),
    Delete(tables.WAITS),
    Put(tables.MESSAGES),
)
"""The native writes of wait points and subscriptions (docs/records.md). Functions with `machines` are invoked too."""
