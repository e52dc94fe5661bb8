"""Releases as the catalogue's records hold them, written by hand: versions, HEAD and CHANGES."""

import json
from collections.abc import Mapping
from typing import Any

from contract import tables
from functions.market.shelves import change_key
from functions.runtime import registry
from functions.runtime.ports import Store
from functions.runtime.records import Put

Body = Mapping[str, Any]


def release(store: Store, changes: Mapping[tuple[str, str], Body | None]) -> int:
    """One release of bodies by kind and id; None retires. Answers its revision."""
    head = store.get(tables.CATALOGUE, "HEAD")
    revision = (int(head["revision"]) if head else 0) + 1
    refs: list[dict[str, Any]] = []
    puts = [Put(tables.CATALOGUE, {"pk": "HEAD", "sk": "-", "revision": revision})]
    for (kind, id_), body in changes.items():
        refs.append({"kind": kind, "id": id_, "version": None if body is None else revision})
        item = {"pk": f"{kind.upper()}#{id_}", "sk": registry.version_key(revision), "body": json.dumps(body)}
        puts += [Put(tables.CATALOGUE, item)] if body is not None else []
    partition = f"CHANGES#{revision // 1000:08}"
    puts.append(Put(tables.CATALOGUE, {"pk": partition, "sk": change_key(revision), "refs": refs}))
    store.write(*puts)
    return revision
