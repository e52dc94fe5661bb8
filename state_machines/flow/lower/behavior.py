"""Events that a multi-instance throws as its instances end (BPMN 2.0.2, 10.3.8: `behavior` None and One)."""

from state_machines.asl.model import Json
from state_machines.bpmn.model import Activity, EventDefinition
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher, catchers
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.errors import own_catchers
from state_machines.flow.lower.handlers import handle_beside
from state_machines.flow.lower.leaving import leave_to
from state_machines.flow.lower.publishing import broadcast, name_given
from state_machines.flow.steps import Decide, Rule, Through, Way
from state_machines.flow.support.loops import lasts


def throws(b: SegmentBuilder, node: Activity, thrown: EventDefinition, first: str, way: Way) -> Way:
    """Where an instance leads that has ended, before it goes `way`. `first`: JSONata of whether it throws at all."""
    key = b.helper(node.id, "thrown")
    out = _caught(b, node, thrown, way)
    if thrown.kind == "signal":
        given: dict[str, Json] = {
            "name": name_given(b, node, thrown),
            "at": asl("$states.context.State.EnteredTime"),
            "variables": {},
        }
        broadcast(b, node, key, given, asl(INPUT), out)
    else:
        b.add(Through(key, node.id, "helper", out))
    if not first:
        return Way(key)
    check = b.helper(node.id, "first")
    b.add(Decide(check, node.id, "helper", (Rule(first, Way(key)),), way))
    return Way(check)


def _caught(b: SegmentBuilder, node: Activity, thrown: EventDefinition, way: Way) -> Way:
    """To the nearest who catches it: a boundary event of the activity, or what stands around it; none: onward."""
    own = [c for c in own_catchers(b, node, thrown.kind) if _catches(c, thrown)]
    around = [c for c in catchers(b.build, node, thrown.kind, None) if _catches(c, thrown)]
    # A watcher hears a signal itself: only what interrupts cannot wait for it.
    told = [c for c in (*own, *around) if c.event.interrupting or thrown.kind != "signal" or not lasts(node)]
    if not told:
        return way
    return leave_to(b, told[0], "cancelled") if told[0].event.interrupting else handle_beside(b, told[0], node, way)


def _catches(catcher: Catcher, thrown: EventDefinition) -> bool:
    return catcher.definition.name == thrown.name and catcher.code in ("", thrown.code)
