"""Handlers that run beside what goes on: a fork of one branch, so that their ends are not the end of what called."""

from dataclasses import replace

from state_machines.bpmn.model import FlowNode
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.catching import Catcher, branch_level, event_level
from state_machines.flow.jsonata import MERGE_BRANCHES
from state_machines.flow.lower.asides import run_aside
from state_machines.flow.lower.cut_off import catches
from state_machines.flow.steps import Fork, Passed, Way


def handle_beside(b: SegmentBuilder, catcher: Catcher, owner: FlowNode, way: Way) -> Way:
    """The way into the handler of an event that does not interrupt; `way` follows when the handler has ended.

    A handler that may wait, while its event may come again, is only started; `way` follows at once.
    """
    event = catcher.event
    if b.build.aside(event):
        return run_aside(b, catcher, way)
    graph = b.graph(event)
    depth = len(graph.path)
    level = event_level(depth) if catcher.handler else branch_level(depth)
    bounds = replace(
        b.bounds, stop="", ending=graph.scope, region=None, fork=owner.id, depth=b.bounds.depth + 1, level=level
    )
    exits: dict[str, Exit] = {}
    inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
    segment = inner.filled(inner.through(event), event.id)
    key = b.helper(event.id, "handler")
    caught = catches(b, event, key, exits, (segment,))
    ended = (Passed("element", catcher.handler.id),) if catcher.handler else ()
    b.add(Fork(key, event.id, "helper", way.after(*ended), (segment,), MERGE_BRANCHES, catches=caught))
    return Way(key)
