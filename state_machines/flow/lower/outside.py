"""Handlers that begin beside a scope with variables of its own: they know the variables as they are outside of it.

Who throws goes on inside: what a handler that does not run aside has changed is seen there, unless it is hidden.
"""

from collections.abc import Callable, Iterator, Sequence

from state_machines.asl.model import Json
from state_machines.flow import jsonata
from state_machines.flow.bounds import Own
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher
from state_machines.flow.data import own
from state_machines.flow.jsonata import INPUT, RESERVED, asl
from state_machines.flow.shared import picked
from state_machines.flow.steps import Compute, Way
from state_machines.flow.unseen import Written


def own_inside(b: SegmentBuilder, level: int) -> list[Own]:
    """The own variables that are known where something is lowered, but not at a level; the innermost first."""
    around = list(_around(b))
    found: list[Own] = []
    for id_ in b.left(level):
        behind = isinstance(b.at, Written) and b.at.id == id_
        inside = isinstance(b.at, Written) and b.at.inside
        scope = next((each.scope_own[id_] for each in around if id_ in each.scope_own), None)
        loop = next((each.loops[id_] for each in around if id_ in each.loops), None)
        found += [scope] if scope and not behind else []
        found += [loop] if loop and loop.names and (inside or not behind) else []
    return found


def begun_outside(b: SegmentBuilder, catcher: Catcher, begin: Callable[[Way], Way], way: Way, brought: str = "") -> Way:
    """The way into a handler, whose way is `begin` of what follows it, with the variables that it knows; then `way`.

    `brought`: what its event maps, as ASL, evaluated on these.
    """
    left, event = own_inside(b, catcher.level), catcher.event
    if not left:
        return begin(way)
    out, back = b.helper(event.id, "outside"), b.helper(event.id, "inside")
    kept = b.build.names.variable("inside", event.id)
    again = _again(left, f"${kept}")
    mine = [each for each in left if each in (*b.scope_own.values(), *b.loops.values()) and each.saved]
    hidden: dict[str, Json] = {
        each.saved: asl(f"({again}).{RESERVED}.own{'.around' * left.index(each)}.hidden") for each in mine
    }
    b.add(Compute(back, event.id, "helper", way, asl(again), hidden))
    begun = begin(Way(back))
    if brought:
        mapped = b.helper(event.id, "mapped")
        b.add(Compute(mapped, event.id, "helper", begun, brought))
        begun = Way(mapped)
    b.add(Compute(out, event.id, "helper", begun, asl(_outside(INPUT, left)), {kept: asl(INPUT)}))
    return Way(out)


def _around(b: SegmentBuilder) -> Iterator[SegmentBuilder]:
    at: SegmentBuilder | None = b
    while at is not None:
        yield at
        at = at.parent


def _outside(of: str, left: Sequence[Own]) -> str:
    """JSONata of variables as they are known outside of scopes of own variables, the innermost first."""
    return f"({'; '.join(['$v := ' + of, *map(_step_out, left)])}; $v)"


def _step_out(each: Own) -> str:
    about = jsonata.merge(jsonata.without(f"$v.{RESERVED}", ["own"]), "{'own': $o.around}")
    rest = jsonata.without("$v", each.names) if each.names else "$v"
    after = jsonata.merge(rest, "$o.hidden", f"{{'{RESERVED}': {about}}}")
    return f"$o := $v.{RESERVED}.own; $v := {after}"


def _again(left: Sequence[Own], inside: str) -> str:
    """JSONata of the input as it is known inside again. `inside`: what was known there."""
    parts = [f"$inside0 := {inside}"]
    parts += [f"$inside{i + 1} := {_outside(f'$inside{i}', [each])}" for i, each in enumerate(left[:-1])]
    parts.append(f"$v := {INPUT}")
    for i, each in reversed(list(enumerate(left))):
        about = own(each.names, picked(each.names, "$v"), f"$v.{RESERVED}.own")
        entered = f"{{'{RESERVED}': $merge([$v.{RESERVED}, {about}])}}"
        rest = jsonata.without("$v", each.names) if each.names else "$v"
        known = jsonata.merge(rest, picked(each.names, f"$inside{i}"), entered)
        parts.append(f"$v := {known}")
    return f"({'; '.join(parts)}; $v)"
