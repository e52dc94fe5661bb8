"""What the market function is."""

from contract import buckets, queues, routes, tables
from contract.functions import FunctionSpec
from contract.rights import Delete, Get, GetObject, Put, PutObject, Query

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
    ),
    internet=True,
    memory_mb=1024,
)
