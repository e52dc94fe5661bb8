"""What the correlation function is."""

from contract import events, queues, routes, tables
from contract.functions import FunctionSpec
from contract.rights import (
    Delete,
    DescribeMachineOfExecution,
    Emit,
    Get,
    Put,
    Query,
    Remember,
    SetTimers,
    StartExecution,
    StopExecution,
    Update,
)
from functions.runtime import held
from functions.runtime.waits import CLAIM, SETTLE, SETTLE_FAILURE

SPEC = FunctionSpec(
    name="correlation",
    entry="functions.correlation.handler.handle",
    routes=(routes.PUBLISH_MESSAGE, routes.BROADCAST_SIGNAL, routes.EVALUATE_CONDITIONS),
    queues=(queues.TIMER_STARTS,),
    streams=(tables.WAITS, tables.MESSAGES),
    machines=True,
    needs=(
        Get(tables.MESSAGES),
        Query(tables.MESSAGES),
        Put(tables.MESSAGES),
        Update(tables.MESSAGES),
        Delete(tables.MESSAGES),
        Get(tables.WAITS),
        Query(tables.WAITS),
        CLAIM,
        SETTLE,
        SETTLE_FAILURE,
        Get(tables.REGISTRY),
        Get(tables.INSTANCES),
        Put(tables.INSTANCES),
        StartExecution(),
        StopExecution(),
        SetTimers(),
        DescribeMachineOfExecution(),
        held.READ,
        held.WRITE,
        Remember(),
        Emit(events.MESSAGE_PUBLISHED, events.INSTANCE_REQUESTED),
    ),
    packages=("croniter", "jsonata-python"),
)
