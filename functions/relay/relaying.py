"""One outbox item to one event on the bus. An event that is not taken fails alone and comes again."""

from datetime import datetime

from functions.runtime.batches import StreamRecord
from functions.runtime.ports import Ports, PublishedEvent


class NotTakenError(Exception):
    """The bus did not take the event."""


def relay(ports: Ports, record: StreamRecord) -> None:
    """Items are only ever inserted; that their time to live removes them is not news."""
    if record.change != "INSERT" or record.new is None:
        return
    item = record.new
    event = PublishedEvent(item["pk"], item["type"], item["detail"], datetime.fromisoformat(item["at"]))
    if ports.bus.publish([event]):
        raise NotTakenError(event.id)
