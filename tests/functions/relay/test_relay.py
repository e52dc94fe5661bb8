"""The relay: committed events reach the bus; the ones that the bus refuses come again, alone."""

from contract import events, tables
from functions.relay.handler import handle
from functions.runtime.unit import Unit
from tests.functions.fakes import World
from tests.functions.invoking import Context, deliver_changes, stream_event


def build() -> World:
    world = World()
    unit = Unit(world.store, world.clock, world.ids, tenant="demo", correlation_id="c")
    for number in range(3):
        unit.emit(events.TASK_COMPLETED, {"n": number}, id_=f"e{number}")
    unit.commit()
    return world


def test_events_are_relayed_as_they_were_written() -> None:
    world = build()
    assert deliver_changes(world, handle, (tables.OUTBOX,)) == []
    assert [(e.id, e.name) for e in world.bus.taken] == [(f"e{n}", "TaskCompleted") for n in range(3)]
    assert '"correlationId": "c"' in world.bus.taken[0].detail


def test_what_the_bus_refuses_is_reported_one_by_one() -> None:
    world = build()
    world.bus.refuse = {"e1"}
    answer = handle.with_ports(world.ports)(stream_event(world.store.changes), Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert [e.id for e in world.bus.taken] == ["e0", "e2"]


def test_expired_items_are_no_news() -> None:
    world = build()
    world.store.changes = [type(c)(c.table, c.new, None) for c in world.store.changes]
    assert deliver_changes(world, handle, (tables.OUTBOX,)) == []
    assert world.bus.taken == []
