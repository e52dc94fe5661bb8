"""Cancelling an instance.

the record and its InstanceCancelled event  ->  the execution stops  ->  its waits are deleted
                                            (after a crash the event's consumer does the rest)
"""

from contract import errors, events, tables
from contract.shapes.instances import Instance
from functions.instances import reading
from functions.runtime import registry, starting, variables, waits
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Condition, ConditionFailedError, Item, Update

_STILL_OPEN = Condition(present=True, missing=("endedAt",))


def cancel(ports: Ports, call: Call) -> Instance:
    """POST /instances/{id}/cancel."""
    instance = reading.load(ports, call.path["id"])
    open_ = reading.open_waits(ports, instance)
    version = registry.find(ports, "process", instance["processId"], int(instance["version"])) or {}
    pauses = reading.resting(ports, instance, version, open_)
    ended = {
        "status": "cancelled",
        "endedAt": ports.clock.now().isoformat(),
        "variables": variables.dump(reading.newest_variables(ports, instance, open_, pauses)),
    }
    call.unit.add(Update(tables.INSTANCES, instance["pk"], starting.INSTANCE, set=ended, when=_STILL_OPEN))
    call.unit.add(*starting.told_end(instance))
    about = {"instanceId": instance["pk"], "processId": instance["processId"], "version": int(instance["version"])}
    call.unit.emit(events.INSTANCE_CANCELLED, {**about, "by": call.caller.user})
    try:
        call.unit.commit()
    except ConditionFailedError as error:
        raise ProblemError(errors.CONFLICT, "The instance has ended already.") from error
    cancelled = {**instance, **ended}
    finish_cancel(ports, cancelled)
    return reading.show(ports, cancelled, ())


def finish_cancel(ports: Ports, instance: Item) -> None:
    """Stop the execution and delete its waits. Safe to repeat.

    It is started first where that may not have happened yet: so that a late start finds its name taken.
    """
    if "machine" in instance:
        starting.launch(ports, instance)
    ports.machines.stop(instance["execution"], "cancelled")
    waits.remove_all(ports, ports.store.query(tables.WAITS, instance["pk"], prefix="wait#").items)
