"""Executions live a year at most: instances that run longer go on in fresh ones before.

Once a day: what began 300 days ago and still runs goes on elsewhere, and is looked at again 300 days later. What has
been looked at is a mark in time, so that no day costs more than the instances of one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from contract import tables
from functions.deployments.moving.modifying import settle
from functions.deployments.moving.moving import Order, caller_of, problems, request
from functions.deployments.retiring import remove_unknown
from functions.runtime import starting
from functions.runtime.observability import logger
from functions.runtime.ports import Ports
from functions.runtime.records import Condition, ConditionFailedError, Delete, Item, Put
from functions.runtime.unit import Unit

_AGE = timedelta(days=300)
_KEY = "RENEWAL"
_MARK = "MARK"
_EVER = "1970-01-01T00:00:00+00:00"


def renew(ports: Ports, _event: dict[str, Any]) -> None:
    """The schedule: every instance whose execution has become old goes on in a fresh one."""
    now = ports.clock.now()
    for process in ports.store.query(tables.REGISTRY, "process", index="byKind").items:
        remove_unknown(ports, process["sortKey"])
    for item in _due(ports, now):
        ports.store.write(Delete(tables.INSTANCES, _KEY, item["sk"]), *_renewed(ports, item["instanceId"], now))
    mark = ports.store.get(tables.INSTANCES, _KEY, _MARK)
    seen, until = (mark or {}).get("until", _EVER), (now - _AGE).isoformat()
    if seen >= until:
        return
    begun = ports.store.query(tables.INSTANCES, "instance", index="byEntity", between=(seen, until)).items
    for instance in begun:
        if not instance.get("endedAt") and not instance.get("parentId"):
            for row in _renewed(ports, instance["pk"], now):
                ports.store.write(row)
    same = Condition(equals={"until": mark["until"]}) if mark else Condition(absent=True)
    try:
        ports.store.write(Put(tables.INSTANCES, {"pk": _KEY, "sk": _MARK, "until": until}, when=same))
    except ConditionFailedError:  # another run was quicker
        return


def _due(ports: Ports, now: datetime) -> Iterator[Item]:
    rows = ports.store.query(tables.INSTANCES, _KEY, between=("DUE#", f"DUE#{now.astimezone(UTC).isoformat()}")).items
    yield from rows


def _renewed(ports: Ports, instance_id: str, now: datetime) -> list[Put]:
    """Moves an instance, if it runs, and gives the row by which it is looked at again."""
    instance = ports.store.get(tables.INSTANCES, instance_id, starting.INSTANCE)
    if instance is None or instance.get("endedAt"):
        return []
    caller = caller_of(ports, instance)
    order = Order(caller["pk"], by="renewal", whole=True)
    found = problems(ports, caller, order) if "move" not in caller else []
    later = now + (timedelta(days=1) if found else _AGE)
    if found:
        logger.error("an old execution cannot go on in a fresh one", instance=instance_id, why=found[0].message)
    elif "move" not in caller:
        unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=instance_id)
        marked = request(ports, unit, caller, order)
        try:
            unit.commit()
            settle(ports, marked)
        except ConditionFailedError:
            later = now + timedelta(days=1)
    row = {"pk": _KEY, "sk": f"DUE#{later.astimezone(UTC).isoformat()}#{instance_id}", "instanceId": instance_id}
    return [Put(tables.INSTANCES, row)]
