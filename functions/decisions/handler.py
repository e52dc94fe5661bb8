"""Lambda entry of decisions."""

from typing import Any

from contract import routes, tables
from contract.shapes.common import Page
from contract.shapes.decisions import DecisionBatch, DecisionComparison, DecisionItem, DecisionOutcome
from functions.decisions import comparing, evaluating
from functions.decisions.of_instance import list_of_instance
from functions.decisions.spec import SPEC
from functions.runtime import held, paging
from functions.runtime.calls import Call
from functions.runtime.handler import Handler
from functions.runtime.machine_calls import ConnectorRejected, MachineCall
from functions.runtime.ports import Ports


def list_decisions(ports: Ports, call: Call) -> Page[DecisionItem]:
    """GET /decisions."""

    def read(limit: int, cursor: str) -> Any:
        return ports.store.query(tables.REGISTRY, "decision", index="byKind", limit=limit, cursor=cursor)

    found, cursor = paging.sift(read, lambda _item: True, limit=call.query.limit, cursor=call.query.cursor)
    items = [
        DecisionItem(id=i["sortKey"], name=i["name"], version=int(i["version"]), deployed_at=i["deployedAt"])
        for i in found
    ]
    return Page(items=items, cursor=cursor)


def evaluate(ports: Ports, call: Call) -> DecisionOutcome:
    """POST /decisions/{id}/evaluate."""
    return evaluating.evaluate_deployed(ports, call.path["id"], call.body)


def evaluate_batch(ports: Ports, call: Call) -> DecisionBatch:
    """POST /decisions/{id}/evaluate-batch."""
    return evaluating.evaluate_batch(ports, call.path["id"], call.body)


def compare(ports: Ports, call: Call) -> DecisionComparison:
    """POST /decisions/{id}/compare."""
    return comparing.compare(ports, call.path["id"], call.body)


def on_call(ports: Ports, event: dict[str, Any]) -> dict[str, Any]:
    """What a state machine cannot evaluate itself."""
    call = MachineCall.model_validate(event)
    call = call.model_copy(update={"input": held.whole(ports, call.input)})
    match call.connector:
        case "dpc:decision":
            return evaluating.evaluate_decision(ports, call)
        case "dpc:feel":
            return evaluating.evaluate_expressions(ports, call)
        case other:
            raise ConnectorRejected(f"there is no connector {other!r} here; known: dpc:decision, dpc:feel")


handle = Handler(
    SPEC,
    routes={
        routes.LIST_DECISIONS: list_decisions,
        routes.EVALUATE_DECISION: evaluate,
        routes.EVALUATE_DECISION_BATCH: evaluate_batch,
        routes.COMPARE_DECISION: compare,
        routes.LIST_INSTANCE_DECISIONS: list_of_instance,
    },
    direct=on_call,
)
