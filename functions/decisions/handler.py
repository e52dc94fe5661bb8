"""Lambda entry of decisions."""

from typing import Any

from contract import errors, events, routes, tables
from contract.shapes.common import Finding, Page
from contract.shapes.work import DecisionItem, DecisionOutcome, DeployedDecisions
from functions.decisions import evaluating, publishing
from functions.decisions.spec import SPEC
from functions.runtime import paging
from functions.runtime.calls import Call
from functions.runtime.handler import Handler
from functions.runtime.machine_calls import ConnectorRejected, MachineCall
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import ConditionFailedError
from state_machines.diagnostics import Diagnostic
from state_machines.dmn import Definitions, DmnError, read_dmn


def deploy(ports: Ports, call: Call) -> DeployedDecisions:
    """POST /decisions."""
    definitions = _read(call.raw)
    planned = publishing.plan(ports, definitions, call.raw)
    publishing.write_artifacts(ports, planned, call.raw)
    call.unit.add(*publishing.writes(planned, call.raw))
    for decision in (d for d in planned if d.new):
        call.unit.emit(events.DECISION_PUBLISHED, {"decisionId": decision.id, "version": decision.version})
    answer = DeployedDecisions(
        deployment_id=ports.ids.new(),
        decisions=[DecisionItem(id=d.id, name=d.name, version=d.version, deployed_at=d.deployed_at) for d in planned],
    )
    try:
        call.commit(answer)
    except ConditionFailedError as error:
        raise ProblemError(errors.CONFLICT, "Somebody deployed the same decision just now; deploy again.") from error
    return answer


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


def on_call(ports: Ports, event: dict[str, Any]) -> dict[str, Any]:
    """What a state machine cannot evaluate itself."""
    call = MachineCall.model_validate(event)
    match call.connector:
        case "dpc:decision":
            return evaluating.evaluate_decision(ports, call)
        case "dpc:feel":
            return evaluating.evaluate_expressions(ports, call)
        case other:
            raise ConnectorRejected(f"there is no connector {other!r} here; known: dpc:decision, dpc:feel")


def _read(source: bytes) -> Definitions:
    try:
        return read_dmn(source)
    except DmnError as error:
        findings = [_finding(d) for d in error.diagnostics]
        raise ProblemError(
            errors.DECISION_REFUSED, "The DMN file has errors; nothing is deployed.", findings
        ) from error


def _finding(said: Diagnostic) -> Finding:
    return Finding(
        code=said.code, severity=said.severity, message=said.message, element_id=said.element_id or None, line=said.line
    )


handle = Handler(
    SPEC,
    routes={
        routes.DEPLOY_DECISIONS: deploy,
        routes.LIST_DECISIONS: list_decisions,
        routes.EVALUATE_DECISION: evaluate,
    },
    direct=on_call,
)
