"""What the decisions function is."""

from contract import buckets, events, routes, tables
from contract.functions import FunctionSpec
from contract.rights import Emit, Get, GetObject, Put, PutObject, Query, Remember

SPEC = FunctionSpec(
    name="decisions",
    entry="functions.decisions.handler.handle",
    routes=(routes.DEPLOY_DECISIONS, routes.LIST_DECISIONS, routes.EVALUATE_DECISION),
    machines=True,
    needs=(
        Get(tables.REGISTRY),
        Put(tables.REGISTRY),
        Query(tables.REGISTRY, "byKind"),
        GetObject(buckets.ARTIFACTS),
        PutObject(buckets.ARTIFACTS),
        Emit(events.DECISION_PUBLISHED),
        Remember(),
    ),
    memory_mb=1024,
    packages=("networkx",),
)
