"""What the sweep function is."""

from typing import Final

from contract import tables
from contract.functions import FunctionSpec
from contract.rights import (
    Delete,
    Get,
    GetExecutionHistory,
    Query,
    Scan,
    SendTaskHeartbeat,
    StopExecution,
    Update,
)

SWEPT: Final = "Swept"
"""The metric: what was found and ended, also by `kind`; `stuck` is what could not be."""

SPEC = FunctionSpec(
    name="sweep",
    entry="functions.sweep.handler.handle",
    every_minutes=60,
    needs=(
        Scan(tables.WAITS),
        Get(tables.WAITS),
        Update(tables.WAITS),
        Delete(tables.WAITS),
        Scan(tables.MESSAGES),
        Get(tables.MESSAGES),
        Query(tables.MESSAGES),
        Update(tables.MESSAGES),
        Delete(tables.MESSAGES),
        Get(tables.INSTANCES),
        SendTaskHeartbeat(),
        GetExecutionHistory(),
        StopExecution(),
    ),
    timeout_s=900,
)
