"""Resolving incidents: retry with edited variables, or go on with an output in the step's place."""

from contract import errors, events
from contract.shapes.instances import Instance, ResolveIncident
from functions.instances import reading
from functions.runtime import variables, waits
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import ConditionFailedError


def resolve(ports: Ports, call: Call) -> Instance:
    """POST /instances/{id}/incidents/{incidentId}/resolve."""
    given: ResolveIncident = call.body
    instance = reading.load(ports, call.path["id"])
    open_ = reading.open_waits(ports, instance)
    incident = next((w for w in open_ if reading.incident_id(w) == call.path["incidentId"]), None)
    if incident is None or incident["kind"] != "incident":
        raise not_found("open incident", call.path["incidentId"])
    values = {**given.variables, **(given.output if given.action == "skip" else {})}
    variables.check_given(values, limit=waits.MAX_VARIABLES)
    claim = waits.claim(incident, event=given.action, variables=values, claim_id=ports.ids.new())
    call.unit.add(claim.write)
    about = {"instanceId": instance["pk"], "incidentId": call.path["incidentId"], "elementId": incident["elementId"]}
    call.unit.emit(events.INCIDENT_RESOLVED, {**about, "action": given.action, "by": call.caller.user})
    answer = reading.show(ports, instance, tuple(w for w in open_ if w is not incident))
    try:
        call.commit(answer)
    except ConditionFailedError as error:
        raise ProblemError(errors.CONFLICT, "Somebody else has just resolved the incident.") from error
    if not waits.settle_or_leave(ports, claim.wait):
        raise ProblemError(errors.CONFLICT, "The instance has ended or moved on meanwhile.")
    return answer
