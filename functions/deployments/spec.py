"""What the deployments function is: the only one that makes state machines."""

from contract import buckets, events, queues, routes, tables
from contract.functions import FunctionSpec
from contract.rights import Delete, Emit, Get, GetObject, ManageMachines, Put, PutObject, Query, Remember, Update

SPEC = FunctionSpec(
    name="deployments",
    entry="functions.deployments.handler.handle",
    routes=(
        routes.DEPLOY,
        routes.DEPLOY_DECISIONS,
        routes.LIST_PROCESSES,
        routes.GET_PROCESS,
        routes.GET_BPMN,
        routes.GET_ASL,
        routes.GET_REPORT,
        routes.NEW_UPLOAD,
        routes.GET_UPLOAD,
    ),
    queues=(queues.BUNDLE_UPLOADS,),
    needs=(
        Get(tables.REGISTRY),
        Put(tables.REGISTRY),
        Update(tables.REGISTRY),
        Delete(tables.REGISTRY),
        Query(tables.REGISTRY),
        Query(tables.REGISTRY, "byKind"),
        Put(tables.MESSAGES),
        Update(tables.MESSAGES),
        Delete(tables.MESSAGES),
        Put(tables.CATALOGUE),
        Query(tables.INSTANCES),
        GetObject(buckets.BUNDLES),
        PutObject(buckets.BUNDLES),
        GetObject(buckets.ARTIFACTS),
        PutObject(buckets.ARTIFACTS),
        ManageMachines(),
        Emit(events.PROCESS_PUBLISHED, events.PRODUCT_PUBLISHED, events.DECISION_PUBLISHED),
        Remember(),
    ),
    memory_mb=1769,
    timeout_s=60,
    packages=("croniter", "jinja2", "multipart", "jsonata-python", "networkx", "pyyaml"),
)
