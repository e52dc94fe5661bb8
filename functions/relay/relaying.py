"""Outbox items to events on the bus, as many at once as the bus takes. What it refuses comes again."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from functions.runtime.batches import StreamRecord
from functions.runtime.observability import EVENTS, count
from functions.runtime.ports import Ports, PublishedEvent
from functions.runtime.records import Item


def relay(ports: Ports, records: Sequence[StreamRecord]) -> Collection[str]:
    """The ids of the records whose events were not taken. That an item's time to live removes it is not news."""
    written = {r.new["pk"]: (r.id, r.new) for r in records if r.change == "INSERT" and r.new is not None}
    refused = ports.bus.publish([_event(item) for _, item in written.values()])
    for kind, times in Counter(item["type"] for pk, (_, item) in written.items() if pk not in refused).items():
        count(EVENTS, times, type=kind)
    return {written[event_id][0] for event_id in refused}


def _event(item: Item) -> PublishedEvent:
    return PublishedEvent(item["pk"], item["type"], item["detail"], datetime.fromisoformat(item["at"]))
