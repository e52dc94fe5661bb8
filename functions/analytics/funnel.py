"""Reads the funnel: elements in the order of the process, with counts and conversion."""

import json
from collections import Counter
from datetime import datetime

from contract import tables
from contract.buckets import ARTIFACTS
from contract.shapes.work import Funnel, FunnelElement, FunnelQuery
from functions.runtime.ports import Ports
from functions.runtime.problems import not_found
from functions.runtime.records import Item


def read_funnel(ports: Ports, query: FunnelQuery) -> Funnel:
    """The funnel of the instances that started in the given hours; conversion is the share of those that started."""
    current = ports.store.get(tables.REGISTRY, f"PROCESS#{query.process_id}", "CURRENT")
    if current is None:
        raise not_found("process", query.process_id)
    prefix = f"{query.version:08}#" if query.version else ""
    rows = ports.store.query(tables.ANALYTICS, f"FUNNEL#{query.process_id}", prefix=prefix).items
    counts: Counter[str] = Counter()
    newest = ""
    for row in filter(lambda row: _within(row, query), rows):
        counts[row["sk"].split("#", 2)[2]] += int(row["count"])
        newest = max(newest, row["asOf"])
    names = _names(ports, query.process_id, query.version or int(current["version"]))
    return Funnel(
        process_id=query.process_id,
        elements=_elements(names, counts),
        as_of=datetime.fromisoformat(newest) if newest else None,
    )


def _elements(names: dict[str, tuple[str, str]], counts: Counter[str]) -> list[FunnelElement]:
    order = [*names, *(e for e in counts if e not in names)]
    started = sum(counts[e] for e, (_, type_) in names.items() if type_ == "startEvent")
    started = started or max(counts.values(), default=0)
    return [
        FunnelElement(
            element_id=element,
            name=names.get(element, ("", ""))[0],
            count=counts[element],
            conversion=round(counts[element] / started, 6) if started else 0.0,
        )
        for element in order
    ]


def _within(row: Item, query: FunnelQuery) -> bool:
    at = row["sk"].split("#", 2)[1]
    after = query.from_ is None or at >= _hour(query.from_)
    return after and (query.to is None or at < _hour(query.to) or _hour(query.to) == at)


def _hour(time: datetime) -> str:
    """Rows are by the hour in UTC, and so is what queries name."""
    return time.strftime("%Y-%m-%dT%H")


def _names(ports: Ports, process_id: str, version: int) -> dict[str, tuple[str, str]]:
    data = ports.objects.get(ARTIFACTS, f"processes/{process_id}/{version}/source_map.json")
    if data is None:
        raise not_found("version", f"{process_id} {version}")
    return {id_: (e.get("name", ""), e["type"]) for id_, e in json.loads(data)["elements"].items()}
