"""Turns: what was scheduled is done when its time has come; doubled, late or overtaken, once or not at all."""

from datetime import datetime

from catalogue.checks import references
from contract import events
from functions.catalogue.changing import Deed, attempt, find_entry, find_version
from functions.catalogue.checking import Published
from functions.catalogue.keys import BY_NAME
from functions.catalogue.publishing import collect, entry_in
from functions.catalogue.releasing import MAX_ENTRIES, read_revision
from functions.catalogue.requests import Opened
from functions.catalogue.reviewing import moved_to
from functions.catalogue.timing import TIME, Turn, begin_timer, read_turn
from functions.runtime.batches import QueueRecord
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.unit import Unit


def on_turn(ports: Ports, record: QueueRecord) -> None:
    """A timer that is due."""
    _attempt(ports, record, read_turn(record.body))


def on_scheduled(ports: Ports, record: QueueRecord) -> None:
    """The event `EntryScheduled`: the timer, or the turn itself if the time has come already."""
    if turn := begin_timer(ports, record.detail["data"]):
        _attempt(ports, record, turn)


def _attempt(ports: Ports, record: QueueRecord, turn: Turn) -> None:
    unit = Unit(ports.store, ports.clock, ports.ids, tenant=ports.settings.tenant, correlation_id=record.id)
    attempt(unit, lambda: _take(ports, unit, turn))


def _take(ports: Ports, unit: Unit, turn: Turn) -> None:
    revision = read_revision(ports)
    found = _due(ports, turn)
    if found is None:
        return
    deed = Deed(turn.action, found.version["scheduledBy"], ports.clock.now(), "as scheduled")
    retire = turn.action == "retire"
    try:
        collect(ports, unit, [(one, retire) for one in _together(ports, found, deed)], revision, deed)
    except ProblemError as refused:
        unit.discard()
        _fail(ports, unit, found, deed, refused)
    unit.commit()


def _together(ports: Ports, found: Opened, deed: Deed) -> list[Opened]:
    """The version, and what is due as well and must be there with it: what it refers to, or what refers to it."""
    together = {(found.kind.name, found.id): found}
    todo = [found]
    while todo and len(together) < MAX_ENTRIES:
        for kind_name, id_ in _near(ports, todo.pop(), deed.action):
            near = None if (kind_name, id_) in together else _also_due(ports, kind_name, id_, deed)
            if near is not None:
                together[kind_name, id_] = near
                todo.append(near)
    return list(together.values())


def _near(ports: Ports, one: Opened, action: str) -> list[tuple[str, str]]:
    if action == "retire":
        return [(kind, user.id) for kind, user in Published(ports).users(one.kind.name, one.id)]
    entry = entry_in(one)
    return [(ref.kind, ref.id) for ref in references(entry)] if entry else []


def _also_due(ports: Ports, kind_name: str, id_: str, deed: Deed) -> Opened | None:
    kind = BY_NAME[kind_name]
    entry = find_entry(ports, kind, id_) or {}
    number = entry.get("live" if deed.action == "retire" else "open")
    version = find_version(ports, kind, id_, int(number)) if number is not None else None
    at = (version or {}).get(TIME[deed.action])
    if version is None or at is None or datetime.fromisoformat(at) > deed.at:
        return None
    return Opened(kind, id_, entry, version)


def _due(ports: Ports, turn: Turn) -> Opened | None:
    """The version, if it still waits for this turn."""
    entry = find_entry(ports, turn.kind, turn.id)
    version = find_version(ports, turn.kind, turn.id, turn.version)
    if entry is None or version is None or version.get(TIME[turn.action]) != turn.at.isoformat():
        return None
    return Opened(turn.kind, turn.id, entry, version)


def _fail(ports: Ports, unit: Unit, found: Opened, deed: Deed, refused: ProblemError) -> None:
    """It stays as it was before it was scheduled, and says why."""
    words = " ".join([refused.detail, *(f.message for f in refused.findings if f.severity == "error")])[:2_000]
    failed = Deed(f"{deed.action}Failed", deed.by, deed.at, words)
    state = {"state": "approved"} if deed.action == "publish" else {}
    gone = dict.fromkeys((TIME[deed.action], "timer"))
    moved_to(ports, unit, found, failed, events.CATALOGUE_TURN_FAILED, **state, **gone)
