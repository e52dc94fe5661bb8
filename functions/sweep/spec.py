"""What the sweep function is."""

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
