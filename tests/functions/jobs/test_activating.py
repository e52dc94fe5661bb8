"""Handing jobs out: who gets which, for how long, and how long one waits for the first."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contract import routes, tables
from functions.jobs.handler import handle
from functions.runtime.records import Delete
from tests.functions.fakes import World
from tests.functions.invoking import call
from tests.functions.jobs.waiting import add_job, moment, same_moment
from tests.functions.steps import KilledError


@pytest.fixture
def world() -> World:
    return World()


def activate(world: World, type_: str = "ship", **body: Any) -> list[dict[str, Any]]:
    asked = {"type": type_, "worker": "w1", "maxJobs": 10, "lockDuration": "PT30S", **body}
    reply = call(world, handle, routes.ACTIVATE_JOBS, body=asked)
    assert reply.status == 200, reply.body
    jobs: list[dict[str, Any]] = reply.json["jobs"]
    return jobs


def test_a_job_comes_with_all_that_its_worker_needs(world: World):
    id_ = add_job(world, variables={"city": "Łódź", "n": 1}, inputs={"n": 2}, headers={"carrier": "post"})
    (job,) = activate(world)
    assert same_moment(job.pop("lockedUntil"), moment(world, seconds=30))
    assert job == {
        "id": id_, "type": "ship", "elementId": "Ship", "instanceId": "i1", "processId": "orders", "version": 1,
        "businessKey": "B-1", "variables": {"city": "Łódź", "n": 2}, "headers": {"carrier": "post"}, "retries": 3,
        "retryBackoff": None,
    }  # fmt: skip


def test_inexact_variables_come_from_the_history_with_the_inputs_over_them(world: World):
    add_job(world, exact="false", variables={"n": 1}, inputs={"m": 2})
    execution = next(iter(world.machines.histories))
    world.machines.histories[execution].append(
        {"id": 1, "type": "TaskStateEntered", "timestamp": datetime.fromtimestamp(1795312800, UTC),
         "stateEnteredEventDetails": {"name": "Ship", "input": '{"n": 123456789012345678901}'}}
    )  # fmt: skip
    assert activate(world)[0]["variables"] == {"n": 123456789012345678901, "m": 2}


def test_only_open_jobs_of_the_type_oldest_first(world: World):
    add_job(world, "i2", since="2026-01-02T00:00:00.000Z")
    add_job(world, "i1", since="2026-01-03T00:00:00.000Z")
    add_job(world, "i3", since="2026-01-01T00:00:00.000Z")
    add_job(world, "i4", type_="bill")
    add_job(world, "i5", answer="{}")
    add_job(world, "i6", timeoutAt="2026-01-01T00:00:00.000Z")
    add_job(world, "i7", kind="user")
    assert [job["instanceId"] for job in activate(world, maxJobs=2)] == ["i3", "i2"]
    assert [job["instanceId"] for job in activate(world)] == ["i1"]
    assert activate(world) == []


def test_many_jobs_of_others_are_not_even_read(world: World):
    for n in range(250):
        add_job(world, f"a{n}", type_="other")
    add_job(world, "z", since="2027-01-01T00:00:00.000Z")
    world.steps.taken.clear()
    assert [job["instanceId"] for job in activate(world)] == ["z"]
    assert world.steps.taken.count("after query waits") == 1


def test_a_lost_workers_job_comes_back_after_its_lock(world: World):
    add_job(world)
    assert len(activate(world, lockDuration="PT10S")) == 1
    world.clock.advance(seconds=9)
    assert activate(world, worker="w2") == []
    world.clock.advance(seconds=1)
    assert len(activate(world, worker="w2")) == 1


def test_of_two_workers_one_gets_the_job(world: World, monkeypatch: Any):
    for n in range(3):
        add_job(world, f"i{n}")
    write, others = world.store.write, []

    def racing(*writes: Any) -> None:
        if len(others) == 0:
            others.append("racing")
            others.extend(job["instanceId"] for job in activate(world, worker="w2", maxJobs=1))
        write(*writes)

    monkeypatch.setattr(world.store, "write", racing)
    assert others == [] and [job["instanceId"] for job in activate(world)] == ["i1", "i2"]
    assert others == ["racing", "i0"]


def test_an_index_that_lags_hands_nothing_out_twice(world: World, monkeypatch: Any):
    add_job(world)
    query = world.store.query
    stale = query(tables.WAITS, "ship", index="byJobType")
    assert len(activate(world)) == 1
    monkeypatch.setattr(world.store, "query", lambda *_, **__: stale)
    assert activate(world, worker="w2") == []
    world.store.write(Delete(tables.WAITS, stale.items[0]["pk"], stale.items[0]["sk"]))
    assert activate(world, worker="w2") == [] and world.store.items(tables.WAITS) == []


def test_large_jobs_come_a_few_at_a_time(world: World):
    for n in range(12):
        add_job(world, f"i{n:02}", variables={"text": "x" * 250_000})
    first = activate(world)
    assert 1 < len(first) < 10
    assert len(first) + len(activate(world)) == 12


def test_without_patience_the_answer_comes_at_once(world: World):
    assert activate(world) == [] and activate(world, requestTimeout="PT0S") == []
    assert world.pauses == []


def test_a_long_poll_ends_with_the_first_job(world: World, monkeypatch: Any):
    def pause(seconds: float) -> None:
        world.clock.advance(seconds=seconds)
        world.pauses.append(seconds)
        if sum(world.pauses) == 3:
            add_job(world)

    monkeypatch.setattr(world, "pause", pause)
    assert len(activate(world, requestTimeout="PT20S")) == 1
    assert sum(world.pauses) == 3


@pytest.mark.parametrize("moving", [True, False])
def test_a_long_poll_ends_whether_the_clock_moves_or_stands(world: World, monkeypatch: Any, moving: bool):
    def pause(seconds: float) -> None:
        world.clock.advance(seconds=seconds * moving)
        world.pauses.append(seconds)

    monkeypatch.setattr(world, "pause", pause)
    assert activate(world, requestTimeout="PT20S") == []
    assert sum(world.pauses) == 20


@pytest.mark.parametrize("at", range(4))
def test_killed_while_it_locks_a_job_is_not_lost(world: World, at: int):
    add_job(world)
    world.steps.taken.clear()
    world.steps.kill_at = at
    try:
        jobs = activate(world)
    except KilledError:
        jobs = []
    world.clock.advance(seconds=30)
    assert len(activate(world)) == 1 and len(jobs) <= 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": ""}, {"type": 1}, {"worker": ""}, {"maxJobs": 0}, {"maxJobs": 101}, {"maxJobs": "x"},
        {"lockDuration": "30"}, {"lockDuration": 30}, {"lockDuration": "PT"}, {"lockDuration": "PT0S"},
        {"lockDuration": "P8D"}, {"lockDuration": "P999999999DT999999999H"}, {"requestTimeout": "PT21S"},
        {"requestTimeout": ""}, {"odd": 1}, {"lockDuration": None},
    ],
    ids=str,
)  # fmt: skip
def test_bad_requests_lock_nothing(world: World, wrong: dict[str, Any]):
    add_job(world)
    asked = {"type": "ship", "worker": "w1", "maxJobs": 10, "lockDuration": "PT30S", **wrong}
    reply = call(world, handle, routes.ACTIVATE_JOBS, body=asked)
    assert reply.code == "validation-failed"
    assert [e["field"] for e in reply.json["errors"]] == [f"/{next(iter(wrong))}"]
    assert "lock" not in world.store.items(tables.WAITS)[0]
