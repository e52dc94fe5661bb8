"""Scopes that are left early: what a cut-off fork leaves behind is removed, and what it knew is handed on."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from contract import tables
from functions.runtime import asides, waits
from functions.runtime.machine_calls import MachineCall
from functions.runtime.ports import Ports
from functions.runtime.records import ABSENT, ConditionFailedError, Delete, Item, Put
from functions.runtime.variables import RESERVED

_REMEMBERED = timedelta(days=7)
_AT_ONCE = 90
"""Deletions in one transaction."""


def leave(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """`dpc:leave-scope` (docs/records.md): `{"variables": {...}}`, what the branches had changed and what was thrown.

    Repeating it gives the same answer: the answer is kept before anything is removed.
    """
    kept = _kept(ports, call)
    _remove(ports, call.context.instance_id, kept["waits"])
    return {"variables": json.loads(kept["variables"])}


def _kept(ports: Ports, call: MachineCall) -> Item:
    key = f"LEFT#{call.context.effect}#{_place(call.input['before'])}"
    if (earlier := ports.store.get(tables.MESSAGES, key)) is not None:
        return earlier
    behind, ended = _behind(ports, call), _ended(ports, call)
    item: Item = {
        "pk": key,
        "sk": "-",
        "variables": json.dumps(_changed(call.input, [*ended, *_known(call.input, behind)]), ensure_ascii=False),
        "waits": [wait["sk"] for wait in behind],
        "expiresAt": int((ports.clock.now() + _REMEMBERED).timestamp()),
    }
    try:
        ports.store.write(Put(tables.MESSAGES, item, when=ABSENT))
    except ConditionFailedError:
        return ports.store.get(tables.MESSAGES, key) or item
    return item


def _behind(ports: Ports, call: MachineCall) -> list[Item]:
    """The wait records of the fork, oldest first: of its states, of this entry, and of this item of a Map."""
    prefixes = tuple(f"wait#{path}@" for path in call.input["waits"])
    since, place = datetime.fromisoformat(call.input["since"]), _place(call.input["before"])
    stopped = _stop_handlers(ports, call, since, place)
    rows = ports.store.query(tables.WAITS, call.context.instance_id, prefix="wait#").items
    mine = [row for row in rows if row["sk"].startswith(prefixes) and _within(row["sk"], place)]
    current = [row for row in mine if "since" not in row or datetime.fromisoformat(row["since"]) >= since]
    handlers = [row for row in rows if row.get("execution") in stopped and row not in current]
    return sorted((*current, *handlers), key=lambda row: (row.get("since", ""), row["sk"]))


def _stop_handlers(ports: Ports, call: MachineCall, since: datetime, place: str) -> set[str]:
    """The executions of the handlers that were open in scopes of the fork."""
    prefixes = tuple(f"{path}@" for path in call.input.get("handlers", ()))
    if not prefixes:
        return set()

    def left(row: Item) -> bool:
        begun = int(row["sk"].partition("@")[2].partition("#")[0])
        return row["sk"].startswith(prefixes) and _within(row["sk"], place) and begun >= since.timestamp() * 1000

    return asides.stop(ports, call.context.instance_id, call.context.execution, left)


def _place(before: Mapping[str, Any]) -> str:
    return str(before.get(RESERVED, {}).get("at", ""))


def _within(sk: str, place: str) -> bool:
    own = sk.partition("@")[2].partition("#")[2]
    return not place or own == place or own.startswith(f"{place}.")


def _ended(ports: Ports, call: MachineCall) -> list[dict[str, Any]]:
    """What instances of multi-instances in the fork changed that have ended, in their order."""
    since, place = datetime.fromisoformat(call.input["since"]), _place(call.input["before"])
    found: list[dict[str, Any]] = []
    for state in call.input.get("ended", ()):
        prefix = f"{state}@"
        rows = ports.store.query(tables.MESSAGES, f"ENDED#{call.context.instance_id}", prefix=prefix).items
        for row in rows:
            entered, _, around = row["sk"].removeprefix(prefix).partition("#")
            if datetime.fromisoformat(entered) >= since and (not place or f"{around}.".startswith(f"{place}.")):
                given = {int(name[2:]): json.loads(value) for name, value in row.items() if name.startswith("c|")}
                found += (given[at].get("changes", {}) for at in sorted(given))
    return found


def _known(given: Mapping[str, Any], behind: list[Item]) -> Iterator[dict[str, Any]]:
    """What the wait records know, but for what is a loop's own."""
    for wait in behind:
        path = wait["sk"].removeprefix("wait#").partition("@")[0]
        own = given.get("own", {}).get(path, ())
        yield {name: value for name, value in json.loads(wait.get("variables") or "{}").items() if name not in own}


def _changed(given: Mapping[str, Any], known: list[dict[str, Any]]) -> dict[str, Any]:
    """Later knowledge wins over earlier, and what was thrown over all."""
    before: Mapping[str, Any] = given["before"]
    changed: dict[str, Any] = {}
    for variables in (*known, given["thrown"]):
        changed |= {n: v for n, v in variables.items() if n != RESERVED and (n not in before or before[n] != v)}
    return changed


def _remove(ports: Ports, instance_id: str, keys: list[str]) -> None:
    """Records whose answer is on its way are settled: what they were to deliver is given back."""
    found = [wait for sk in keys if (wait := ports.store.get(tables.WAITS, instance_id, sk)) is not None]
    for wait in found:
        if "answer" in wait:
            waits.settle_or_leave(ports, wait)
    for at in range(0, len(found), _AT_ONCE):
        part = found[at : at + _AT_ONCE]
        ports.store.write(*(Delete(tables.WAITS, wait["pk"], wait["sk"]) for wait in part))
