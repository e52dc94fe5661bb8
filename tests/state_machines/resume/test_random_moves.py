"""Random processes that are moved where they happen to wait end with the variables that a token game gives."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from state_machines.resume.placing import Change
from tests.effort import effort
from tests.state_machines.flow.blocks import ConflictError, Drawn, Play, Sequence, Sub, processes
from tests.state_machines.flow.drawing import timer
from tests.state_machines.flow.platform import Platform
from tests.state_machines.resume.moving import Mover

GIVEN = {"a": 1, "b": 2, "c": 3}


@dataclass
class Watched(Sub):
    """A sub-process beside which an event is waited for that does not come."""

    def draw(self, to: Drawn, before: str, flow: str = "", condition: str = "") -> tuple[str, str]:
        sub, way = super().draw(to, before, flow, condition)
        event, end = to.id("w"), to.id("e")
        to.drawing.add("boundaryEvent", event, timer("P900D"), attachedToRef=sub, cancelActivity="false")
        to.drawing.add("endEvent", end)
        to.drawing.flow(event, end)
        return sub, way


def version(tree: Sequence, number: int, around: type[Sub] | None) -> bytes:
    """The process drawn with ids that begin with a number, as it is or in a sub-process."""
    to = Drawn(count=1000 * number)
    to.drawing.start(), to.drawing.end()
    last, _ = (Sequence([around(tree)]) if around else tree).draw(to, "Start")
    to.drawing.flow(last, "End")
    return to.drawing.bytes()


def ids(part: Any) -> Iterator[str]:
    """The elements of a tree, always in the same order."""
    if hasattr(part, "draw"):
        yield from [part.id] if hasattr(part, "id") else getattr(part, "ids", ())
        for each in fields(part):
            value = getattr(part, each.name)
            for inner in value if isinstance(value, list) else [value]:
                yield from ids(inner)


def played(tree: Sequence) -> dict[str, Any] | None:
    """The variables at the end; None: which of two writes counts is not said."""
    try:
        return tree.play(GIVEN, Play())
    except ConflictError:
        return None


@effort(6)
@given(processes(), st.sampled_from([None, Sub, Watched]), st.integers(0, 2**32))
def test_processes_end_as_ever_in_an_equivalent_version(tree: Sequence, around: type[Sub] | None, seed: int) -> None:
    """Half of the waits they are moved to a version with other ids, in which all of it may lie in a sub-process."""
    chance = random.Random(seed)
    source = version(tree, 1, None)
    names, expected = list(ids(tree)), played(tree)
    compilation = compile_bpmn(source)
    assert not has_errors(compilation.diagnostics), compilation.diagnostics
    world = Platform(compilation.processes)
    mover, number = Mover(world), 1
    arn = world.start("process", GIVEN)
    world.run()
    while world.simulator.describe(arn).status == "RUNNING":
        if chance.random() < 0.5:
            number += 1
            to = version(tree, number, around if number > 2 else None)
            renamed = list(ids(tree))
            change = Change(mapping=dict(zip(names, renamed, strict=True)))
            arn, placed = mover.change(arn, change, source, to)
            assert placed.problems == ()
            source, names = to, renamed
        elif waits := world.open():
            world.answer(waits[0], waits[0]["elementId"], {})
            world.run()
        else:
            due = world.simulator.next_due()
            assert due is not None
            world.pass_time(due - world.clock.now())
    assert world.status(arn) == "completed", world.simulator.describe(arn).cause
    assert expected is None or world.variables(arn) == expected
    assert not world.tables["waits"]
