"""Leaving scopes early: straight to where it goes on, or by an error that cuts off what else runs in the scope.

A way that stays in its segment keeps the token and its variables. One that leaves a fork ends in a `Throw`; the fork
catches the error (`cut_off`), its other branches are gone, and what was written in all of them is looked up.
"""

from collections.abc import Callable, Sequence

from state_machines.flow import jsonata
from state_machines.flow.bounds import Own
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.catching import Catcher, body_level, event_level, event_sub_processes
from state_machines.flow.data import left
from state_machines.flow.graph import Graph
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.steps import Compute, Outcome, Throw, Way

Onward = Callable[[SegmentBuilder], Way]


def leave(b: SegmentBuilder, level: int, error: str, element: str, onward: Onward, *, at_once: bool = True) -> Way:
    """The way out to a level, where `onward` leads on in the segment there. `element` is what takes the token out.

    `at_once`: what lies inside the level is left when the way is taken; else `onward` says where.
    """
    below, owner = b, b
    while owner.bounds.level > level and owner.parent is not None:
        if owner.apart:
            b.build.left.setdefault(owner.apart, set()).add(error)
        below, owner = owner, owner.parent
    way = _outside(owner, error, element, owner.own_left(level), onward(owner))
    if level and at_once:  # with level 0 the execution ends, and with it all that is open
        way = way.after(*owner.cancelled(level))
    if owner is b:
        return way
    below.exits[error] = Exit(error, way, element)
    return Way(thrown(b, error, element))


def leave_to(b: SegmentBuilder, catcher: Catcher, outcome: Outcome = "completed") -> Way:
    """The way to the handler of an event that interrupts. `outcome`: how what threw is left."""
    event = catcher.event
    way = leave(b, catcher.level, f"boundary:{event.id}", event.id, lambda owner: owner.through(event))
    return Way(way.to, way.path, outcome)


def end_level(b: SegmentBuilder, graph: Graph) -> int:
    """The level to which a scope is left when it ends before its time: its handlers aside end with it."""
    depth = len(graph.path)
    beside = b.build.handles_aside(graph) or any(not start.interrupting for _, start in event_sub_processes(graph))
    return event_level(depth) if beside else body_level(depth)


def _outside(b: SegmentBuilder, error: str, element: str, own: Sequence[Own], way: Way) -> Way:
    """Out of loops of the same segment: what was a turn's own is gone, and what it hid is back."""
    own = [each for each in own if each.names]
    if not own:
        return way
    key = b.once(f"{error}\0outside\0{own}", element, "outside")
    if key not in b.steps:
        output = INPUT
        for each in own:
            output = jsonata.merge(jsonata.without(output, each.names), f"${each.saved}")
        output = jsonata.merge(output, left(len(own)))
        b.add(Compute(key, element, "helper", way, asl(output)))
    return Way(key)


def thrown(b: SegmentBuilder, error: str, element: str) -> str:
    """The state that throws an error. Returns it."""
    key = b.once(f"{error}\0throw", element, "throw")
    if key not in b.steps:
        b.add(Throw(key, element, "helper", error, jsonata.plain(f"'{element}' leads out of a fork.")))
    return key
