"""Instances that messages start: at most one by each message, of the first process that it starts.

In models drawn for Camunda 8 one instance of a process is active per correlation key ("the message is not correlated
and no new instance is created. If the message has a time-to-live > 0, it is buffered", its manual, message events): a
record names it. A message that comes meanwhile waits as any that nobody takes, and says what it is to start:

published, the key is taken -> kept; the instance ends (a note in its transaction) -> the stream -> the next

Who is written second finds the first: the note finds the message, or the message's stream an instance that has ended.
"""

import json
from contextlib import suppress
from dataclasses import dataclass

from contract import tables
from contract.shapes.instances import PublishMessage
from functions.correlation.keys import MESSAGE, message_partition, started_partition, starts_partition
from functions.runtime import messages, registry, starting
from functions.runtime.ports import Ports
from functions.runtime.records import (
    ABSENT,
    NO_SORT,
    PRESENT,
    Condition,
    ConditionFailedError,
    ContentionError,
    Delete,
    Item,
    Put,
)
from functions.runtime.unit import Unit

_TRIES = 10


@dataclass(frozen=True)
class Turn:
    """Whether a key is taken. `record`: what names the instance that has started last; None: there is none."""

    pk: str
    record: Item | None
    free: bool

    @property
    def unchanged(self) -> Condition:
        """That nobody else has taken it since it was read."""
        return ABSENT if self.record is None else Condition(equals={"instanceId": self.record["instanceId"]})


def trigger(ports: Ports, name: str) -> Item | None:
    """What a message with this name starts."""
    found = ports.store.query(tables.MESSAGES, starts_partition(name), limit=1).items
    return found[0] if found else None


def to_start(found: Item, message: Item, given: PublishMessage, by: str) -> Item:
    """A message as it is kept until it can start an instance of the process of a trigger."""
    return {**message, "processId": found["sk"], "name": given.name, "key": given.correlation_key, "by": by}


def begin(ports: Ports, unit: Unit, found: Item, message: Item) -> Item | None:
    """Add the instance that a message starts (`to_start`) to the unit. None: the key is taken, or waited for."""
    process_id, key = found["sk"], message["key"]
    turn = _turn(ports, process_id, key) if found.get("single") and key else None
    if turn and (not turn.free or _waiting(ports, process_id, key, message)):
        return None
    instance = starting.request(
        ports,
        unit,
        registry.process(ports, process_id, int(found["version"])),
        variables=json.loads(message["variables"]),
        business_key=key,
        initiator=message["by"],
        start=found.get("start", ""),
        alone=turn.pk if turn else "",
    )
    if turn:
        holder = {"pk": turn.pk, "sk": NO_SORT, "instanceId": instance["pk"]}
        unit.add(Put(tables.MESSAGES, holder, when=turn.unchanged))
    return instance


def next_of(ports: Ports, waiting: Item) -> None:
    """Start the next instance for which a message waits, if none is active. `waiting`: what tells process and key."""
    process_id, key = waiting["processId"], waiting["key"]
    for _ in range(_TRIES):
        turn = _turn(ports, process_id, key)
        if not turn.free:
            return
        message = next(iter(_waiting(ports, process_id, key)), None)
        try:
            if message is None:
                _forget(ports, turn)
                return
            if (instance := _start(ports, message)) is not None:
                starting.launch(ports, instance)
                return
        except ConditionFailedError:
            continue
    raise ContentionError(f"too many start {process_id!r} with one key at once")


def on_end(ports: Ports, note: Item) -> None:
    """An instance has ended that was alone (`starting.told_end`)."""
    next_of(ports, note)
    ports.store.write(Delete(tables.MESSAGES, note["pk"], note["sk"]))


def _turn(ports: Ports, process_id: str, key: str) -> Turn:
    pk = started_partition(process_id, key)
    record = ports.store.get(tables.MESSAGES, pk, NO_SORT)
    instance = ports.store.get(tables.INSTANCES, record["instanceId"], starting.INSTANCE) if record else None
    return Turn(pk, record, free=instance is None or "endedAt" in instance)


def _waiting(ports: Ports, process_id: str, key: str, before: Item | None = None) -> list[Item]:
    """Messages of any name that are kept to start a process, the oldest first."""
    current = registry.find(ports, "process", process_id) or {}
    pages = [
        ports.store.query(tables.MESSAGES, message_partition(name, key), prefix=MESSAGE).items
        for name in current.get("messageStarts", ())
    ]
    now = ports.clock.now().timestamp()
    found = [row for page in pages for row in page if row["expiresAt"] > now]
    mine = [row for row in found if row.get("processId") == process_id and not row.get("reached")]
    return sorted((row for row in mine if before is None or row["sk"] < before["sk"]), key=lambda row: row["sk"])


def _start(ports: Ports, message: Item) -> Item | None:
    """One transaction: the message is gone, and its instance is there. None: its name starts the process no more."""
    name = message["name"]
    found = ports.store.get(tables.MESSAGES, starts_partition(name), message["processId"])
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=message["messageId"])
    unit.add(Delete(tables.MESSAGES, message["pk"], message["sk"], when=PRESENT))
    instance = begin(ports, unit, found, message) if found else None
    if instance is not None:
        unit.add(messages.starts(message["messageId"], instance["pk"]))
        unit.commit()
    return instance


def _forget(ports: Ports, turn: Turn) -> None:
    if turn.record is not None:
        with suppress(ConditionFailedError):
            ports.store.write(Delete(tables.MESSAGES, turn.pk, NO_SORT, when=turn.unchanged))
