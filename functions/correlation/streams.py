"""The safety net: each change of the waits and of the messages is looked at from the other side."""

import json

from contract import tables
from functions.correlation.keys import MESSAGE, SUBSCRIPTION, THROW, subscription_partition
from functions.correlation.matching import match
from functions.correlation.signals import deliver
from functions.runtime import waits
from functions.runtime.batches import StreamRecord
from functions.runtime.ports import Ports
from functions.runtime.records import Delete, Item


def on_message_change(ports: Ports, record: StreamRecord) -> None:
    """A new subscription or a new message: whichever was written second finds the first. A throw is carried on."""
    if record.change != "INSERT" or record.new is None:
        return
    pk, sk = record.new["pk"], record.new["sk"]
    if pk.startswith("MESSAGE#") and sk.startswith((SUBSCRIPTION, MESSAGE)):
        match(ports, pk)
    elif sk.startswith(THROW) and (throw := ports.store.get(tables.MESSAGES, pk, sk)) is not None:
        deliver(ports, throw)


def on_wait_change(ports: Ports, record: StreamRecord) -> None:
    """A wait that was claimed is settled if it still is there; a wait that is gone takes its subscriptions along."""
    if record.change == "REMOVE" and record.old is not None:
        _unsubscribe(ports, record.old)
    elif record.new is not None and "answer" in record.new:
        wait = ports.store.get(tables.WAITS, record.new["pk"], record.new["sk"])
        if wait is not None and "answer" in wait:
            waits.settle(ports, wait)


def _unsubscribe(ports: Ports, wait: Item) -> None:
    for event in json.loads(wait.get("events") or "[]"):
        pk = subscription_partition(wait, event)
        mine = f"{SUBSCRIPTION}{wait['since']}#{wait['pk']}#"
        for row in ports.store.query(tables.MESSAGES, pk, prefix=mine).items:
            if row["waitSk"] == wait["sk"]:
                ports.store.write(Delete(tables.MESSAGES, row["pk"], row["sk"]))
