"""Versions of processes that are out of use: Step Functions keeps at most 1,000 versions of a machine.

too old -> retired: nothing starts it any more -> an hour later, when nothing of it runs: gone, with its machines

The newest versions stay, as do those with a version tag, and those that others call by number or by deployment. What
was deployed stays readable for good. Publishing looks, under the lock of the process, and is never refused for it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from contract import tables
from functions.runtime import registry
from functions.runtime.observability import logger
from functions.runtime.ports import Ports
from functions.runtime.records import PRESENT, Item, Update

NEWEST: Final = 500
"""Versions of a process that stay, in use or not."""
_GRACE: Final = timedelta(hours=1)
"""How long whoever has read a version may take to start it; and a version of a machine to be registered."""
_AT_ONCE: Final = 20
"""Versions that one publication looks after: each costs some calls to Step Functions."""


def retire_versions(ports: Ports, process_ids: Iterable[str]) -> None:
    """Look after the old versions of processes that were just published. What cannot be done now is done next time."""
    for process_id in process_ids:
        try:
            _retire(ports, process_id)
        except Exception:
            logger.warning("old versions stay until the next publication", exc_info=True, process=process_id)


def remove_unknown(ports: Ports, process_id: str) -> None:
    """Take away, some at a time, the machines' versions that no version of the process has: those of moves are such."""
    current = registry.find(ports, "process", process_id)
    if current is not None:
        known = {arn for row in _kept(ports, current).values() for arn in row["machineArns"].values()}
        _remove_unknown(ports, current, known)


def _retire(ports: Ports, process_id: str) -> None:
    current = registry.find(ports, "process", process_id)
    if current is None or int(current["version"]) <= NEWEST:
        return
    kept = _kept(ports, current)
    last = int(current["version"]) - NEWEST
    old = [row for version, row in sorted(kept.items()) if version <= last and not _is_tagged(ports, row)]
    for row in sorted(old, key=lambda row: str(row.get("lookedAt", "")))[:_AT_ONCE]:
        if _look_after(ports, row):
            del kept[int(row["version"])]
    _remove_unknown(ports, current, {arn for row in kept.values() for arn in row["machineArns"].values()})


def _kept(ports: Ports, current: Item) -> dict[int, Item]:
    """The versions whose machines exist. The index may not know of the newest ones yet."""
    newest = int(current["version"])
    recent = registry.version_key(newest - _AT_ONCE), registry.version_key(newest)
    listed = ports.store.query(tables.REGISTRY, registry.versions_kind(current["id"]), index="byKind").items
    rows = (*listed, *ports.store.query(tables.REGISTRY, current["pk"], between=recent).items)
    return {int(row["version"]): row for row in rows if "removedAt" not in row}


def _look_after(ports: Ports, row: Item) -> bool:
    """Whether the version is gone now."""
    now = ports.clock.now()
    looked = {"lookedAt": now.isoformat()}
    if "retiredAt" not in row:
        _change(ports, row, looked if _is_called(ports, row) else {**looked, "retiredAt": now.isoformat()})
        return False
    if datetime.fromisoformat(row["retiredAt"]) + _GRACE > now or _runs(ports, row):
        _change(ports, row, looked)
        return False
    _change(ports, row, {"removedAt": now.isoformat()}, ("kind", "sortKey"))
    return True


def _change(ports: Ports, row: Item, changes: dict[str, str], remove: tuple[str, ...] = ()) -> None:
    sk = registry.version_key(int(row["version"]))
    ports.store.write(Update(tables.REGISTRY, row["pk"], sk, set=changes, remove=remove, when=PRESENT))


def _is_tagged(ports: Ports, row: Item) -> bool:
    """Whether a version tag leads to it."""
    tag = row.get("versionTag")
    item = ports.store.get(tables.REGISTRY, row["pk"], registry.tag_key(tag)) if tag else None
    return item is not None and int(item["version"]) == int(row["version"])


def _is_called(ports: Ports, row: Item) -> bool:
    """Whether a version that calls it may still be started, or runs."""
    for bound in ports.store.query(tables.REGISTRY, row["pk"], prefix=registry.bound_key(int(row["version"]))).items:
        caller, _, version = bound["sk"].removeprefix(registry.bound_key(int(row["version"]))).rpartition("#")
        item = registry.find(ports, "process", caller, int(version))
        if item is not None and "removedAt" not in item and ("retiredAt" not in item or _runs(ports, item)):
            return True
    return False


def _runs(ports: Ports, row: Item) -> bool:
    return any(ports.machines.is_running(arn) for arn in row["machineArns"].values())


def _remove_unknown(ports: Ports, current: Item, known: set[str]) -> None:
    """Versions of the machines that no version of the process has: of those that are gone, and what a killed deployment
    has left. Several may have had one, where only the model around it has changed.
    """
    since = ports.clock.now() - _GRACE
    for machine in current["machineArns"].values():
        unknown = [v.arn for v in ports.machines.list_versions(machine) if v.arn not in known and v.created < since]
        for arn in unknown[:_AT_ONCE]:
            if not ports.machines.is_running(arn):
                ports.machines.remove_version(arn)
