"""Ending what should not be there. Safe to repeat, and beside all that goes on."""

from contextlib import suppress

from contract import tables
from functions.runtime import asides, starting
from functions.runtime.fates import is_left
from functions.runtime.ports import Ports
from functions.runtime.records import Condition, ConditionFailedError, Delete, Item, Update
from functions.sweep.looking import has_ended
from functions.sweep.rest import Rest


def remove(ports: Ports, rest: Rest) -> bool:
    """Whether it could be ended; it cannot where the history does not tell that the machine has gone on."""
    match rest.kind:
        case "wait":
            return _end(ports, rest.item)
        case "answer":
            _touch(ports, rest.item)
        case "subscription":
            _delete(ports, rest)
        case "handlers":
            _stop_handlers(ports, asides.instance_of(rest.item))
    return True


def _end(ports: Ports, wait: Item) -> bool:
    if has_ended(ports, wait["pk"]):
        if "execution" in wait:
            ports.machines.stop(wait["execution"], "Its instance has ended.")
    elif not is_left(ports, wait):
        return False
    _delete(ports, Rest("wait", tables.WAITS, wait))
    return True


def _stop_handlers(ports: Ports, instance_id: str) -> None:
    instance = ports.store.get(tables.INSTANCES, instance_id, starting.INSTANCE)
    if instance is not None:
        asides.stop(ports, instance_id, instance["execution"], lambda row: True)


def _touch(ports: Ports, wait: Item) -> None:
    """The table's stream settles what was answered: it is told once more."""
    same = Condition(present=True, equals={"token": wait["token"], "answer": wait["answer"]})
    values = {"toldAgain": ports.clock.now().isoformat()}
    with suppress(ConditionFailedError):
        ports.store.write(Update(tables.WAITS, wait["pk"], wait["sk"], set=values, when=same))


def _delete(ports: Ports, rest: Rest) -> None:
    """Unless it is another's by now: a newer entry has the same key with another token."""
    item = rest.item
    same = Condition(equals={"token": item["token"]}) if "token" in item else Condition(missing=("token",))
    with suppress(ConditionFailedError):
        ports.store.write(Delete(rest.table, item["pk"], item["sk"], when=same))
