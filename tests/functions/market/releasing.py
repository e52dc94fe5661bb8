"""Releases as the catalogue's records hold them, written by hand: versions, HEAD and CHANGES."""

import json
from collections.abc import Mapping
from typing import Any

from contract import tables
from functions.catalogue.keys import BY_NAME, change_key, entry_key, version_key
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
        item = {"pk": entry_key(BY_NAME[kind], id_), "sk": version_key(revision), "body": json.dumps(body)}
        puts += [Put(tables.CATALOGUE, item)] if body is not None else []
    pk, sk = change_key(revision)
    puts.append(Put(tables.CATALOGUE, {"pk": pk, "sk": sk, "refs": refs}))
    store.write(*puts)
    return revision
