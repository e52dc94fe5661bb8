"""Broadcasting a signal to all who began to wait for it no later than it was thrown.

the throw (with its event and the instances that it starts)  ->  each who waits is claimed and answered; after a crash
the table's stream goes on where it ended. The throw is kept for a short while: who began to wait before it and was
written after it hears it through the stream. A record tells that a state of an instance has heard a throw: watchers
wait again and again since the same moment, and loops may come back before the clocks have gone on.
"""

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from contract import events, tables
from contract.shapes.instances import BroadcastSignal, SignalResult
from functions.correlation.keys import (
    SUBSCRIPTION,
    THROW,
    heard_partition,
    signal_partition,
    signal_starts_partition,
)
from functions.correlation.matching import forget, open_wait
from functions.runtime import registry, starting, variables, waits
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.records import ABSENT, ConditionFailedError, Delete, Item, Put

MAX_STARTED = 40
"""Processes that one signal starts."""
_KEPT = timedelta(minutes=5)
"""How long a machine may take from the entry of a state to its record; then nobody is looked for any more."""


def broadcast(ports: Ports, call: Call) -> SignalResult:
    """POST /signals. The answer names all who waited for it when it was thrown, and what it started."""
    return throw(ports, call, at=ports.clock.now().isoformat(), throw_id=ports.ids.new())


def throw(ports: Ports, call: Call, *, at: str, throw_id: str) -> SignalResult:
    """A signal thrown at a moment (ISO 8601). The same id again throws nothing more, but goes on with what is left."""
    given: BroadcastSignal = call.body
    variables.check_given(given.variables, limit=waits.MAX_VARIABLES)
    thrown: Item = {
        "pk": signal_partition(given.name),
        "sk": throw_key(at, throw_id),
        "at": _moment(at),
        "variables": variables.dump(given.variables),
        "expiresAt": int((ports.clock.now() + _KEPT).timestamp()),
    }
    heard = _waiting(ports, thrown)
    started = _starts(ports, call, given, {subscription["processId"] for subscription in heard})
    reached = [subscription["instanceId"] for subscription in heard]
    result = SignalResult(instances=[*dict.fromkeys(reached), *(instance["pk"] for instance in started)])
    call.unit.add(Put(tables.MESSAGES, thrown, when=ABSENT))
    call.unit.emit(events.MESSAGE_PUBLISHED, {"name": given.name, "signal": True, "instances": result.instances})
    try:
        call.commit(result)
    except ConditionFailedError:
        started = []  # thrown before; the event's consumer starts what was to be started
    for instance in started:
        starting.launch(ports, instance)
    deliver(ports, thrown)
    return result


def throw_key(at: str, throw_id: str) -> str:
    """The sort key of a throw."""
    return f"{THROW}{_moment(at)}#{throw_id}"


def _moment(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(UTC).isoformat(timespec="microseconds")


def deliver(ports: Ports, thrown: Item) -> None:
    """Hand a throw to all who wait for it. Safe to repeat."""
    for subscription in _waiting(ports, thrown):
        _hand_over(ports, thrown, subscription)


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
    return datetime.fromisoformat(subscription["since"]) <= datetime.fromisoformat(thrown["at"])


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


def _starts(ports: Ports, call: Call, given: BroadcastSignal, waiting: Collection[str]) -> list[Item]:
    """What a signal starts: nothing where it is one of several that must come together, and is waited for already."""
    triggers = ports.store.query(tables.MESSAGES, signal_starts_partition(given.name), limit=MAX_STARTED).items
    return [
        starting.request(
            ports,
            call.unit,
            registry.process(ports, trigger["sk"], int(trigger["version"])),
            variables=given.variables,
            initiator=call.caller.user,
            start=trigger.get("start", ""),
        )
        for trigger in triggers
        if not (trigger.get("together") and trigger["sk"] in waiting)
    ]
