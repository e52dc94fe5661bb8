"""Items of the catalogue's table as the API shows them."""

import json
from collections.abc import Iterable
from typing import Any

from contract.shapes.catalogue import EntryItem, EntryVersion, HistoryItem, VersionItem
from contract.shapes.common import Finding
from functions.catalogue.changing import body_in
from functions.runtime.records import Item


def shown_entry(item: Item) -> EntryItem:
    """An entry in a list."""
    return EntryItem(
        id=item["sortKey"],
        name=json.loads(item["name"]),
        category=item.get("category"),
        latest=item["latest"],
        live=item.get("live"),
        open=item.get("open"),
        open_state=item.get("openState"),
        changed_at=item["changedAt"],
        changed_by=item["changedBy"],
    )


def shown_version(item: Item, findings: Iterable[Finding] = ()) -> VersionItem:
    """A version without its body."""
    return VersionItem.model_validate(_about(item, findings))


def shown_body(item: Item, findings: Iterable[Finding] = ()) -> EntryVersion:
    """A version with its body."""
    return EntryVersion.model_validate({**_about(item, findings), "body": body_in(item)})


def shown_change(item: Item) -> HistoryItem:
    """A line of the history."""
    return HistoryItem.model_validate(item)


def _about(item: Item, findings: Iterable[Finding]) -> dict[str, Any]:
    shown = {name: item[name] for name in item.keys() - {"body", "pk", "sk"}}
    return {**shown, "id": item["pk"].partition("#")[2], "findings": list(findings)}
