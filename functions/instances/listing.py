"""The list of instances, newest first: the narrowest index is read, the other filters sift."""

from contract import tables
from contract.shapes.common import Page
from contract.shapes.instances import InstanceItem, InstancesQuery
from functions.instances import reading
from functions.runtime import held, starting, variables
from functions.runtime.calls import Call
from functions.runtime.paging import sift
from functions.runtime.ports import Ports
from functions.runtime.records import Item, Rows


def list_instances(ports: Ports, call: Call) -> Page[InstanceItem]:
    """GET /instances."""
    query: InstancesQuery = call.query
    index, partition = _narrowest(query)

    def read(limit: int, cursor: str) -> Rows:
        return ports.store.query(
            tables.INSTANCES, partition, index=index, limit=limit, cursor=cursor, newest_first=True
        )

    found, cursor = sift(read, lambda item: _keep(ports, query, item), limit=query.limit, cursor=query.cursor)
    return Page(items=[reading.summary(item) for item in found], cursor=cursor)


def _narrowest(query: InstancesQuery) -> tuple[str, str]:
    if query.business_key:
        return "byBusinessKey", query.business_key
    if query.process_id:
        return "byProcess", query.process_id
    return "byEntity", "instance"


def _keep(ports: Ports, query: InstancesQuery, item: Item) -> bool:
    return (
        item["sk"] == starting.INSTANCE
        and query.process_id in ("", item["processId"])
        and query.status in (None, item["status"])
        and (not query.variable or variables.matches(query.variable, _variables(ports, item)))
    )


def _variables(ports: Ports, item: Item) -> dict[str, object]:
    found: dict[str, object] = held.shown(
        ports, reading.newest_variables(ports, item, reading.open_waits(ports, item), ())
    )
    return found
