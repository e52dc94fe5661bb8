"""What the instances function is."""

from contract import events, queues, routes, tables
from contract.functions import FunctionSpec
from contract.rights import Emit, Get, Put, Query, Remember, StartExecution, StopExecution, Update
from functions.runtime import held
from functions.runtime.waits import CLAIM, SETTLE

SPEC = FunctionSpec(
    name="instances",
    entry="functions.instances.handler.handle",
    routes=(
        routes.START_INSTANCE,
        routes.LIST_INSTANCES,
        routes.GET_INSTANCE,
        routes.GET_HISTORY,
        routes.CANCEL_INSTANCE,
        routes.RESOLVE_INCIDENT,
        routes.RESOLVE_INCIDENTS,
    ),
    queues=(queues.INSTANCE_REQUESTS,),
    needs=(
        Get(tables.REGISTRY),
        Get(tables.INSTANCES),
        Put(tables.INSTANCES),
        Update(tables.INSTANCES),
        Query(tables.INSTANCES),
        Query(tables.INSTANCES, "byEntity"),
        Query(tables.INSTANCES, "byProcess"),
        Query(tables.INSTANCES, "byBusinessKey"),
        Update(tables.MESSAGES),
        Query(tables.WAITS),
        Query(tables.WAITS, "byKind"),
        Query(tables.DOCUMENTS, "byInstance"),
        CLAIM,
        SETTLE,
        StartExecution(),
        StopExecution(),
        held.READ,
        held.WRITE,
        Remember(),
        Emit(events.INSTANCE_REQUESTED, events.INSTANCE_CANCELLED, events.INCIDENT_RESOLVED),
    ),
)
