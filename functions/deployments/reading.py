"""What is deployed: the list, one process, and its artifacts."""

import json
from collections.abc import Mapping
from typing import Any

from contract import tables
from contract.buckets import ARTIFACTS
from contract.shapes.common import Page
from contract.shapes.processes import ProcessesQuery, ProcessItem, ProcessQuery
from functions.runtime import registry
from functions.runtime.calls import Answer, Call
from functions.runtime.paging import sift
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found
from functions.runtime.records import Item, Rows
from functions.telemetry.counts import read_counts


def list_processes(ports: Ports, call: Call) -> Page[ProcessItem]:
    """GET /processes: the current versions, by id."""
    query: ProcessesQuery = call.query

    def read(limit: int, cursor: str) -> Rows:
        return ports.store.query(tables.REGISTRY, "process", index="byKind", limit=limit, cursor=cursor)

    found, cursor = sift(read, lambda _: True, limit=query.limit, cursor=query.cursor)
    counts = read_counts(ports)
    return Page(items=[_shown(item, counts=counts.get(item["sortKey"])) for item in found], cursor=cursor)


def get_process(ports: Ports, call: Call) -> ProcessItem:
    """GET /processes/{id}."""
    item = _asked(ports, call)
    rows = ports.store.query(tables.REGISTRY, item["pk"], prefix="V#").items
    return _shown(item, [int(row["version"]) for row in rows])


def get_bpmn(ports: Ports, call: Call) -> Answer:
    """GET /processes/{id}/bpmn: the bytes as they were deployed."""
    return Answer(_artifact(ports, _asked(ports, call), "process.bpmn"), content_type="application/xml")


def get_asl(ports: Ports, call: Call) -> Answer:
    """GET /processes/{id}/asl: the compiled machines by name, before the tenant's names are put in."""
    return Answer(_json(ports, call, "machine.asl.json"))


def get_report(ports: Ports, call: Call) -> Answer:
    """GET /processes/{id}/report."""
    return Answer(_json(ports, call, "report.json"))


def _asked(ports: Ports, call: Call) -> Item:
    query: ProcessQuery = call.query
    return registry.process(ports, call.path["id"], query.version)


def _json(ports: Ports, call: Call, name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_artifact(ports, _asked(ports, call), name))
    return read


def _artifact(ports: Ports, item: Item, name: str) -> bytes:
    key = registry.artifact("process", item["id"], int(item["version"]), name)
    content = ports.objects.get(ARTIFACTS, key)
    if content is None:
        raise not_found("artifact", key)
    return content


def _shown(item: Item, versions: list[int] | None = None, counts: Mapping[str, int] | None = None) -> ProcessItem:
    return ProcessItem(
        id=item["id"],
        name=item["name"],
        version=int(item["version"]),
        deployed_at=item["deployedAt"],
        versions=versions,
        counts=dict(counts) if counts else None,
    )
