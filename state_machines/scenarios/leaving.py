"""`dpc:leave-scope` and `dpc:read-scope` of docs/records.md: what a fork leaves behind, and what was written in it."""

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
    return _is_of(payload, sk) or not stopped.isdisjoint(sk.rpartition("@")[2].partition("#")[2].split("."))


def _is_of(payload: Payload, sk: str) -> bool:
    given = payload["input"]
    begun, _, place = sk.rpartition("@")[2].partition("#")
    current = int(begun) >= round(datetime.fromisoformat(given["since"]).timestamp() * 1000)
    return _scope_of(given, sk) is not None and current and _within(place, history.place_of(given["before"]))


def _scope_of(given: Mapping[str, Any], sk: str) -> Sequence[str] | None:
    """What is known alone in a scope of the fork that a record is of; None: it is of none of them."""
    state = sk.rpartition("@")[0]
    own: Sequence[str] | None = given["handlers"].get(state, given["handlers"].get(state.rpartition("/")[0]))
    return own


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
    events, first = _entry(payload, of, payload["context"]["execution"])
    return _changed(payload, of, (events, first), stopped, records)


def read(payload: Payload, of: History, records: Iterable[tuple[str, Record]]) -> dict[str, Any]:
    """What has been written in the fork until now. `records`: all handlers' of the instance, by their keys."""
    found = [{**record, "sk": sk} for sk, record in records if _is_of(payload, sk)]
    events, first = _entry(payload, of, payload["context"]["execution"])
    if not first:  # the state is in a part of a loop, or among instances, that go on elsewhere
        events, first = _entry(payload, of, payload["input"]["execution"])
    return _changed(payload, of, (events, first), open_in(payload, found), found)


def _entry(payload: Payload, of: History, execution: str) -> tuple[Sequence[history.Event], int]:
    """An execution's history, and the event in it by which the fork was entered."""
    given, events = payload["input"], of(execution)
    since, place = datetime.fromisoformat(given["since"]), history.place_of(given["before"])
    return events, history.entry(events, given["fork"], since, place)


def _changed(
    payload: Payload,
    of: History,
    fork: tuple[Sequence[history.Event], int],
    others: set[str],
    records: Iterable[Record],
) -> dict[str, Any]:
    """`others`: executions of open handlers."""
    given, context = payload["input"], payload["context"]
    before, depth = given["before"], history.depth_of(given["before"])
    parts, own = [history.part(*fork, depth)], f"{context['instanceId']}_"
    runs, around = [*others], context["execution"].rpartition(":")[0]
    runs += (f"{around}:{name}" for name in parts[0].runs if name.startswith(own))
    while runs:
        parts.append(history.part(of(runs.pop()), depth=depth))
        runs += (f"{around}:{name}" for name in parts[-1].runs if name.startswith(own))
    for record in records:
        hidden = _scope_of(given, record["sk"]) or ()
        ended = [(name.split("|")[1], json.loads(v["S"])) for name, v in record.items() if name[:2] in ("c|", "t|")]
        parts.append(history.Part([_write(at, history.given_by_handler(told), hidden) for at, told in ended]))
    return history.differing(before, history.merged(parts))


def _write(at: str, changes: Mapping[str, Any], hidden: Sequence[str]) -> history.Write:
    return history.Write(datetime.fromisoformat(at), {n: v for n, v in changes.items() if n not in hidden})


def _within(own: str, place: str) -> bool:
    return not place or f"{own}.".startswith(f"{place}.")
