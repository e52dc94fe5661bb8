"""moto's queues by shorter ways: it counts all messages of a queue at each send and receive, here nobody asks."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from moto.sqs.models import Message as StoredMessage
from moto.sqs.models import Queue, SQSBackend


@dataclass(frozen=True)
class Message:
    """A message in a queue: how often it was received, when it was sent (milliseconds since the epoch)."""

    id: str
    body: str
    receives: int
    sent_ms: int
    place: int
    """It grows along the queue."""


def install(backend: SQSBackend, sent: Callable[[str, str], None]) -> None:
    """Let whoever sends to the queues of this backend (buckets) go the short way; `sent` hears of queue and id."""

    def send_message(queue_name: str, message_body: str, *_: Any, **__: Any) -> StoredMessage:
        message = send(backend.get_queue(queue_name), message_body)
        sent(queue_name, message.id)
        return message

    backend.send_message = send_message  # type: ignore[method-assign]


def send(queue: Queue, body: str, id_: str = "", receives: int = 0) -> StoredMessage:
    """Put a message at the end of a queue."""
    message = StoredMessage(id_ or str(uuid4()), body)
    message.mark_sent()
    message.approximate_receive_count = receives
    message.sequence_number = str(int(queue._messages[-1].sequence_number or 0) + 1 if queue._messages else 0)
    queue._messages.append(message)
    return message


def receive(queue: Queue, most: int, hidden: Container[str]) -> list[Message]:
    """The first messages but the hidden ones (ids); they stay in the queue, one receive older."""
    found = [message for message in queue._messages if message.id not in hidden][:most]
    for message in found:
        message.approximate_receive_count += 1
    return [_message(message) for message in found]


def remove(queue: Queue, message: Message) -> None:
    """Take a message out."""
    del queue._messages[next(at for at, stored in enumerate(queue._messages) if stored.id == message.id)]


def messages(queue: Queue) -> list[Message]:
    """All that are in the queue."""
    return [_message(stored) for stored in queue._messages]


def _message(stored: Any) -> Message:
    sent, place = stored.sent_timestamp or 0, int(stored.sequence_number or 0)
    return Message(stored.id, stored.body, stored.approximate_receive_count, sent, place)
