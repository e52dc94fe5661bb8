"""The work list: what passes which filter, in which order, page by page."""

import random
from datetime import timedelta
from typing import Any

import pytest

from contract import routes
from functions.tasks.handler import handle
from tests.functions.fakes import World
from tests.functions.invoking import call
from tests.functions.tasks.waiting import add_task


@pytest.fixture
def world() -> World:
    return World()


def ids(world: World, *query: tuple[str, str]) -> list[str]:
    reply = call(world, handle, routes.LIST_TASKS, query=query)
    assert reply.status == 200, reply.body
    return [item["id"].split(":")[1].split("@")[0] for item in reply.json["items"]]


def test_filters(world: World):
    day = world.clock.now().date().isoformat()
    add_task(world, state="Mine", assignee="anna", dueDate=f"{day}T08:00:00Z")
    add_task(world, state="Open", candidateGroups="supervisor,back-office", dueDate=f"{day}T23:00:00Z")
    add_task(
        world, instance="i2", state="Other", processId="car", dueDate="P1D", variables={"amount": 7, "city": "Łódź"}
    )
    add_task(world, instance="i3", state="Done", answer="{}")
    add_task(world, instance="i3", state="Late", timeoutAt="2020-01-01T00:00:00Z")
    everything = ["Mine", "Open", "Other"]
    expected = {
        ("assignee", "anna"): ["Mine"],
        ("group", "supervisor"): ["Open"],
        ("state", "claimed"): ["Mine"],
        ("state", "open"): ["Open", "Other"],
        ("processId", "car"): ["Other"],
        ("instanceId", "i1"): ["Mine", "Open"],
        ("instanceId", "i9"): [],
        ("due", "overdue"): ["Mine"],
        ("due", "today"): ["Mine", "Open"],
        ("due", f"{day}T12:00:00Z"): ["Mine"],
        ("variable", "amount:ge:7"): ["Other"],
        ("variable", "amount:gt:7"): [],
        ("variable", "city:like:Ł%"): ["Other"],
        ("variable", "city:eq:Łódź"): ["Other"],
        ("variable", "amount:eq:x"): [],
        ("variable", "amount:ne:7"): ["Mine", "Open"],
    }
    assert ids(world) == everything
    assert {key: ids(world, key) for key in expected} == expected
    assert ids(world, ("variable", "amount:ge:7"), ("variable", "city:like:Krak%")) == []


def test_orders(world: World):
    add_task(world, state="B", since="2026-11-22T02:00:00.000Z", priority=90, dueDate="2026-12-01T00:00:00Z")
    add_task(world, state="A", since="2026-11-22T01:00:00.000Z", priority=10)
    add_task(world, state="C", since="2026-11-22T03:00:00.000Z", priority=50, dueDate="2026-11-30T23:00:00-05:00")
    assert ids(world, ("sort", "created")) == ["A", "B", "C"]
    assert ids(world, ("sort", "-created")) == ["C", "B", "A"]
    assert ids(world, ("sort", "priority")) == ["A", "C", "B"]
    assert ids(world, ("sort", "-priority")) == ["B", "C", "A"]
    assert ids(world, ("sort", "due")) == ["B", "C", "A"]
    assert ids(world, ("sort", "due"), ("instanceId", "i1")) == ["B", "C", "A"]


@pytest.mark.parametrize("sort", ["created", "-created", "due", "-due", "priority", "-priority"])
@pytest.mark.parametrize("where", [(), (("instanceId", "i1"),)])
def test_pages_hold_every_task_once_in_order(world: World, sort: str, where: tuple[tuple[str, str], ...]):
    dice = random.Random(7)
    for number in range(30):
        since = world.clock.now() + timedelta(seconds=dice.randrange(5))
        due = (world.clock.now() + timedelta(days=dice.randrange(3))).isoformat() if dice.random() < 0.7 else ""
        add_task(
            world, state=f"T-{number}", since=since.isoformat(timespec="milliseconds"), dueDate=due,
            priority=dice.randrange(4),
        )  # fmt: skip
    whole = ids(world, ("sort", sort), ("limit", "100"), *where)
    paged: list[str] = []
    cursor = ""
    while True:
        page = call(
            world, handle, routes.LIST_TASKS, query=[("sort", sort), ("limit", "7"), ("cursor", cursor), *where]
        ).json
        paged += [item["id"].split(":")[1].split("@")[0] for item in page["items"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert paged == whole and len(set(whole)) == 30


@pytest.mark.parametrize(
    "query",
    [("due", "soon"), ("sort", "odd"), ("limit", "0"), ("limit", "x"), ("cursor", "!!"), ("cursor", "WzEsIDJd"),
     ("cursor", "e30="), ("variable", "x"), ("variable", "a:is:1"), ("state", "completed"), ("odd", "1")],
)  # fmt: skip
def test_bad_queries(world: World, query: tuple[str, str]):
    add_task(world)
    reply: Any = call(world, handle, routes.LIST_TASKS, query=[query])
    assert reply.code in ("validation-failed", "invalid-request")


@pytest.mark.parametrize("filters", [[], [("variable", "of:eq:much")]], ids=["all", "by a variable"])
@pytest.mark.parametrize("sort", ["created", "-created"])
def test_many_tasks_that_carry_much_are_read_in_bounded_portions(
    world: World, sort: str, filters: list[tuple[str, str]], monkeypatch: Any
):
    """As those of one multi-instance do: each has the whole collection among its variables."""
    much = {"items": list(range(10_000)), "of": "much"}
    for number in range(300):  # some of them of one moment
        add_task(world, state=f"T{number}", since=f"2026-11-22T00:{number // 100:02}:00Z", variables=much)
    read: list[int] = []
    query = world.store.query

    def counted(*asked: Any, **how: Any) -> Any:
        found = query(*asked, **how)
        read.append(sum(len(item.get("variables", "")) for item in found.items))
        return found

    monkeypatch.setattr(world.store, "query", counted)
    seen: list[str] = []
    cursor = ""
    while not seen or cursor:
        read.clear()
        where = [("limit", "200"), ("sort", sort), *filters, *([("cursor", cursor)] if cursor else [])]
        reply = call(world, handle, routes.LIST_TASKS, query=where)
        assert sum(read) < (5_000_000 if filters else 1) and reply.json["items"], read
        seen += [item["id"] for item in reply.json["items"]]
        cursor = reply.json.get("cursor") or ""
    assert len(seen) == len(set(seen)) == 300


def test_a_page_of_tasks_that_carry_little_is_full(world: World):
    for number in range(450):
        add_task(world, state=f"T{number}")
    assert len(ids(world, ("limit", "200"))) == 200
