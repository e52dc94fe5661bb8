"""Pass: steps that nothing leads to any more go."""

from dataclasses import replace

from state_machines.flow.names import Names
from state_machines.flow.steps import END, Segment, ways_of


def drop_unreachable(segment: Segment, names: Names) -> Segment:
    """Keeps what the start of a segment leads to, and its entries, in the old order."""
    seen: set[str] = {END}
    pending = [segment.start.to, *(key for key, step in segment.steps.items() if step.role == "entry")]
    while pending:
        key = pending.pop()
        if key not in seen:
            seen.add(key)
            pending.extend(way.to for way in ways_of(segment.steps[key]))
    return replace(segment, steps={key: step for key, step in segment.steps.items() if key in seen})
