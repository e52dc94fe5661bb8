"""Conditional events: evaluated when they are reached, and whenever a variable that they read is written.

Who writes evaluates the conditions of the scopes around it on the spot, as the first that knows, and tells the record
of the instance (docs/records.md, "Conditions"), by which those hear of it who wait elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import Event, FlowNode, SubProcess
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.catching import Catcher, conditional_around
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.evaluating import brought, met
from state_machines.flow.lower.handlers import handle_beside
from state_machines.flow.lower.leaving import leave_to
from state_machines.flow.lower.outside import own_inside
from state_machines.flow.shared import changed, created, known, telling, view
from state_machines.flow.sharing import written
from state_machines.flow.steps import Call, Compute, Decide, Rule, Segment, Way
from state_machines.flow.unseen import Written
from state_machines.flow.waits import WRITE_RETRY


def lower_written(b: SegmentBuilder, node: Written, key: str) -> None:
    """Behind a node that may have written: tell what, then evaluate the conditions that stand around it."""
    names, writer = b.build.conditions.names, b.node(node.id)
    around = [c for c in conditional_around(b.build, writer, inside=node.inside) if _reaches(b, c)]
    certain = written(writer) & set(names)
    resource, arguments = telling(names, certain, _heard(b, writer, around))
    news, seen = b.build.names.variable("news", key), b.build.names.variable("view", key)
    assign: dict[str, Json] = {
        news: asl(changed(names, certain)),
        seen: asl(view(names, "$states.result.Attributes")),
    }
    made = b.build.names.variable("made", key) if any(c.definition.writes for c in around) else ""
    if made:
        assign[made] = asl(created(names, certain))
    way = _first(b, writer, [(c, met(b, c, seen, news, made)) for c in around], node.way)
    b.add(Call(key, node.id, "helper", way, resource, arguments, asl(known(names, INPUT)), assign, retry=WRITE_RETRY))


def reached(
    b: SegmentBuilder,
    owner: FlowNode,
    catchers: Sequence[Catcher],
    seen: str,
    body: Segment,
    hidden: FlowNode | None,
) -> Segment:
    """The body of a scope behind the conditions of its events, which are evaluated when it begins.

    `hidden` is the activity that no state shows before the body has begun.
    """
    alone = [catcher for catcher in catchers if catcher.event.takes_any]
    first = _first(b, owner, [(catcher, met(b, catcher, seen)) for catcher in alone], body.start, hidden)
    before = b.filled(first, owner.id)
    return replace(body, start=before.start, steps={**before.steps, **body.steps})


def _first(
    b: SegmentBuilder,
    owner: FlowNode,
    found: Sequence[tuple[Catcher, str]],
    way: Way,
    hidden: FlowNode | None = None,
) -> Way:
    """Who interrupts goes first, from the outside in; whoever else is met runs beside, one after the other."""
    beside = [each for each in found if not each[0].event.interrupting]
    for catcher, condition in reversed(beside):
        key = b.helper(catcher.event.id, "if")
        fork, _ = b.armed.get(catcher.event.id, ("", 0))
        mapped = brought(b, catcher.event)
        handler = handle_beside(b, catcher, owner, way, fork, mapped)
        rule = Rule(condition, handler, "" if own_inside(b, catcher.level) else mapped)
        b.add(Decide(key, owner.id, "helper", (rule,), way))
        way = Way(key)
    interrupting = [each for each in reversed(found) if each[0].event.interrupting]
    if not interrupting:
        return way
    key = b.helper(owner.id, "if")
    rules = tuple(Rule(c, _left(b, catcher, hidden), brought(b, catcher.event)) for catcher, c in interrupting)
    b.add(Decide(key, owner.id, "helper", rules, way))
    return Way(key)


def _left(b: SegmentBuilder, catcher: Catcher, hidden: FlowNode | None) -> Way:
    """The way to the handler. An activity that is left when it has just been entered was there, but is cancelled."""
    way = leave_to(b, catcher)
    if hidden is None or catcher.handler is not None:
        return way
    entered = b.helper(hidden.id, "entered")
    b.add(Compute(entered, hidden.id, "element", replace(way, outcome="cancelled")))
    return Way(entered)


def _reaches(b: SegmentBuilder, catcher: Catcher) -> bool:
    """Whether the scope of an event is around this segment: a handler that runs aside only tells."""
    while b.bounds.level > catcher.level and b.parent is not None and not b.apart:
        b = b.parent
    return b.bounds.level <= catcher.level


def _heard(b: SegmentBuilder, writer: FlowNode, around: Iterable[Catcher]) -> list[str]:
    """The events that need not be told: their conditions are evaluated here, or the writer is what they started."""
    handlers = [b.node(scope) for scope in b.graph(writer).path]
    inside = [h for h in handlers if isinstance(h, SubProcess) and h.kind == "event"]
    starts = [n for h in inside for n in h.scope.nodes if isinstance(n, Event) and n.position == "start"]
    return [*dict.fromkeys([*(c.event.id for c in around), *(start.id for start in starts)])]
