"""What was written in scopes: in those that are left early, whose rest is removed, and in those that go on."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from contract import tables
from functions.runtime import asides, waits
from functions.runtime.machine_calls import ConnectorUnavailable, MachineCall
from functions.runtime.ports import ExecutionGoneError, Ports
from functions.runtime.records import ABSENT, ConditionFailedError, Item, Put
from state_machines import history

_REMEMBERED = timedelta(days=7)


def leave(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """`dpc:leave-scope` (docs/records.md): `{"variables": {...}}`, what was written in the fork, as it was last.

    Repeating it gives the same answer: the answer is kept before anything is removed.
    """
    kept = _kept(ports, call)
    _remove(ports, call.context.instance_id, kept["waits"])
    return {"variables": json.loads(kept["variables"])}


def read(ports: Ports, call: MachineCall) -> dict[str, Any]:
    """`dpc:read-scope` (docs/records.md): `{"variables": {...}}`, what has been written in the fork until now.

    Raises `ConnectorUnavailable` while the history does not tell of the state that asks: it is too old.
    """
    given, since = call.input, datetime.fromisoformat(call.input["since"])
    place = history.place_of(given["before"])
    events = ports.machines.history(call.context.execution, since=since)
    if not history.entries(events, call.context.state, call.context.entered_at, place):
        raise ConnectorUnavailable(f"The history does not tell yet of {call.context.state}.")
    first = history.entry(events, given["fork"], since, place)
    if not first:  # the state is in a part of a loop, or among instances, that go on elsewhere
        events = ports.machines.history(given["execution"], since=since)
        first = history.entry(events, given["fork"], since, place)
    inside = history.part(events, first, history.depth_of(given["before"]))
    rows = asides.records(ports, call.context.instance_id) if given["handlers"] else ()
    return {"variables": _changed(ports, call, inside, [row for row in rows if _is_of(call, row)])}


def _kept(ports: Ports, call: MachineCall) -> Item:
    key = f"LEFT#{call.context.effect}"
    if (earlier := ports.store.get(tables.MESSAGES, key)) is not None:
        return earlier
    handlers = _stop_handlers(ports, call)
    item: Item = {
        "pk": key,
        "sk": "-",
        "variables": json.dumps(_written(ports, call, handlers), ensure_ascii=False),
        "waits": [wait["sk"] for wait in _behind(ports, call, handlers)],
        "expiresAt": int((ports.clock.now() + _REMEMBERED).timestamp()),
    }
    try:
        ports.store.write(Put(tables.MESSAGES, item, when=ABSENT))
    except ConditionFailedError:
        return ports.store.get(tables.MESSAGES, key) or item
    return item


def _behind(ports: Ports, call: MachineCall, handlers: list[Item]) -> Iterator[Item]:
    """The wait records of the fork: of its states, of this entry, and of this item of a Map; and of its handlers."""
    prefixes = tuple(f"wait#{path}@" for path in call.input["waits"])
    since, place = datetime.fromisoformat(call.input["since"]), history.place_of(call.input["before"])
    stopped = {each for record in handlers for each in asides.open_in(record, call.context.execution)}
    for row in ports.store.query(tables.WAITS, call.context.instance_id, prefix="wait#").items:
        mine = row["sk"].startswith(prefixes) and _within(row["sk"], place)
        current = "since" not in row or datetime.fromisoformat(row["since"]) >= since
        if (mine and current) or row.get("execution") in stopped:
            yield row


def _stop_handlers(ports: Ports, call: MachineCall) -> list[Item]:
    """The records of the handlers in scopes of the fork, closed; those that were open are stopped."""
    if not call.input["handlers"]:
        return []
    return asides.stop(ports, call.context.instance_id, call.context.execution, partial(_is_of, call))


def _is_of(call: MachineCall, row: Item) -> bool:
    """Whether handlers are of a scope in the fork, of this entry and of this item of a Map."""
    since, place = datetime.fromisoformat(call.input["since"]), history.place_of(call.input["before"])
    begun = int(row["sk"].partition("@")[2].partition("#")[0])
    mine = _scope_of(call, row) is not None and _within(row["sk"], place)
    return mine and begun >= since.timestamp() * 1000


def _scope_of(call: MachineCall, row: Item) -> Sequence[str] | None:
    """What is known in a scope of the fork alone whose handlers a record counts; None: it is of none of them.

    `handlers` tells of scopes by their path, or by the whole beginning of the record's key.
    """
    state = row["sk"].partition("@")[0]
    handlers: dict[str, Sequence[str]] = call.input["handlers"]
    return handlers.get(state, handlers.get(state.rpartition("/")[0]))


def _within(sk: str, place: str) -> bool:
    own = sk.partition("@")[2].partition("#")[2]
    return not place or own == place or own.startswith(f"{place}.")


def _written(ports: Ports, call: MachineCall, handlers: Iterable[Item]) -> dict[str, Any]:
    """What was written in the fork since it was entered, and not as it was before.

    Raises `ConnectorUnavailable` while the history does not tell how the fork was left.
    """
    before, since = call.input["before"], datetime.fromisoformat(call.input["since"])
    events = ports.machines.history(call.context.execution, since=since)
    first = history.entry(events, call.input["fork"], since, history.place_of(before))
    inside = history.part(events, first, history.depth_of(before))
    if not first or not inside.complete:
        raise ConnectorUnavailable(f"The history does not tell yet how {call.input['fork']} was left.")
    return _changed(ports, call, inside, handlers)


def _changed(ports: Ports, call: MachineCall, inside: history.Part, handlers: Iterable[Item]) -> dict[str, Any]:
    """What was written in the fork, in what it has run elsewhere and by its handlers, and is not as it was before."""
    before, around = call.input["before"], call.context.execution.rpartition(":")[0]
    parts, runs = [inside], [name for name in inside.runs if name.startswith(f"{call.context.instance_id}_")]
    for record in handlers:
        runs += (name[2:] for name, value in record.items() if name.startswith("h|") and value == "open")
        parts.append(history.Part(list(_by_handlers(record, _scope_of(call, record) or ()))))
    while runs:
        parts.append(history.part(_whole(ports, f"{around}:{runs.pop()}"), depth=history.depth_of(before)))
        runs += (name for name in parts[-1].runs if name.startswith(f"{call.context.instance_id}_"))
    return history.differing(before, history.merged(parts))


def _whole(ports: Ports, execution: str) -> Sequence[history.Event]:
    try:
        return ports.machines.history(execution)
    except ExecutionGoneError:
        return ()


def _by_handlers(record: Item, own: Sequence[str]) -> Iterator[history.Write]:
    """What handlers that have ended have changed; `own` is known in their scope alone."""
    for name, value in record.items():
        if name.startswith(("c|", "t|")):
            changed = history.given_by_handler(json.loads(value))
            wrote = {n: v for n, v in changed.items() if n not in own}
            yield history.Write(datetime.fromisoformat(name.split("|")[1]), wrote)


def _remove(ports: Ports, instance_id: str, keys: list[str]) -> None:
    """Records whose answer is on its way are settled: what they were to deliver is given back."""
    found = [wait for sk in keys if (wait := ports.store.get(tables.WAITS, instance_id, sk)) is not None]
    for wait in found:
        if "answer" in wait:
            waits.settle_or_leave(ports, wait)
    waits.remove_all(ports, found)
