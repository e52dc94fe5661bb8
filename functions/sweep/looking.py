"""What should not be there: an open record whose scope or instance is gone. Nothing is changed here."""

from contract import tables
from contract.tables import Table
from functions.runtime import asides, moves, starting
from functions.runtime.ports import Ports
from functions.runtime.records import Item
from functions.sweep.rest import Rest


def rest_of(ports: Ports, table: Table, item: Item) -> Rest | None:
    """What is wrong with an item of `waits` or `messages`; None if nothing is."""
    if table is tables.WAITS:
        return _of_wait(ports, item)
    if "waitSk" in item:
        wait = ports.store.get(tables.WAITS, item["instanceId"], item["waitSk"])
        left = wait is None or wait.get("token") != item["token"]
        return Rest("subscription", table, item) if left else None
    if asides.has_open(item) and has_ended(ports, asides.instance_of(item)):
        return Rest("handlers", table, item)
    return None


def has_ended(ports: Ports, instance_id: str) -> bool:
    """Whether the read model knows that the instance has ended."""
    instance = ports.store.get(tables.INSTANCES, instance_id, starting.INSTANCE)
    return instance is not None and "endedAt" in instance


def _of_wait(ports: Ports, wait: Item) -> Rest | None:
    if "answer" in wait:
        return Rest("answer", tables.WAITS, wait)
    if has_ended(ports, wait["pk"]):
        return Rest("wait", tables.WAITS, wait)
    gone = wait.get("token") and not ports.machines.waits_for(wait["token"])
    return Rest("wait", tables.WAITS, wait) if gone and not moves.goes_on(ports, wait) else None
