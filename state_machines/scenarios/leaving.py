"""`dpc:leave-scope` of docs/records.md: what a fork that is cut off leaves behind, and what was written in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from state_machines import history
from state_machines.scenarios.tables import Row, Tables

Payload = Mapping[str, Any]
Record = dict[str, Any]
History = Callable[[str], Sequence[history.Event]]


def close_handlers(payload: Payload, records: Iterable[tuple[str, Record]]) -> list[Record]:
    """Close the scopes that are left to handlers aside, and those in such handlers. `records`: all, by their keys."""
    rest, closed, stopped = list(records), list[Record](), set[str]()
    while left := [(sk, record) for sk, record in rest if _is_left(payload, sk, stopped)]:
        rest = [row for row in rest if row not in left]
        for sk, record in left:
            record["closed"] = {"N": "1"}
            closed.append({**record, "sk": sk})
        stopped |= _digits(closed)
    return closed


def _digits(records: Iterable[Record]) -> set[str]:
    """What tells apart what open handlers have made, also in the executions for which they go on (`w|`)."""
    found = set[str]()
    for each in records:
        for name in (name[2:] for name, value in each.items() if name[:2] == "h|" and value == {"S": "open"}):
            found |= {name.rpartition("_")[2], *each.get(f"w|{name}", {"S": ""})["S"].split(".")} - {""}
    return found


def _is_left(payload: Payload, sk: str, stopped: set[str]) -> bool:
    """Whether a record is of a scope in the fork, of this entry and of this item of a Map, or in a stopped handler."""
    given = payload["input"]
    state, _, entry = sk.rpartition("@")
    begun, _, place = entry.partition("#")
    current = int(begun) >= round(datetime.fromisoformat(given["since"]).timestamp() * 1000)
    mine = state in given["handlers"] and current and _within(place, history.place_of(given["before"]))
    return mine or not stopped.isdisjoint(place.split("."))


def open_in(payload: Payload, records: Iterable[Record]) -> set[str]:
    """The executions of the handlers that records have as open."""
    around = payload["context"]["execution"].rpartition(":")[0]
    return {f"{around}:{name[2:]}" for each in records for name, value in each.items() if value == {"S": "open"}}


def behind(tables: Tables, payload: Payload, stopped: set[str]) -> list[Row]:
    """The records of the fork's wait points, of this entry and of this item of a Map."""
    given, instance = payload["input"], payload["context"]["instanceId"]
    prefixes, place = tuple(f"wait#{path}@" for path in given["waits"]), history.place_of(given["before"])
    return [
        wait
        for wait in tables.waits()
        if wait.get("execution") in stopped
        or (
            wait["pk"] == instance
            and wait["sk"].startswith(prefixes)
            and wait.get("since", given["since"]) >= given["since"]
            and _within(wait["sk"].partition("@")[2].partition("#")[2], place)
        )
    ]


def written(payload: Payload, of: History, stopped: set[str], records: Iterable[Record] = ()) -> dict[str, Any]:
    """What was written in the fork since it was entered, and is not as it was before. `of`: an execution's history."""
    given, context = payload["input"], payload["context"]
    before, since = given["before"], datetime.fromisoformat(given["since"])
    events, depth = of(context["execution"]), history.depth_of(before)
    parts = [history.part(events, history.entry(events, given["fork"], since, history.place_of(before)), depth)]
    runs, around = [*stopped], context["execution"].rpartition(":")[0]
    own = f"{context['instanceId']}_"
    runs += (f"{around}:{name}" for name in parts[0].runs if name.startswith(own))
    while runs:
        parts.append(history.part(of(runs.pop()), depth=depth))
        runs += (f"{around}:{name}" for name in parts[-1].runs if name.startswith(own))
    for record in records:
        hidden = given["handlers"].get(record["sk"].rpartition("@")[0], ())
        ended = [(name.split("|")[1], json.loads(value["S"])) for name, value in record.items() if name[:2] == "c|"]
        parts.append(history.Part([_write(at, changes, hidden) for at, changes in ended]))
    return history.differing(before, history.merged(parts))


def _write(at: str, changes: Mapping[str, Any], hidden: Sequence[str]) -> history.Write:
    return history.Write(datetime.fromisoformat(at), {n: v for n, v in changes.items() if n not in hidden})


def _within(own: str, place: str) -> bool:
    return not place or f"{own}.".startswith(f"{place}.")
