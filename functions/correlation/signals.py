"""Broadcasting a signal to all who began to wait for it no later than it was thrown.

the throw (with its event, and what it starts)  ->  what it starts, some at a time  ->  each who waits is claimed and
answered; after a crash the table's stream goes on where it ended. The throw is kept for a short while: who began to
wait before it and was written after it hears it through the stream. A record tells that a state of an instance has
heard a throw: watchers wait again and again since the same moment, and loops may come back before the clocks have gone
on. What comes from outside is `delivered` when all have been answered: who begins to wait in its very moment, but is
written later, may do so because of it, and does not hear it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from contract import errors, events, tables
from contract.shapes.instances import BroadcastSignal, SignalResult
from functions.correlation.keys import (
    SUBSCRIPTION,
    THROW,
    heard_partition,
    signal_partition,
    signal_starts_partition,
)
from functions.correlation.matching import forget, open_wait
from functions.runtime import held, registry, starting, variables, waits
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import ABSENT, PRESENT, ConditionFailedError, Delete, Item, Put, Update
from functions.runtime.unit import Unit

_AT_ONCE = 40
_BYTES_AT_ONCE = 3_000_000
"""What is started in one transaction: it has at most 100 items and 4 MB."""
MAX_STARTED = 1_000
"""Processes that one signal starts: its item names them all."""
_KEPT = timedelta(minutes=5)
"""How long a machine may take from the entry of a state to its record; then nobody is looked for any more."""


def broadcast(ports: Ports, call: Call) -> SignalResult:
    """POST /signals. The answer names all who waited for it when it was thrown, and what it started."""
    return throw(ports, call, at=ports.clock.now().isoformat(), throw_id=ports.ids.new(), outside=True)


def throw(ports: Ports, call: Call, *, at: str, throw_id: str, outside: bool = False) -> SignalResult:
    """A signal thrown at a moment (ISO 8601). The same id again throws nothing more, but goes on with what is left."""
    given: BroadcastSignal = call.body
    taken = variables.take_in(ports, held.MESSAGES, given.variables, limit=waits.MAX_VARIABLES)
    given = given.model_copy(update={"variables": taken})
    thrown: Item = {
        "pk": signal_partition(given.name),
        "sk": throw_key(at, throw_id),
        "at": _moment(at),
        "variables": variables.dump(given.variables),
        "expiresAt": int((ports.clock.now() + _KEPT).timestamp()),
    }
    heard = _waiting(ports, thrown)
    starts = _starts(ports, given, {subscription["processId"] for subscription in heard})
    thrown |= {"starts": json.dumps(starts), "by": call.caller.user, "outside": outside}
    call.unit.add(Put(tables.MESSAGES, thrown, when=ABSENT))
    reached = [subscription["instanceId"] for subscription in heard]
    result = SignalResult(instances=[*dict.fromkeys(reached), *(start["instance"] for start in starts)])
    call.unit.emit(events.MESSAGE_PUBLISHED, {"name": given.name, "signal": True, "instances": result.instances})
    try:
        call.commit(result)
    except ConditionFailedError:  # thrown before
        thrown = ports.store.get(tables.MESSAGES, thrown["pk"], thrown["sk"]) or thrown
    deliver(ports, thrown)
    return result


def throw_key(at: str, throw_id: str) -> str:
    """The sort key of a throw."""
    return f"{THROW}{_moment(at)}#{throw_id}"


def _moment(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(UTC).isoformat(timespec="microseconds")


def deliver(ports: Ports, thrown: Item) -> None:
    """Start what a throw starts, and hand it to all who wait for it. Safe to repeat."""
    starts = json.loads(thrown.get("starts", "[]"))
    many = max(1, min(_AT_ONCE, _BYTES_AT_ONCE // (len(thrown["variables"].encode()) + 2_000)))
    for at in range(0, len(starts), many):
        _start(ports, thrown, starts[at : at + many])
    for subscription in _waiting(ports, thrown):
        _hand_over(ports, thrown, subscription)
    if thrown.get("outside") and not thrown.get("delivered"):
        done = Update(tables.MESSAGES, thrown["pk"], thrown["sk"], {"delivered": True}, when=PRESENT)
        with suppress(ConditionFailedError):  # long ago
            ports.store.write(done)


def catch_up(ports: Ports, subscription: Item) -> None:
    """Hand a new subscription the signals that were thrown after its wait began, and before it was written."""
    now = ports.clock.now().timestamp()
    for thrown in ports.store.query(tables.MESSAGES, subscription["pk"], prefix=THROW).items:
        if thrown["expiresAt"] > now and _before(subscription, thrown):
            _hand_over(ports, thrown, subscription)


def _waiting(ports: Ports, thrown: Item) -> list[Item]:
    rows = ports.store.query(tables.MESSAGES, thrown["pk"], prefix=SUBSCRIPTION).items
    return [row for row in rows if _before(row, thrown)]


def _before(subscription: Item, thrown: Item) -> bool:
    began, at = datetime.fromisoformat(subscription["since"]), datetime.fromisoformat(thrown["at"])
    return began < at or (began == at and not thrown.get("delivered"))


def _hand_over(ports: Ports, thrown: Item, subscription: Item) -> None:
    wait = open_wait(ports, subscription)
    if wait is None:
        forget(ports, subscription)
        return
    claim = waits.claim(
        wait, event=subscription["event"], variables=json.loads(thrown["variables"]), claim_id=ports.ids.new()
    )
    gone = Delete(tables.MESSAGES, subscription["pk"], subscription["sk"])
    heard = {"pk": heard_partition(thrown), "sk": _listener(wait), "expiresAt": thrown["expiresAt"]}
    try:
        ports.store.write(claim.write, gone, Put(tables.MESSAGES, heard, when=ABSENT))
    except ConditionFailedError:
        return  # something else has just ended the wait, or it has heard the throw already
    waits.settle_or_leave(ports, claim.wait)


def _listener(wait: Item) -> str:
    """Who waits: the state of the instance, whenever it was entered, and its place in a multi-instance."""
    path, _, entry = wait["sk"].partition("@")
    return f"{wait['pk']}#{path}#{entry.partition('#')[2]}"


def _starts(ports: Ports, given: BroadcastSignal, waiting: Collection[str]) -> list[dict[str, Any]]:
    """What a signal starts: nothing where it is one of several that must come together, and is waited for already."""
    triggers = ports.store.query(tables.MESSAGES, signal_starts_partition(given.name)).items
    found = [each for each in triggers if not (each.get("together") and each["sk"] in waiting)]
    if len(found) > MAX_STARTED:
        raise ProblemError(errors.TOO_LARGE, f"The signal would start {len(found)} processes; at most {MAX_STARTED}.")
    return [_start_of(ports, trigger) for trigger in found]


def _start_of(ports: Ports, trigger: Item) -> dict[str, Any]:
    process = registry.process(ports, trigger["sk"], int(trigger["version"]))
    about = {name: process[name] for name in ("id", "machine", "retiredAt") if name in process}
    version = {"version": int(process["version"])}
    return {"process": about | version, "start": trigger.get("start", ""), "instance": ports.ids.new()}


def _start(ports: Ports, thrown: Item, starts: Sequence[Mapping[str, Any]]) -> None:
    """Some of what a throw starts, in one transaction; where it was done before, the event's consumer launches it."""
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant)
    given = json.loads(thrown["variables"])
    begun = [
        starting.request(
            ports,
            unit,
            each["process"],
            variables=given,
            initiator=thrown["by"],
            start=each["start"],
            instance_id=each["instance"],
        )
        for each in starts
    ]
    with suppress(ConditionFailedError):
        unit.commit()
        for instance in begun:
            starting.launch(ports, instance)
