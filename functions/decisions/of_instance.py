"""What was decided for one instance, by its machines themselves and by this function for them, and what came of it.

Nothing of it is stored but inputs (recording.py, histories.py): each decision is made again, by the version and at the
moment of its own.
"""

from contract import errors
from contract.shapes.common import Page, PageQuery
from contract.shapes.decisions import InstanceDecision
from functions.decisions.models import load
from functions.decisions.outcomes import outcome
from functions.decisions.recording import Asked, read_of, recorded_of
from functions.instances import reading
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from state_machines.dmn import evaluate

MAX_HISTORIES = 10
"""Executions that one page looks into; nearly all instances are one."""


def list_of_instance(ports: Ports, call: Call) -> Page[InstanceDecision]:
    """GET /instances/{id}/decisions: oldest first within each ten executions of the instance."""
    from functions.decisions.histories import decided_in, executions  # reads BPMN

    query: PageQuery = call.query
    first, done = _place(query.cursor)
    instance = reading.load(ports, call.path["id"])
    names = executions(ports, instance)
    looked = names[first : first + MAX_HISTORIES]
    asked = [*decided_in(ports, instance, looked), *(each for name in looked for each in recorded_of(ports, name))]
    page = sorted(asked, key=lambda each: each.at)[done : done + query.limit]
    if done + len(page) < len(asked):
        cursor: str | None = f"{first}.{done + len(page)}"
    else:
        cursor = f"{first + len(looked)}.0" if first + len(looked) < len(names) else None
    return Page(items=[_shown(ports, each) for each in page], cursor=cursor)


def _place(cursor: str) -> tuple[int, int]:
    """How many executions, and how many decisions of those that follow, have been shown."""
    parts = (cursor or "0.0").split(".")
    if len(parts) != 2 or not all(part.isdecimal() and len(part) < 10 for part in parts):
        raise ProblemError(errors.INVALID_REQUEST, "The cursor is not one of this list.")
    return int(parts[0]), int(parts[1])


def _shown(ports: Ports, asked: Asked) -> InstanceDecision:
    shown = InstanceDecision(
        at=asked.at, decision_id=asked.decision_id, version=asked.version, element_id=asked.element_id
    )
    if asked.variables is None:
        return shown
    model = load(ports, asked.decision_id, asked.version)
    result = evaluate(model, asked.decision_id, asked.variables, clock=lambda: asked.at)
    if result.read & asked.written:
        return shown
    told = outcome(asked.decision_id, asked.version, result)
    return shown.model_copy(update={"variables": read_of(asked.variables, result), "outcome": told})
