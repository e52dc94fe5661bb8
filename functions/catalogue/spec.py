"""What the catalogue function is."""

from contract import events, queues, routes, tables
from contract.functions import FunctionSpec
from contract.rights import Delete, Emit, Get, Put, Query, Remember, SetTimers

SPEC = FunctionSpec(
    name="catalogue",
    entry="functions.catalogue.handler.handle",
    routes=(
        routes.LIST_ENTRIES,
        routes.NEW_ENTRY,
        routes.GET_ENTRY,
        routes.NEW_VERSION,
        routes.GET_VERSION,
        routes.SAVE_VERSION,
        routes.DELETE_VERSION,
        routes.SUBMIT_VERSION,
        routes.WITHDRAW_VERSION,
        routes.APPROVE_VERSION,
        routes.REJECT_VERSION,
        routes.PUBLISH_VERSION,
        routes.RETIRE_VERSION,
        routes.DIFF_VERSIONS,
        routes.LIST_CHANGES,
        routes.NEW_RELEASE,
    ),
    queues=(queues.CATALOGUE_TURNS,),
    needs=(
        Get(tables.CATALOGUE),
        Put(tables.CATALOGUE),
        Delete(tables.CATALOGUE),
        Query(tables.CATALOGUE),
        Query(tables.CATALOGUE, "byEntity"),
        SetTimers(),
        Remember(),
        Emit(
            events.ENTRY_CHANGED,
            events.ENTRY_SUBMITTED,
            events.ENTRY_APPROVED,
            events.ENTRY_REJECTED,
            events.ENTRY_SCHEDULED,
            events.CATALOGUE_PUBLISHED,
            events.ENTRY_RETIRED,
            events.CATALOGUE_TURN_FAILED,
        ),
    ),
    memory_mb=1024,
    timeout_s=29,
)
