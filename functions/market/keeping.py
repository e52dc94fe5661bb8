"""Keeps a snapshot of the shelf after releases, so that a process that begins has little to read."""

from weakref import WeakKeyDictionary

from functions.catalogue.shelves import shelf
from functions.catalogue.snapshots import write_snapshot
from functions.runtime.batches import QueueRecord
from functions.runtime.ports import Objects, Ports

_KEPT: "WeakKeyDictionary[Objects, int]" = WeakKeyDictionary()
"""The revision that this process has kept: of several releases that it hears of together it keeps the last one."""


def keep_snapshot(ports: Ports, record: QueueRecord) -> None:
    """The queue catalogue-snapshots: CataloguePublished."""
    if int(record.detail["data"]["revision"]) > _KEPT.get(ports.objects, 0):
        now = shelf(ports)
        write_snapshot(ports, now)
        _KEPT[ports.objects] = now.revision
