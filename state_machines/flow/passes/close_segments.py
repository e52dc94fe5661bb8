"""Pass: where ASL allows no end, a state that ends is put. Only Task, Pass, Wait and Parallel end by themselves.

What never ends, as the model has it, gets an end that no token comes to: a definition without one is refused.
"""

from collections.abc import Callable
from dataclasses import replace

from state_machines.flow.names import Names
from state_machines.flow.steps import (
    END,
    Call,
    Catch,
    Compute,
    Decide,
    Fork,
    Passed,
    Rule,
    Segment,
    Step,
    Throw,
    Way,
    map_ways,
    ways_of,
)

Closed = Callable[[Way, str], Way]


def close_segments(segment: Segment, names: Names) -> Segment:
    """Gives every Choice, Catch and empty segment a state to end in, named after the end event where there is one.

    >>> close_segments(Segment(Way("", (Passed("element", "End"),)), {}), Names(["End"])).steps["End"].role
    'element'
    """
    added: dict[tuple[Passed, ...], Compute] = {}

    def closed(way: Way, owner: str) -> Way:
        if way.to != END:
            return way
        ended = way.path[-1:] if way.path and way.path[-1].kind == "element" else way.path
        if ended not in added:
            added[ended] = _end(way.path, owner, names)
        end = added[ended]
        left = way.path[:-1] if end.role == "element" else ()
        return replace(way, to=end.key, path=left)

    if not any(isinstance(step, Throw) or END in (way.to for way in ways_of(step)) for step in segment.steps.values()):
        segment = _with_end(segment, names)
    steps = {key: _close(step, closed) for key, step in segment.steps.items()}
    start = closed(segment.start, segment.element)
    return replace(segment, start=start, steps={**steps, **{end.key: end for end in added.values()}})


def _with_end(segment: Segment, names: Names) -> Segment:
    if segment.start.to == END:
        return segment
    first = segment.steps[segment.start.to]
    key = names.of_helper(first.element, "endless")
    choice = Decide(key, first.element, "helper", (Rule("true", segment.start),), Way(END))
    return replace(segment, start=Way(key), steps={key: choice, **segment.steps})


def _close(step: Step, closed: Closed) -> Step:
    if isinstance(step, Decide):
        return map_ways(step, lambda way: closed(way, step.element))
    if isinstance(step, Call | Fork):
        catches = tuple(_caught(catch, step, closed) for catch in step.catches)
        return replace(step, catches=catches)
    return step


def _caught(catch: Catch, step: Call | Fork, closed: Closed) -> Catch:
    return replace(catch, way=closed(catch.way, step.element))


def _end(path: tuple[Passed, ...], owner: str, names: Names) -> Compute:
    last = path[-1] if path else None
    if last and last.kind == "element":
        return Compute(names.of_element(last.id), last.id, "element", Way(END))
    named = next((passed for passed in reversed(path) if passed.kind in ("element", "flow")), None)
    key = names.of_helper(named.id if named else owner, "end")
    return Compute(key, owner, "helper", Way(END, path))
