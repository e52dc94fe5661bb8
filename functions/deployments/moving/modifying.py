"""Operators move tokens: POST /instances/{id}/modify; and begin again: POST /instances/{id}/restart."""

from contract import errors, tables
from contract.shapes.common import Finding
from contract.shapes.instances import Instance, ModifyInstance, RestartInstance, StartedInstance
from functions.deployments.moving.charts import enterable_chart_of
from functions.deployments.moving.machines import machine_for
from functions.deployments.moving.moving import Order, caller_of, carry_out, problems, request
from functions.deployments.moving.runs import UnsettledError
from functions.instances import reading
from functions.runtime import registry, starting, variables
from functions.runtime.batches import QueueRecord
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import ConditionFailedError, Item
from state_machines.resume.entering import CannotEnterError, entered
from state_machines.resume.placing import Change, place

_PAUSE_S = 0.25
_LOOKS = 40


def modify(ports: Ports, call: Call) -> Instance:
    """POST /instances/{id}/modify."""
    given: ModifyInstance = call.body
    instance = reading.load(ports, call.path["id"])
    taken = variables.take_in(ports, instance["pk"], given.variables)
    caller = caller_of(ports, instance)
    refuse_ended(instance, caller)
    change = Change(tuple(given.cancel), tuple(given.start), taken)
    order = Order(instance["pk"], change, by=call.caller.user)
    refuse(problems(ports, caller, order))
    moved = request(ports, call.unit, caller, order)
    answer = reading.show(ports, instance, reading.open_waits(ports, instance))
    try:
        call.commit(answer)
    except ConditionFailedError as error:
        raise ProblemError(errors.CONFLICT, "The instance has ended, or somebody else is moving it.") from error
    refuse(settle(ports, moved))
    now = reading.load(ports, call.path["id"])
    return reading.show(ports, now, reading.open_waits(ports, now))


def settle(ports: Ports, instance: Item) -> list[Finding]:
    """Carry out the order, if Step Functions tells in time how the executions ended; else the queue does it."""
    for _ in range(_LOOKS):
        try:
            return carry_out(ports, instance)
        except UnsettledError:
            ports.pause(_PAUSE_S)
    return []


def finish_move(ports: Ports, record: QueueRecord) -> None:
    """The queue instance-moves: what InstanceMoveRequested announces, done if it was not yet."""
    instance = ports.store.get(tables.INSTANCES, record.detail["data"]["instanceId"], starting.INSTANCE)
    if instance is not None:
        carry_out(ports, instance)


def refuse_ended(instance: Item, caller: Item) -> None:
    """Raises `ProblemError` for an instance that has ended, or is being moved with the one that called it."""
    if instance.get("endedAt"):
        raise ProblemError(errors.CONFLICT, "The instance has ended. Begin it again with /restart.")
    if "move" in caller:
        raise ProblemError(errors.CONFLICT, "Somebody else is moving the instance. Try again.")


def refuse(found: list[Finding]) -> None:
    """Raises `ProblemError` with all that is wrong."""
    if found:
        raise ProblemError(errors.MOVE_REFUSED, "The tokens cannot be moved like this; see errors.", found)


def restart(ports: Ports, call: Call) -> StartedInstance:
    """POST /instances/{id}/restart: a new instance, which begins before the elements that are asked for."""
    given: RestartInstance = call.body
    before = reading.load(ports, call.path["id"])
    process = registry.process(ports, before["processId"], given.version or int(before["version"]))
    known = reading.newest_variables(ports, before, reading.open_waits(ports, before), ())
    chart = enterable_chart_of(ports, process["id"], int(process["version"]))
    placed = place((), chart, chart, Change(start=tuple(given.start)))
    refuse([Finding(code="move", message=p.message, element_id=p.element or None) for p in placed.problems])
    try:
        made = entered(chart, placed.tokens)
    except CannotEnterError as error:
        refuse([Finding(code="move", message=str(error))])
        raise
    machine = machine_for(ports, process["id"], made.definition)
    instance_id = ports.ids.new()
    instance = starting.request(
        ports,
        call.unit,
        {**process, "machine": machine},
        variables={**known, **variables.take_in(ports, instance_id, given.variables)},
        instance_id=instance_id,
        business_key=before.get("businessKey", ""),
        initiator=call.caller.user,
        tokens=made.moved,
    )
    answer = StartedInstance(id=instance["pk"], process_id=instance["processId"], version=instance["version"])
    call.commit(answer)
    starting.launch(ports, instance)
    return answer
