"""Timers that start processes: each time once, from one version to the next without a gap or a double start."""

from datetime import timedelta

import pytest

from contract import queues, tables
from functions.correlation.handler import handle
from tests.functions.crashing import kill_everywhere
from tests.functions.deployments.bundles import bpmn, deploy
from tests.functions.fakes import World
from tests.functions.invoking import Context, queue_event
from tests.functions.scenes import come_to_rest

EVERY_TEN = "timeCycle R3/PT10M"


def published(timer: str, world: World | None = None, name: str = "Loan") -> World:
    world = world or World()
    assert deploy(world, {"loan.bpmn": bpmn(form="", timer=timer, name=name)}).status == 201
    come_to_rest(world)
    return world


def due(world: World) -> list[str]:
    """The times for which timers are set."""
    return sorted(f"{when:%d %H:%M:%S}" for when, _ in world.timers.by_name.values())


def ring(world: World, *, times: int = 1) -> None:
    """What is due is sent, so many times; then all comes to rest."""
    ready = [name for name, (when, _) in world.timers.by_name.items() if when <= world.clock.now()]
    bodies = [world.timers.by_name.pop(name)[1] for name in ready] * times
    if bodies:
        event = queue_event(queues.TIMER_STARTS.name, bodies)
        assert handle.with_ports(world.ports)(event, Context()) == {"batchItemFailures": []}
    come_to_rest(world)


def pass_by(world: World, minutes: float) -> None:
    """Time passes, and each timer rings when it is due."""
    end = world.clock.now() + timedelta(minutes=minutes)
    while ahead := [when for when, _ in world.timers.by_name.values() if when <= end]:
        world.clock.at = max(min(ahead), world.clock.at)
        ring(world)
    world.clock.at = end


def started(world: World) -> list[str]:
    """When instances were started, and of which version."""
    instances = [i for i in world.store.items(tables.INSTANCES) if i["sk"] == "INSTANCE"]
    assert {i["execution"] for i in instances} == set(world.machines.executions)
    return sorted(f"{i['startedAt'][11:16]} v{i['version']}" for i in instances)


def test_a_cycle_starts_as_often_as_it_says_and_leaves_nothing() -> None:
    world = published(EVERY_TEN)
    assert (due(world), started(world)) == (["22 09:10:00"], [])
    pass_by(world, 60)
    assert started(world) == ["09:10 v1", "09:20 v1", "09:30 v1"]
    assert due(world) == []


@pytest.mark.parametrize(
    ("timer", "times"),
    [
        ("timeDate 2026-11-22T11:00:00+01:00", ["10:00 v1"]),
        ("timeDate 2026-11-01T00:00:00Z", ["09:00 v1"]),
        ("timeDuration PT90M", ["10:30 v1"]),
        ('timeDuration ${"PT3H"}', ["12:00 v1"]),
        ("timeCycle 0 0/30 * * * ?", ["09:30 v1", "10:00 v1", "10:30 v1", "11:00 v1", "11:30 v1", "12:00 v1"]),
        ("timeCycle R2/2026-11-22T10:00:00Z/PT1H", ["10:00 v1", "11:00 v1"]),
    ],
)
def test_all_kinds_of_timers_start(timer: str, times: list[str]) -> None:
    world = published(timer)
    pass_by(world, 180)
    assert started(world) == times


def test_what_is_sent_twice_or_late_starts_once() -> None:
    world = published("timeCycle R/PT10M")
    world.clock.advance(minutes=95)
    ring(world, times=2)
    ring(world)
    assert started(world) == ["10:35 v1"]
    assert due(world) == ["22 10:40:00"]


def test_a_new_version_takes_an_unchanged_timer_over_where_it_is() -> None:
    world = published(EVERY_TEN)
    pass_by(world, 15)
    published(EVERY_TEN, world, name="Renamed")
    assert due(world) == ["22 09:20:00"]
    pass_by(world, 60)
    assert started(world) == ["09:10 v1", "09:20 v2", "09:30 v2"]


def test_a_date_that_has_started_the_process_starts_no_next_version() -> None:
    world = published("timeDate 2026-11-22T09:05:00Z")
    pass_by(world, 10)
    published("timeDate 2026-11-22T09:05:00Z", world, name="Renamed")
    pass_by(world, 10)
    assert started(world) == ["09:05 v1"]


def test_a_new_version_replaces_another_timer_and_takes_away_what_is_gone() -> None:
    world = published(EVERY_TEN)
    published("timeCycle R/PT4M", world)
    assert due(world) == ["22 09:04:00"]
    pass_by(world, 9)
    assert started(world) == ["09:04 v2", "09:08 v2"]
    assert deploy(world, {"loan.bpmn": bpmn(form="")}).status == 201
    come_to_rest(world)
    assert due(world) == []
    assert not [i for i in world.store.items(tables.MESSAGES) if i["pk"].startswith("START-TIMER#")]


def test_wherever_it_is_killed_each_time_starts_once() -> None:
    def build() -> World:
        world = published(EVERY_TEN)
        world.clock.advance(minutes=10)
        return world

    for step, world in kill_everywhere(build, ring):
        for item in (i for i in world.store.items(tables.MESSAGES) if i["pk"].startswith("START-TIMER#")):
            sent_again = {"pk": item["pk"], "sk": item["sk"], "due": "2026-11-22T09:10:00+00:00"}
            world.timers.by_name["again"] = (world.clock.now(), sent_again)
        come_to_rest(world)
        ring(world)
        pass_by(world, 60)
        assert started(world) == ["09:10 v1", "09:20 v1", "09:30 v1"], step


@pytest.mark.parametrize(
    "timer",
    ["timeCycle every day", "timeDuration 2 hours", "timeDate tomorrow", "timeDuration ${nobody}", "timeCycle R0/PT1H"],
)
def test_what_is_no_time_is_refused_with_its_place(timer: str) -> None:
    reply = deploy(World(), {"loan.bpmn": bpmn(form="", timer=timer)})
    assert reply.status == 422
    (finding,) = (e for e in reply.json["errors"] if e["severity"] == "error")
    assert finding["elementId"] == "Start"
