"""What the tasks function is."""

from contract import buckets, events, routes, tables
from contract.functions import FunctionSpec
from contract.rights import Emit, Get, GetObject, Query, Remember
from functions.runtime import held
from functions.runtime.waits import CLAIM, SETTLE

SPEC = FunctionSpec(
    name="tasks",
    entry="functions.tasks.handler.handle",
    routes=(
        routes.LIST_TASKS,
        routes.GET_TASK,
        routes.CLAIM_TASK,
        routes.UNCLAIM_TASK,
        routes.ASSIGN_TASK,
        routes.SAVE_DRAFT,
        routes.COMPLETE_TASK,
    ),
    needs=(
        Get(tables.WAITS),
        Get(tables.INSTANCES),
        Query(tables.WAITS),
        Query(tables.WAITS, "byKind"),
        CLAIM,
        SETTLE,
        GetObject(buckets.ARTIFACTS),
        held.READ,
        held.WRITE,
        Remember(),
        Emit(events.TASK_CLAIMED, events.TASK_COMPLETED),
    ),
)
