"""The crash rule: a function may be killed before and after each call to AWS; done again, it has its effect once.

survives(build, act)     kills `act`, and what streams and queues do behind it, at every step, and looks at the end
kill_everywhere, interleaved   the worlds themselves, for ends that are told otherwise
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from contract import tables
from tests.functions.fakes import World
from tests.functions.scenes import come_to_rest
from tests.functions.steps import KilledError

_IDS = re.compile(r"(?<!\d)\d{26}(?!\d)")
"""What `FakeIds` gives: a run that was killed has used some up."""
_NOT_COMPARED = (tables.IDEMPOTENCY, tables.OUTBOX)
"""What was remembered, and what the relay has put on the bus."""


def end_of(world: World) -> dict[str, Any]:
    """All that a world shows from outside: items, executions, answered tokens, timers, events; new ids left out."""
    shown = [table for table in tables.ALL if table not in _NOT_COMPARED]
    heard = {event.id: (event.name, json.loads(event.detail)["data"]) for event in world.bus.taken}
    return {
        "items": _masked((table.name, item) for table in shown for item in world.store.items(table)),
        "executions": _masked((e.arn, e.status) for e in world.machines.executions.values()),
        "answers": _masked((token, _plain(answer)) for token, answer in world.machines.answers.items()),
        "failures": _masked(world.machines.failures.items()),
        "timers": _masked(world.timers.by_name.items()),
        "events": _masked(heard.values()),
    }


def survives(
    build: Callable[[], World],
    act: Callable[[World], Any],
    *,
    rest: Callable[[World], None] = come_to_rest,
    end: Callable[[World], Any] = end_of,
) -> None:
    """Wherever it is killed: left alone, `act` has happened as a whole or not at all; done again, exactly once.

    `act` must be one operation, such as a request with an idempotency key. `rest` is killed as well, and goes on.
    """

    def whole(world: World) -> None:
        act(world)
        rest(world)

    untouched, done = build(), build()
    rest(untouched)
    whole(done)
    before, after = end(untouched), end(done)
    for again in (False, True):
        for step, world in kill_everywhere(build, whole):
            if again:
                act(world)
            rest(world)
            found = end(world)
            assert found == after or (found == before and not again), f"killed {step}, done again: {again}"


def kill_everywhere(build: Callable[[], World], act: Callable[[World], Any]) -> Iterable[tuple[str, World]]:
    """A world for each step of `act`, killed there. What was under way is lost; the caller goes on from there."""
    clean = build()
    clean.steps.taken.clear()
    act(clean)
    for step, name in enumerate(clean.steps.taken):
        world = build()
        world.steps.taken.clear()
        world.steps.kill_at = step
        try:
            act(world)
        except KilledError:
            world.steps.dead = False
            yield name, world
        else:
            raise AssertionError(f"not killed {name}")


def interrupt(world: World, step: int, other: Callable[[], Any]) -> None:
    """Runs `other`, whole, at that step of whatever comes next: as another invocation would at the same time."""
    plain, seen = world.steps._step, iter(range(1_000_000))

    def stepped(name: str) -> None:
        plain(name)
        if next(seen) == step:
            other()

    world.steps._step = stepped  # type: ignore[method-assign]


def interleaved(
    build: Callable[[], World], act: Callable[[World], Any], other: Callable[[World], Any]
) -> Iterable[tuple[str, World]]:
    """A world for each step of `act` at which `other` came in between."""
    clean = build()
    clean.steps.taken.clear()
    act(clean)
    for step, name in enumerate(list(clean.steps.taken)):
        world = build()
        interrupt(world, step, lambda w=world: other(w))  # type: ignore[misc]
        act(world)
        yield name, world


def _plain(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "claim"}


def _masked(values: Iterable[Any]) -> Counter[str]:
    return Counter(_IDS.sub("<id>", repr(value)) for value in values)
