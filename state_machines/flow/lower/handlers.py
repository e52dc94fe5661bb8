"""Handlers that run beside what goes on: a fork of one branch, so that their ends are not the end of what called."""

from dataclasses import replace

from state_machines.bpmn.model import FlowNode
from state_machines.flow import jsonata
from state_machines.flow.bounds import Bounds
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.catching import Catcher, branch_level, event_level
from state_machines.flow.jsonata import INPUT, MERGE_BRANCHES, asl
from state_machines.flow.lower.asides import Aside, run_aside
from state_machines.flow.lower.cut_off import catches
from state_machines.flow.lower.outside import begun_outside
from state_machines.flow.lower.reading import read_scope, reads_scope
from state_machines.flow.lower.whole import joining_aside
from state_machines.flow.steps import Fork, Passed, Way


def handle_beside(
    b: SegmentBuilder, catcher: Catcher, owner: FlowNode, way: Way, fork: str = "", brought: str = ""
) -> Way:
    """The way into the handler of an event that does not interrupt; `way` follows when the handler has ended.

    A handler that may wait, while its event may come again, is only started; `way` follows at once. `fork`: that in
    which others may have written what this segment does not know. `brought`: see `begun_outside`.
    """

    def begin(onward: Way) -> Way:
        if not fork or not reads_scope(b, catcher):
            return _begun(b, catcher, owner, onward)
        news = b.build.names.variable("news", catcher.event.id)
        return read_scope(b, catcher, fork, news, _begun(b, catcher, owner, onward, news))

    return begun_outside(b, catcher, begin, way, brought)


def _begun(b: SegmentBuilder, catcher: Catcher, owner: FlowNode, way: Way, news: str = "") -> Way:
    """`news`: the variable of what the handler knows beside the variables."""
    event = catcher.event
    if b.build.aside(event):
        return run_aside(b, _aside(b, catcher), way, news)
    bounds = replace(
        b.bounds,
        stop="",
        ending=b.graph(event).scope,
        region=None,
        fork=owner.id,
        depth=b.bounds.depth + 1,
        level=_level(b, catcher),
    )
    exits: dict[str, Exit] = {}
    inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
    segment = inner.filled(inner.through(event), event.id)
    key = b.helper(event.id, "handler")
    caught = catches(b, event, key, exits, (segment,))
    after, known = way.after(*_ended(catcher)), asl(jsonata.merge(INPUT, f"${news}")) if news else ""
    b.add(Fork(key, event.id, "helper", after, (segment,), MERGE_BRANCHES, catches=caught, arguments=known))
    return Way(key)


def _aside(b: SegmentBuilder, catcher: Catcher) -> Aside:
    event = catcher.event
    if event.id in b.build.joining:
        return joining_aside(b, event, _level(b, catcher))
    bounds = Bounds(ending=b.graph(event).scope, fork=event.id, level=_level(b, catcher), items=1)
    counted = b.graph(catcher.handler or event)
    return Aside(event, counted, bounds, lambda inner: inner.through(event), _ended(catcher))


def _level(b: SegmentBuilder, catcher: Catcher) -> int:
    depth = len(b.graph(catcher.event).path)
    return event_level(depth) if catcher.handler else branch_level(depth)


def _ended(catcher: Catcher) -> tuple[Passed, ...]:
    return (Passed("element", catcher.handler.id),) if catcher.handler else ()
