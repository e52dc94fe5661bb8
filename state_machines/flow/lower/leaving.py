"""Leaving scopes early: straight to where it goes on, or by an error that cuts off what else runs in the scope.

A way that stays in its segment keeps the token and its variables. One that leaves a fork ends in a `Throw`, which hands
the variables on; the fork catches the error (`cut_off`), and its other branches are gone.
"""

from collections.abc import Callable, Sequence

from state_machines.flow import jsonata
from state_machines.flow.bounds import Own
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.catching import Catcher
from state_machines.flow.jsonata import INPUT, RESERVED, asl
from state_machines.flow.steps import Compute, Outcome, Throw, Way

Onward = Callable[[SegmentBuilder], Way]

MAX_CAUSE = 32_768
"""Characters that Step Functions takes as the cause of an error."""


def leave(b: SegmentBuilder, level: int, error: str, element: str, onward: Onward) -> Way:
    """The way out to a level, where `onward` leads on in the segment there. `element` is what takes the token out."""
    below, owner = b, b
    while owner.bounds.level > level and owner.parent is not None:
        if owner.apart:
            b.build.left.setdefault(owner.apart, set()).add(error)
        below, owner = owner, owner.parent
    way = _outside(owner, error, element, owner.own_left(level), onward(owner))
    if owner is b:
        return way
    below.exits[error] = Exit(error, way, element)
    return Way(thrown(b, error, element, _own(b, owner, level)))


def leave_to(b: SegmentBuilder, catcher: Catcher, outcome: Outcome = "completed") -> Way:
    """The way to the handler of an event that interrupts. `outcome`: how what threw is left."""
    event = catcher.event
    way = leave(b, catcher.level, f"boundary:{event.id}", event.id, lambda owner: owner.through(event))
    return Way(way.to, way.path, outcome)


def _outside(b: SegmentBuilder, error: str, element: str, left: Sequence[Own], way: Way) -> Way:
    """Out of loops of the same segment: what was a turn's own is gone, and what it hid is back."""
    left = [own for own in left if own.names]
    if not left:
        return way
    key = b.once(f"{error}\0outside\0{left}", element, "outside")
    if key not in b.steps:
        output = INPUT
        for own in left:
            output = jsonata.merge(jsonata.without(output, own.names), f"${own.saved}")
        b.add(Compute(key, element, "helper", way, asl(output)))
    return Way(key)


def _own(b: SegmentBuilder, owner: SegmentBuilder, level: int) -> tuple[str, ...]:
    """What is known in loops alone that a token leaves between two segments."""
    names: list[str] = []
    while b is not owner and b.parent is not None:
        names += (name for own in b.own_left(level) for name in own.names)
        b = b.parent
    return tuple(dict.fromkeys(names))


def thrown(b: SegmentBuilder, error: str, element: str, own: tuple[str, ...] = ()) -> str:
    """The state that throws an error with the variables, but for those of loops alone. Returns it."""
    key = b.once(f"{error}\0throw\0{own}", element, "throw")
    if key not in b.steps:
        handed = jsonata.obj({"variables": jsonata.without(INPUT, [RESERVED, *own])})
        words = jsonata.text(f"The variables have more than {MAX_CAUSE} characters: too large to leave a branch with.")
        cause = f"($cause := $string({handed}); $length($cause) <= {MAX_CAUSE} ? $cause : $error({words}))"
        b.add(Throw(key, element, "helper", error, asl(cause)))
    return key
