"""The shelf is what was released at one revision, however a reader came to it and whatever is released meanwhile."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contract import tables
from contract.buckets import ARTIFACTS
from contract.tables import Table
from functions.catalogue.shelves import shelf
from functions.catalogue.snapshots import KEY, write_snapshot
from functions.market.spec import SPEC
from functions.runtime.ports import Ports
from functions.runtime.records import Item
from tests.effort import effort
from tests.functions.fakes import FakeStore, World
from tests.functions.market.releasing import release

IDS = st.sampled_from(["a", "b", "c", "d"])
RELEASES = st.dictionaries(IDS.map(lambda id_: ("segment", id_)), st.booleans(), min_size=1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("release"), RELEASES),
        st.tuples(st.sampled_from(["read", "restart", "snapshot"]), st.none()),
        st.tuples(st.just("read amid"), RELEASES),
    ),
    max_size=25,
)


class AmidStore(FakeStore):
    """Somebody releases between a reader's look at HEAD and what the reader looks at next."""

    amid: Mapping[Any, Any] | None = None

    def get(self, table: Table, pk: str, sk: str = "-") -> Item | None:
        found = super().get(table, pk, sk)
        if pk == "HEAD" and self.amid is not None:
            changes, self.amid = self.amid, None
            release(self, changes)
        return found


def restarted(world: World) -> Ports:
    """Another process over the same tables: nothing is warm."""
    store = AmidStore(world.steps)
    store.tables = world.store.tables
    world.store = store
    return world.ports(SPEC)


@effort(150)
@given(STEPS)
def test_a_reader_sees_a_revision_whole(steps: list[tuple[str, Any]]) -> None:
    world = World()
    ports, history, number = restarted(world), [dict[str, int]()], 0
    for step, about in steps:
        changes = {}
        if about is not None:
            number += 1
            changes = {key: {"id": key[1], "n": number} if kept else None for key, kept in about.items()}
            after = {**history[-1], **{id_: number if body else 0 for (_, id_), body in changes.items()}}
        before = len(history) - 1
        if about is not None:
            history.append({id_: n for id_, n in after.items() if n})
        match step:
            case "release":
                release(ports.store, changes)
                continue
            case "restart":
                ports = restarted(world)
            case "snapshot":
                write_snapshot(ports, shelf(ports))
            case "read amid":
                ports.store.amid = changes  # type: ignore[attr-defined]
        seen = shelf(ports)
        assert seen.revision == before
        assert {one.id: one.version for one in seen.all("segment")} == history[before]
        assert all(f'"n": {one.version}' in one.text for one in seen.all("segment"))


def test_a_known_revision_costs_one_read_and_a_cold_start_the_releases_since_the_snapshot() -> None:
    world = World()
    ports = restarted(world)
    for n in range(30):
        release(ports.store, {("segment", f"s{n}"): {"id": f"s{n}"}})
    write_snapshot(ports, shelf(ports))
    release(ports.store, {("segment", "s1"): None, ("segment", "new"): {"id": "new"}})

    def taken() -> list[str]:
        world.steps.taken.clear()
        assert len(shelf(ports).published) == 30
        return [step.removeprefix("before ") for step in world.steps.taken if step.startswith("before ")]

    ports = restarted(world)
    assert taken() == ["get catalogue", "get object artifacts", "query catalogue", "get many catalogue"]
    assert taken() == ["get catalogue"]


def test_what_cannot_be_trusted_is_not_used() -> None:
    """A snapshot of later times (the table was restored) or of another format; a release without its record."""
    world = World()
    ports = restarted(world)
    release(ports.store, {("segment", "a"): {"id": "a"}})
    write_snapshot(ports, shelf(ports).released(7, {}))
    ports = restarted(world)
    assert shelf(ports).revision == 1
    packed = world.objects.stored[ARTIFACTS.name, KEY]
    assert packed[:2] == b"\x1f\x8b"
    world.store.tables[tables.CATALOGUE.name].pop(("CHANGES#00000000", "000000000001"))
    try:
        shelf(restarted(world))
    except LookupError as error:
        assert "revisions 1 to 1" in str(error)
    else:
        raise AssertionError("a hole in the records went unnoticed")
