"""The `Bus` over EventBridge."""

from collections.abc import Iterator, Sequence

from contract.events import SOURCE
from functions.runtime.aws.clients import Clients
from functions.runtime.aws.names import Names
from functions.runtime.ports import PublishedEvent

_MAX_ENTRIES = 10
_MAX_BYTES = 240_000
"""PutEvents takes 256 KB in all; detail-type, source and time count too."""


class EventBridgeBus:
    """`Bus` on EventBridge."""

    def __init__(self, clients: Clients, names: Names) -> None:
        self._clients, self._names = clients, names

    def publish(self, events: Sequence[PublishedEvent]) -> tuple[str, ...]:
        """Put the events on the bus; answers the ids of those that were not taken."""
        return tuple(id_ for chunk in _chunks(events) for id_ in self._refused(chunk))

    def _refused(self, chunk: Sequence[PublishedEvent]) -> Iterator[str]:
        answer = self._clients.events.put_events(
            Entries=[
                {
                    "EventBusName": self._names.bus,
                    "Source": SOURCE,
                    "DetailType": event.name,
                    "Detail": event.detail,
                    "Time": event.at,
                }
                for event in chunk
            ]
        )
        for event, entry in zip(chunk, answer["Entries"], strict=True):
            if entry.get("ErrorCode"):
                yield event.id


def _chunks(events: Sequence[PublishedEvent]) -> Iterator[Sequence[PublishedEvent]]:
    chunk: list[PublishedEvent] = []
    size = 0
    for event in events:
        bytes_ = len(event.detail.encode())
        if chunk and (len(chunk) == _MAX_ENTRIES or size + bytes_ > _MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(event)
        size += bytes_
    if chunk:
        yield chunk
