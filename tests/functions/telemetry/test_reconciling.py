"""However the lines of the logs come, late, doubled, in any order or not at all: after the sweeps the read model is as
after the plain order, and it can be made anew from nothing."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import tables
from contract.buckets import ARTIFACTS
from functions.runtime.ports import Execution, ExecutionGoneError
from functions.telemetry.handler import handle
from tests.effort import effort
from tests.functions.fakes import World
from tests.functions.invoking import Context
from tests.functions.steps import KilledError
from tests.functions.telemetry.lines import deliver, lines_of
from tests.state_machines.flow.plays import Play, cases

FAMILIES = ("gateways", "boundary", "handlers", "interrupted", "multi_instance")
PLAYS = [case for family in FAMILIES for case in cases(family) if not case.outcome.startswith("refused")]
_AROUND = "arn:aws:states:eu-central-1:123456789012:execution:dpc-demo-p-"


@dataclass(frozen=True)
class Recorded:
    """All executions of a play, as Step Functions has them, and what they were compiled from."""

    source_maps: dict[str, bytes]
    executions: dict[str, Execution]
    histories: dict[str, list[Any]]

    @property
    def began(self) -> datetime:
        """When the first one did."""
        return min(each.started for each in self.executions.values())

    @property
    def over(self) -> datetime:
        """When the last thing happened."""
        return max(events[-1]["timestamp"] for events in self.histories.values())


@cache
def recorded(index: int) -> Recorded:
    """One of the plays, played."""
    case = PLAYS[index]
    return record(Play(case.sketch, case.dialect).play(case.steps))


def record(play: Play) -> Recorded:
    """What has happened in a play."""
    simulator, executions, histories = play.world.simulator, {}, {}
    for said in simulator.executions():
        arn = _AROUND + said.arn.split(":execution:")[1]
        executions[arn] = Execution(arn, said.status, said.start, said.stop, said.input, said.output, "", "")
        histories[arn] = list(simulator.history(said.arn))
    maps = {id_: json.dumps(process.source_map).encode() for id_, process in play.world.processes.items()}
    return Recorded(maps, executions, histories)


def world_of(run: Recorded) -> World:
    """A platform on which that has been run, and of which nothing was read yet."""
    world = World()
    for id_, source in run.source_maps.items():
        world.machines.versions[id_] = []
        world.objects.put(ARTIFACTS, f"processes/{id_}/1/source_map.json", source, "")
    world.machines.executions |= run.executions
    world.machines.histories |= run.histories
    world.clock.at = run.began
    sweep(world)
    world.clock.at = run.over
    return world


def sweep(world: World) -> None:
    """What is done every five minutes."""
    invoke(world, {"detail-type": "Scheduled Event"})


def invoke(world: World, event: dict[str, Any]) -> Any:
    """The function, not asked over HTTP."""
    return handle.with_ports(world.ports)(event, Context())


def read_model(world: World) -> dict[tuple[str, str], Any]:
    """All that is shown, the counts, and how far each execution was read."""
    rows = (row for row in world.store.items(tables.INSTANCES) if not row["pk"].startswith(("WATCH#", "SWEEP", "GAPS")))
    return {(row["pk"], row["sk"]): _shown(row) for row in rows}


def _shown(row: dict[str, Any]) -> Any:
    if row["sk"].startswith("FOLD#"):
        return json.loads(row["fold"])
    return {name: value for name, value in row.items() if value != 0}  # a count that came and went


def told(world: World) -> Counter[str]:
    """What analytics is told: each entry and each end."""
    details = [json.loads(i["detail"])["data"] for i in world.store.items(tables.OUTBOX)]
    passed = [d for d in details if "elementId" in d]
    return Counter(
        f"{d['instanceId']} {d['elementId']} {d['iteration']} {word}"
        for d in passed
        for word in (["entered"] if d["entered"] else []) + (["ended"] if d["endedAt"] else [])
    )


@cache
def in_plain_order(index: int) -> tuple[dict[tuple[str, str], Any], Counter[str]]:
    """The read model after each line came once, in its place, execution after execution, and what was told."""
    world = world_of(recorded(index))
    for arn, events in recorded(index).histories.items():
        deliver(world, lines_of(events, arn))
    return read_model(world), told(world)


def scattered(run: Recorded, chance: random.Random) -> Iterator[list[dict[str, Any]]]:
    """The lines in batches: some lost (now and then all of an execution, or its end), doubled, out of order, late."""
    lost, doubled, late = (chance.choice([0, 0.1, 0.5]) for _ in range(3))
    placed: list[tuple[float, dict[str, Any]]] = []
    for arn, events in run.histories.items():
        ends = chance.choice([len(events), len(events), chance.randint(0, len(events)), 0])
        for place, line in enumerate(lines_of(events, arn)[:ends]):
            copies = 0 if chance.random() < lost else 2 if chance.random() < doubled else 1
            placed += [(place + chance.random() * late * 200, line) for _ in range(copies)]
    in_turn = [line for _, line in sorted(placed, key=lambda each: each[0])]
    while in_turn:
        size = chance.randint(1, 30)
        yield in_turn[:size]
        in_turn = in_turn[size:]


@pytest.mark.hypothesis
@effort(80)
@given(st.integers(0, len(PLAYS) - 1), st.integers(0, 2**32))
def test_any_delivery_comes_to_the_same(index: int, seed: int) -> None:
    chance, run = random.Random(seed), recorded(index)
    world = world_of(run)
    for batch in scattered(run, chance):
        deliver(world, batch)
        if chance.random() < 0.2:
            world.clock.advance(minutes=chance.randint(1, 20))
            sweep(world)
    for _ in range(3):
        world.clock.advance(hours=1)
        sweep(world)
    assert (read_model(world), told(world)) == in_plain_order(index)
    asked = len(world.machines.steps.taken)
    world.clock.advance(hours=1)
    sweep(world)
    histories = [step for step in world.machines.steps.taken[asked:] if step == "before history"]
    assert len(histories) <= sum(each.stopped is None for each in run.executions.values()), "nothing is left to ask"


@pytest.mark.hypothesis
@effort(25)
@given(st.integers(0, len(PLAYS) - 1))
def test_it_is_rebuilt_as_it_was(index: int) -> None:
    run = recorded(index)
    world = world_of(run)
    for arn, events in run.histories.items():
        deliver(world, lines_of(events, arn))
    before, said = read_model(world), told(world)
    for main in [arn for arn in run.executions if arn.endswith("_1")]:
        invoke(world, {"rebuild": main})
        assert read_model(world) == before
    assert told(world) == said, "nothing is told again"
    from_nothing = world_of(run)
    mains = sum(arn.endswith("_1") for arn in run.executions)
    assert invoke(from_nothing, {"rebuild": "*"}) == {"rebuilt": mains, "after": ""}
    assert read_model(from_nothing) == before


@pytest.mark.hypothesis
@effort(40)
@given(st.integers(0, len(PLAYS) - 1), st.integers(0, 400))
def test_a_rebuilding_that_is_cut_off_is_finished_by_the_sweep(index: int, step: int) -> None:
    run = recorded(index)
    world = world_of(run)
    for arn, events in run.histories.items():
        deliver(world, lines_of(events, arn))
    before, said = read_model(world), told(world)
    world.machines.steps.kill_at = len(world.machines.steps.taken) + step
    with suppress(KilledError):
        invoke(world, {"rebuild": next(iter(run.executions))})
    world.machines.steps.kill_at, world.machines.steps.dead = None, False
    for arn, events in run.histories.items():
        deliver(world, lines_of(events, arn)[-3:])
    world.clock.advance(minutes=16)
    sweep(world)
    assert (read_model(world), told(world)) == (before, said)


def test_what_is_forgotten_is_not_rebuilt() -> None:
    run = recorded(0)
    world = world_of(run)
    for arn, events in run.histories.items():
        deliver(world, lines_of(events, arn))
    before, main = read_model(world), next(iter(run.executions))
    del world.machines.executions[main]
    with pytest.raises(ExecutionGoneError):
        invoke(world, {"rebuild": main})
    assert read_model(world) == before


def test_the_silent_are_asked_less_and_less() -> None:
    """An execution that waits for a month is asked some dozens of times, not every five minutes."""
    run = record(Play("start S; user A; end E; S -> A -> E").play("start : A"))
    world = world_of(run)
    for arn, events in run.histories.items():
        deliver(world, lines_of(events, arn))
    begun = len(world.machines.steps.taken)
    for _ in range(30 * 24):
        world.clock.advance(hours=1)
        sweep(world)
    asked = [step for step in world.machines.steps.taken[begun:] if step == "before history"]
    assert 30 <= len(asked) <= 40
