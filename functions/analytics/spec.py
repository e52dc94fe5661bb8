"""What the analytics function is."""

from contract import buckets, queues, routes, tables
from contract.functions import FunctionSpec
from contract.rights import Get, GetObject, Put, Query, Update

SPEC = FunctionSpec(
    name="analytics",
    entry="functions.analytics.handler.handle",
    routes=(routes.GET_FUNNEL,),
    queues=(queues.ELEMENT_EVENTS,),
    needs=(
        Get(tables.REGISTRY),
        GetObject(buckets.ARTIFACTS),
        Query(tables.ANALYTICS),
        Update(tables.ANALYTICS),
        Put(tables.IDEMPOTENCY),
    ),
    timeout_s=20,
)
