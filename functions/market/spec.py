"""What the market function is."""

from contract import buckets, events, queues, routes, tables
from contract.functions import FunctionSpec
from contract.rights import Delete, Emit, Get, GetObject, Put, PutObject, Query, Remember, StartExecution, Update

SPEC = FunctionSpec(
    name="market",
    entry="functions.market.handler.handle",
    routes=(
        routes.LIST_OFFERS,
        routes.GET_OFFER,
        routes.COMPARE_OFFERS,
        routes.EXPLAIN_OFFER,
        routes.PREVIEW_OFFER,
        routes.LIST_PAGES,
        routes.GET_PAGE,
        routes.PREVIEW_PAGE,
        routes.SAVE_CUSTOMER,
        routes.GET_CUSTOMER,
        routes.ERASE_CUSTOMER,
        routes.SIMULATE_OFFER,
        routes.NEW_QUOTE,
        routes.GET_QUOTE,
        routes.CHANGE_QUOTE,
        routes.ACCEPT_QUOTE,
        routes.APPROVE_QUOTE,
        routes.REJECT_QUOTE,
    ),
    queues=(queues.CATALOGUE_SNAPSHOTS,),
    needs=(
        Get(tables.CATALOGUE),
        Query(tables.CATALOGUE),
        Query(tables.CATALOGUE, "byEntity"),
        GetObject(buckets.ARTIFACTS),
        PutObject(buckets.ARTIFACTS),
        Get(tables.REGISTRY),
        Get(tables.CUSTOMERS),
        Put(tables.CUSTOMERS),
        Delete(tables.CUSTOMERS),
        Get(tables.QUOTES),
        Put(tables.QUOTES),
        Update(tables.QUOTES),
        Update(tables.CATALOGUE),
        Put(tables.INSTANCES),
        StartExecution(),
        Remember(),
        Emit(
            events.INSTANCE_REQUESTED,
            events.QUOTE_CREATED,
            events.QUOTE_CHANGED,
            events.QUOTE_APPROVED,
            events.QUOTE_REJECTED,
            events.QUOTE_ACCEPTED,
        ),
    ),
    internet=True,
    memory_mb=1024,
)
