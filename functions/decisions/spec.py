"""What the decisions function is."""

from contract import buckets, routes, tables
from contract.functions import FunctionSpec
from contract.rights import Get, GetExecutionHistory, GetObject, Put, Query
from functions.runtime import held

SPEC = FunctionSpec(
    name="decisions",
    entry="functions.decisions.handler.handle",
    routes=(
        routes.LIST_DECISIONS,
        routes.EVALUATE_DECISION,
        routes.EVALUATE_DECISION_BATCH,
        routes.COMPARE_DECISION,
        routes.LIST_INSTANCE_DECISIONS,
    ),
    machines=True,
    needs=(
        Get(tables.REGISTRY),
        Query(tables.REGISTRY, "byKind"),
        Put(tables.EVALUATIONS),
        Query(tables.EVALUATIONS),
        Query(tables.EVALUATIONS, "byExecution"),
        Get(tables.INSTANCES),
        Query(tables.INSTANCES),
        Query(tables.INSTANCES, "byProcess"),
        GetExecutionHistory(),
        GetObject(buckets.ARTIFACTS),
        held.READ,
        held.WRITE,
    ),
    memory_mb=1024,
    packages=("croniter",),  # comes with the reader of BPMN, which comparing over a period needs
)
