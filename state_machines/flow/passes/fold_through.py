"""Pass: what only passes becomes part of the way to the next step. A circle of nothing else keeps one state."""

from dataclasses import replace

from state_machines.flow.names import Names
from state_machines.flow.steps import Compute, Segment, Step, Through, Way, map_ways


def fold_through(segment: Segment, names: Names) -> Segment:
    """Resolves every way over `Through` steps.

    >>> from state_machines.flow.steps import Passed
    >>> end = Through("end", "end", "helper", Way("", (Passed("element", "end"),)))
    >>> fold_through(Segment(Way("end"), {"end": end}), Names([])).start.path
    (Passed(kind='element', id='end'),)
    """
    steps = _without_circles(segment)

    def resolve(way: Way) -> Way:
        step = steps.get(way.to)
        while isinstance(step, Through):
            way = replace(way, to=step.way.to, path=(*way.path, *step.way.path))
            step = steps.get(way.to)
        return way

    for step in steps.values():
        if isinstance(step, Through):
            names.release(step.key)
    kept = {key: map_ways(step, resolve) for key, step in steps.items() if not isinstance(step, Through)}
    return replace(segment, start=resolve(segment.start), steps=kept)


def _without_circles(segment: Segment) -> dict[str, Step]:
    """An endless loop of folded nodes is still an endless loop: one of its nodes stays a state."""
    steps = dict(segment.steps)
    leaving: set[str] = set()
    for key in segment.steps:
        seen: set[str] = set()
        at: Step | None = steps[key]
        while isinstance(at, Through) and at.key not in seen and at.key not in leaving:
            seen.add(at.key)
            at = steps.get(at.way.to)
        leaving |= seen
        if isinstance(at, Through) and at.key in seen:
            steps[at.key] = Compute(at.key, at.element, at.role, at.way)
    return steps
