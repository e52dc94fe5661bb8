"""What the telemetry function is."""

from contract import buckets, events, tables
from contract.functions import FunctionSpec
from contract.rights import (
    Delete,
    DescribeExecution,
    Emit,
    Get,
    GetExecutionHistory,
    GetObject,
    ListExecutions,
    Put,
    Query,
    StopExecution,
    Update,
)

SPEC = FunctionSpec(
    name="telemetry",
    entry="functions.telemetry.handler.handle",
    logs=True,
    every_minutes=5,
    needs=(
        Get(tables.INSTANCES),
        Put(tables.INSTANCES),
        Update(tables.INSTANCES),
        Delete(tables.INSTANCES),
        Query(tables.INSTANCES),
        Query(tables.WAITS),
        Delete(tables.WAITS),
        Get(tables.MESSAGES),
        Query(tables.MESSAGES),
        Update(tables.MESSAGES),
        StopExecution(),
        GetObject(buckets.ARTIFACTS),
        DescribeExecution(),
        GetExecutionHistory(),
        *ListExecutions(),
        Emit(events.ELEMENT_PASSED, events.INSTANCE_ENDED),
    ),
    memory_mb=512,
    timeout_s=300,
)
