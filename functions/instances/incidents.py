"""Resolving incidents: retry with edited variables, or go on with an output in the step's place."""

from contract import errors, events, tables
from contract.shapes.common import Page
from contract.shapes.instances import Instance, ResolvedIncident, ResolveIncident, ResolveIncidents
from functions.instances import reading
from functions.runtime import variables, waits
from functions.runtime.calls import Call
from functions.runtime.paging import sift
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import ConditionFailedError, Item, Rows
from functions.runtime.unit import Unit


def resolve(ports: Ports, call: Call) -> Instance:
    """POST /instances/{id}/incidents/{incidentId}/resolve."""
    instance = reading.load(ports, call.path["id"])
    open_ = reading.open_waits(ports, instance)
    asked = next((w for w in open_ if reading.incident_id(w) == call.path["incidentId"]), None)
    incident = reading.whole(ports, asked) if asked is not None and asked["kind"] == "incident" else None
    if asked is None or incident is None:
        raise not_found("open incident", call.path["incidentId"])
    claim = _claim(ports, call, call.unit, incident)
    answer = reading.show(ports, instance, tuple(w for w in open_ if w is not asked))
    try:
        call.commit(answer)
    except ConditionFailedError as error:
        raise ProblemError(errors.CONFLICT, "Somebody else has just resolved the incident.") from error
    if not waits.settle_or_leave(ports, claim.wait):
        raise ProblemError(errors.CONFLICT, "The instance has ended or moved on meanwhile.")
    return answer


def resolve_many(ports: Ports, call: Call) -> Page[ResolvedIncident]:
    """POST /incidents/resolve: those of a page, each by itself; what somebody else resolves meanwhile is left out.

    The cursor asks for the next page. What is retried and fails again is another incident, behind all that were there.
    """
    given: ResolveIncidents = call.body

    def read(limit: int, cursor: str) -> Rows:
        return ports.store.query(tables.WAITS, "incident", index="byKind", limit=limit, cursor=cursor)

    found, cursor = sift(read, lambda wait: _meant(given, wait), limit=given.limit, cursor=given.cursor)
    done = [_shown(wait) for wait in found if _resolved(ports, call, wait)]
    answer = Page(items=done, cursor=cursor)
    call.commit(answer)
    return answer


def _meant(given: ResolveIncidents, wait: Item) -> bool:
    return (
        waits.is_open(wait)
        and wait["processId"] == given.process_id
        and given.element_id in ("", wait["elementId"])
        and given.version in (None, int(wait["version"]))
        and given.error in ("", wait.get("error"))
    )


def _resolved(ports: Ports, call: Call, incident: Item) -> bool:
    unit = Unit(
        ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=call.correlation_id
    )  # fmt: skip
    claim = _claim(ports, call, unit, incident)
    try:
        unit.commit()
    except ConditionFailedError:
        return False
    return waits.settle_or_leave(ports, claim.wait)


def _claim(ports: Ports, call: Call, unit: Unit, incident: Item) -> waits.Claim:
    """Adds to the unit that the incident ends as it was asked for."""
    given: ResolveIncident = call.body
    values = {**given.variables, **(given.output if given.action == "skip" else {})}
    values = variables.take_in(ports, incident["pk"], values, limit=waits.MAX_VARIABLES)
    claim = waits.claim(incident, event=given.action, variables=values, claim_id=ports.ids.new())
    unit.add(claim.write)
    shown = _shown(incident)
    about = {"instanceId": shown.instance_id, "incidentId": shown.id, "elementId": shown.element_id}
    unit.emit(events.INCIDENT_RESOLVED, {**about, "action": given.action, "by": call.caller.user})
    return claim


def _shown(wait: Item) -> ResolvedIncident:
    return ResolvedIncident(id=reading.incident_id(wait), instance_id=wait["pk"], element_id=wait["elementId"])
