"""Removing a tenant's state machines with all that runs on them. Safe to repeat; what is gone already is no error.

list machines -> for each: stop what runs -> delete, and with it all versions
                 (until the time is up)
"""

from datetime import datetime, timedelta
from typing import Final

from functions.runtime.ports import Ports

STOP_WITHIN: Final = timedelta(minutes=11)
"""Of the function's 15 minutes; what still runs then ends by itself, at its next state, as its machine is deleted."""
REMOVE_WITHIN: Final = timedelta(minutes=14)

_CAUSE: Final = "The stack of the tenant is being deleted."


class MachinesRemainError(Exception):
    """The time was up before all machines were deleted; deleting the stack again goes on from there."""


def remove_machines(ports: Ports) -> str:
    """Remove them all; answers what was done, in words. Raises `MachinesRemainError`."""
    started = ports.clock.now()
    machines = ports.machines.list_machines()
    stopped = 0
    for done, machine in enumerate(machines):
        if ports.clock.now() >= started + REMOVE_WITHIN:
            raise MachinesRemainError(f"{len(machines) - done} of {len(machines)} state machines remain")
        stopped += _stop_all(ports, machine, until=started + STOP_WITHIN)
        ports.machines.remove(machine)
    return f"{len(machines)} state machines deleted, {stopped} executions stopped."


def _stop_all(ports: Ports, machine: str, *, until: datetime) -> int:
    stopped = 0
    for execution in ports.machines.list_running(machine):
        if ports.clock.now() >= until:
            break
        ports.machines.stop(execution, _CAUSE)
        stopped += 1
    return stopped
