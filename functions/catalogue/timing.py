"""Timers of the catalogue: what is to be published or retired when its time has come.

timer -> transaction that schedules -> (its time) -> queue catalogue-turns -> the turn, if the version still says so

The timer is set first: one whose transaction never came finds nothing to do. It is due no earlier than the transaction
can be over, so a turn never comes before what it is about.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from catalogue.kinds import Kind
from contract import queues
from functions.catalogue.keys import BY_NAME, entry_key
from functions.runtime.ports import Ports

AHEAD: Final = timedelta(seconds=120)
"""More than the function may take (`spec.py`)."""


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


def begin_timer(ports: Ports, turn: Turn) -> str:
    """Set a timer; answers its name."""
    text = f"{entry_key(turn.kind, turn.id)}#{turn.version}#{ports.ids.new()}"
    name = hashlib.sha256(text.encode()).hexdigest()
    ports.timers.set(name, max(turn.at, ports.clock.now() + AHEAD), queues.CATALOGUE_TURNS, turn.body)
    return name


def read_turn(body: Mapping[str, Any]) -> Turn:
    """What the queue has carried."""
    told = body["turn"]
    at = datetime.fromisoformat(told["at"])
    return Turn(BY_NAME[told["kind"]], told["id"], int(told["version"]), told["action"], at)
