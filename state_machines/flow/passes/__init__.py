"""What happens to steps between lowering and emission: one pass per file, applied in `ORDER`."""

from collections.abc import Callable

from state_machines.flow.names import Names
from state_machines.flow.passes.choose_whole import choose_whole
from state_machines.flow.passes.close_segments import close_segments
from state_machines.flow.passes.drop_certain import drop_certain
from state_machines.flow.passes.drop_unreachable import drop_unreachable
from state_machines.flow.passes.fold_compute import fold_compute
from state_machines.flow.passes.fold_through import fold_through
from state_machines.flow.passes.give_changes import give_changes
from state_machines.flow.passes.guard_sizes import guard_sizes
from state_machines.flow.passes.join_choices import join_choices
from state_machines.flow.passes.part_ways import part_ways
from state_machines.flow.steps import Segment, map_segments

Pass = Callable[[Segment, Names], Segment]

ORDER: tuple[Pass, ...] = (
    fold_through,
    join_choices,
    fold_compute,
    guard_sizes,
    choose_whole,
    drop_certain,
    drop_unreachable,
    close_segments,
    part_ways,
    give_changes,
)


def run_passes(segment: Segment, names: Names) -> Segment:
    """Every pass over every segment, inner segments first."""
    for each in ORDER:
        segment = map_segments(segment, lambda inner, each=each: each(inner, names))  # type: ignore[misc]
    return segment
