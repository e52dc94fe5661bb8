"""The safety net: each change of the waits and of the messages is looked at from the other side."""

import json
from contextlib import suppress

from contract import tables
from functions.correlation import conditions, message_starts, timer_starts
from functions.correlation.keys import MESSAGE, STARTED, SUBSCRIPTION, THROW, TIMER_STARTS, subscription_partition
from functions.correlation.matching import forget, match
from functions.correlation.publishing import deliver as deliver_message
from functions.correlation.signals import catch_up, deliver
from functions.runtime import starting, waits
from functions.runtime.batches import StreamRecord
from functions.runtime.ports import Ports
from functions.runtime.records import Item


def on_message_change(ports: Ports, record: StreamRecord) -> None:
    """A new subscription, a new message or one given back: what was written second finds the first. A throw goes on.

    What was written of variables reaches those who wait for it; where an instance was alone, the next one starts.
    """
    if (record.new or record.old or {"pk": ""})["pk"].startswith(TIMER_STARTS):
        timer_starts.on_change(ports, record)
        return
    if record.new is not None and conditions.concerns(record.new):
        conditions.on_change(ports, record.new)
        return
    if record.new is None:
        return
    pk, sk = record.new["pk"], record.new["sk"]
    if pk.startswith("MESSAGE#") and sk.startswith(SUBSCRIPTION):
        match(ports, pk)
    elif pk.startswith("MESSAGE#") and sk.startswith(MESSAGE):
        deliver_message(ports, record.new)
    elif pk.startswith(STARTED) and sk.startswith(starting.ENDED):
        message_starts.on_end(ports, record.new)
    elif sk.startswith(THROW) and (thrown := ports.store.get(tables.MESSAGES, pk, sk)) is not None:
        deliver(ports, thrown)
    elif pk.startswith("SIGNAL#") and (subscription := ports.store.get(tables.MESSAGES, pk, sk)) is not None:
        catch_up(ports, subscription)


def on_wait_change(ports: Ports, record: StreamRecord) -> None:
    """A wait that was claimed is settled if it still is there; a wait that is gone takes its subscriptions along.

    A watcher whose body has ended is told so.
    """
    if record.change == "REMOVE" and record.old is not None:
        _unsubscribe(ports, record.old)
        if waits.CLOSED in record.old and "answer" in record.old:
            _settle_replaced(ports, record.old)
    elif record.new is not None and "answer" in record.new:
        _settle_claimed(ports, record.new)
    elif record.new is not None and "closed" in record.new and record.new.get("token"):
        waits.close(ports, record.new)


def _settle_claimed(ports: Ports, claimed: Item) -> None:
    """What its claimer has not settled; also where a machine has overwritten the record, by trying a second time."""
    wait = ports.store.get(tables.WAITS, claimed["pk"], claimed["sk"])
    if wait is None:
        return
    if "answer" in wait:
        _settle(ports, wait)
    if wait.get("answer") != claimed["answer"]:
        _settle_replaced(ports, claimed)


def _settle_replaced(ports: Ports, claimed: Item) -> None:
    """The message of a claim whose record is another's or gone by now, unless it is known what became of it."""
    if "message" in claimed and not waits.is_settled(ports, claimed):
        _settle(ports, claimed)


def _settle(ports: Ports, wait: Item) -> None:
    """What goes on in another execution is told again when that takes the record over."""
    with suppress(waits.MovingError):
        waits.settle(ports, wait)


def _unsubscribe(ports: Ports, wait: Item) -> None:
    for event in json.loads(wait.get("events") or "[]"):
        pk = subscription_partition(wait, event)
        mine = f"{SUBSCRIPTION}{wait.get('began', wait['since'])}#{wait['pk']}#"
        for row in ports.store.query(tables.MESSAGES, pk, prefix=mine).items:
            if row["waitSk"] == wait["sk"] and row["token"] == wait["token"]:
                forget(ports, row)
