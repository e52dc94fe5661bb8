"""Conditional events: whoever waits for variables is told what was written since it knew them (docs/records.md).

A machine evaluates its conditions itself; what is written here wakes it. The record holds of each variable the value,
the number of its writing, and the events whose conditions the writer has evaluated already.
"""

import json
from typing import Any

from contract import tables
from functions.correlation.keys import SUBSCRIPTION, VARIABLES
from functions.correlation.matching import forget, open_wait
from functions.runtime import waits
from functions.runtime.ports import Ports
from functions.runtime.records import NO_SORT, ConditionFailedError, Delete, Item
from functions.runtime.variables import RESERVED


def on_change(ports: Ports, row: Item) -> None:
    """A new or changed item of a variables partition: something was written, or somebody begins to wait.

    What was written is handed over as it was then: each who waits hears each writing, unless it knows a later one.
    """
    if row["sk"] == NO_SORT:
        for subscription in ports.store.query(tables.MESSAGES, row["pk"], prefix=SUBSCRIPTION).items:
            _hand_over(ports, row, subscription)
        return
    record = ports.store.get(tables.MESSAGES, row["pk"], NO_SORT)
    waiting = ports.store.get(tables.MESSAGES, row["pk"], row["sk"])
    if record is not None and waiting is not None:
        _hand_over(ports, record, waiting)


def concerns(row: Item) -> bool:
    """Whether an item of the messages table is of a variables partition."""
    return str(row["pk"]).startswith(VARIABLES)


def _hand_over(ports: Ports, record: Item, subscription: Item) -> None:
    seen = int(subscription["seen"])
    news = [name for name in json.loads(subscription["reads"]) if int(record.get(f"n|{name}", 0)) > seen]
    if not news:
        return
    wait = open_wait(ports, subscription)
    if wait is None:
        forget(ports, subscription)
        return
    told = {"at": str(record["total"]), "by": {name: record[f"b|{name}"] for name in news}}
    given: dict[str, Any] = {name: json.loads(record[f"v|{name}"]) for name in news}
    given[RESERVED] = told
    claim = waits.claim(wait, event=subscription["event"], variables=given, claim_id=ports.ids.new())
    try:
        ports.store.write(claim.write, Delete(tables.MESSAGES, subscription["pk"], subscription["sk"]))
    except ConditionFailedError:
        return  # something else has just ended the wait
    waits.settle_or_leave(ports, claim.wait)
