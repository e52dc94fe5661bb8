"""Timers of the catalogue: what is to be published or retired when its time has come.

transaction that schedules -> EntryScheduled -> timer -> (its time) -> queue catalogue-turns -> the turn

The event comes out of the transaction and is told until it is heard: no timer is lost, and no turn comes before what it
is about. A turn does nothing unless the version still says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from catalogue.kinds import Kind
from contract import queues
from functions.catalogue.changing import find_version
from functions.catalogue.keys import BY_COLLECTION, BY_NAME
from functions.runtime.ports import Ports
from functions.runtime.records import Item

TIME: Final = {"publish": "publishAt", "retire": "retireAt"}
"""Where a version says when."""


@dataclass(frozen=True)
class Turn:
    """What a timer tells: publish or retire a version at a time."""

    kind: Kind
    id: str
    version: int
    action: str
    at: datetime

    @property
    def body(self) -> dict[str, Any]:
        """As the queue carries it."""
        about = {"kind": self.kind.name, "id": self.id, "version": self.version}
        return {"turn": {**about, "action": self.action, "at": self.at.isoformat()}}


def begin_timer(ports: Ports, scheduled: Mapping[str, Any]) -> Turn | None:
    """Set the timer that the data of an `EntryScheduled` is about; answers the turn instead if its time has come."""
    kind, id_, number, action = (scheduled[name] for name in ("collection", "id", "version", "action"))
    version: Item = find_version(ports, BY_COLLECTION[kind], id_, int(number)) or {}
    if "timer" not in version or TIME[action] not in version:
        return None  # it has been withdrawn since
    turn = Turn(BY_COLLECTION[kind], id_, int(number), action, datetime.fromisoformat(version[TIME[action]]))
    if turn.at <= ports.clock.now():
        return turn
    ports.timers.set(version["timer"], turn.at, queues.CATALOGUE_TURNS, turn.body)
    return None


def read_turn(body: Mapping[str, Any]) -> Turn:
    """What the queue has carried."""
    told = body["turn"]
    at = datetime.fromisoformat(told["at"])
    return Turn(BY_NAME[told["kind"]], told["id"], int(told["version"]), told["action"], at)
