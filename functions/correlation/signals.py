"""Broadcasting a signal to all who began to wait for it no later than it was thrown.

the throw (with its event and the instances that it starts)  ->  each who waits is claimed and answered  ->  the throw
is deleted; after a crash the table's stream goes on where it ended. Who was claimed has no subscription any more, so
that nobody hears a signal twice.
"""

import json
from datetime import datetime, timedelta

from contract import events, tables
from contract.shapes.instances import BroadcastSignal, SignalResult
from functions.correlation.keys import SUBSCRIPTION, THROW, signal_partition, signal_starts_partition
from functions.correlation.matching import open_wait
from functions.runtime import registry, starting, variables, waits
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.records import ConditionFailedError, Delete, Item, Put

MAX_STARTED = 40
"""Processes that one signal starts."""
_KEPT = timedelta(days=7)


def broadcast(ports: Ports, call: Call) -> SignalResult:
    """POST /signals. The answer names all who waited for it when it was thrown, and what it started."""
    given: BroadcastSignal = call.body
    variables.check_given(given.variables, limit=waits.MAX_VARIABLES)
    now = ports.clock.now()
    throw: Item = {
        "pk": signal_partition(given.name),
        "sk": f"{THROW}{now.isoformat(timespec='microseconds')}#{ports.ids.new()}",
        "at": now.isoformat(),
        "variables": variables.dump(given.variables),
        "expiresAt": int((now + _KEPT).timestamp()),
    }
    started = _starts(ports, call, given)
    reached = [subscription["instanceId"] for subscription in _waiting(ports, throw)]
    result = SignalResult(instances=[*dict.fromkeys(reached), *(instance["pk"] for instance in started)])
    call.unit.add(Put(tables.MESSAGES, throw))
    call.unit.emit(events.MESSAGE_PUBLISHED, {"name": given.name, "signal": True, "instances": result.instances})
    call.commit(result)
    for instance in started:
        starting.launch(ports, instance)
    deliver(ports, throw)
    return result


def deliver(ports: Ports, throw: Item) -> None:
    """Hand a throw to all who wait for it, then forget it. Safe to repeat."""
    for subscription in _waiting(ports, throw):
        _hand_over(ports, throw, subscription)
    ports.store.write(Delete(tables.MESSAGES, throw["pk"], throw["sk"]))


def _waiting(ports: Ports, throw: Item) -> list[Item]:
    rows = ports.store.query(tables.MESSAGES, throw["pk"], prefix=SUBSCRIPTION).items
    at = datetime.fromisoformat(throw["at"])
    return [row for row in rows if datetime.fromisoformat(row["since"]) <= at]


def _hand_over(ports: Ports, throw: Item, subscription: Item) -> None:
    gone = Delete(tables.MESSAGES, subscription["pk"], subscription["sk"])
    wait = open_wait(ports, subscription)
    if wait is None:
        ports.store.write(gone)
        return
    claim = waits.claim(
        wait, event=subscription["event"], variables=json.loads(throw["variables"]), claim_id=ports.ids.new()
    )
    try:
        ports.store.write(claim.write, gone)
    except ConditionFailedError:
        return  # something else has just ended the wait
    waits.settle_or_leave(ports, claim.wait)


def _starts(ports: Ports, call: Call, given: BroadcastSignal) -> list[Item]:
    triggers = ports.store.query(tables.MESSAGES, signal_starts_partition(given.name), limit=MAX_STARTED).items
    return [
        starting.request(
            ports,
            call.unit,
            registry.process(ports, trigger["sk"], int(trigger["version"])),
            variables=given.variables,
            initiator=call.caller.user,
        )
        for trigger in triggers
    ]
