"""Sub-processes and the process as scopes: in place where nothing watches them, else a fork of body and watchers."""

from dataclasses import replace
from typing import Final

from state_machines.bpmn.model import Activity, SubProcess
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.catching import Catcher, body_level, event_level, events_watched
from state_machines.flow.completed import begun
from state_machines.flow.data import owns
from state_machines.flow.graph import Graph
from state_machines.flow.jsonata import asl
from state_machines.flow.lower.beginning import begin
from state_machines.flow.lower.loops import lower_unless_none, may_have_none
from state_machines.flow.lower.watching import Watched, watch
from state_machines.flow.lower.whole import begin_whole
from state_machines.flow.steps import END, Compute, Segment, Through, Way
from state_machines.flow.unseen import Guarded

_THERE: Final = ("message", "conditional")
"""Kinds of events that may have come, or be true, before somebody waits: what never begins must not wait for them."""


def process_begin(b: SegmentBuilder) -> Way:
    """To the beginning of the process; where event sub-processes are waited for, to the fork of them and its body."""
    graph = b.build.graphs[""]
    start, found = graph.shown_start(), events_watched(graph)
    if not b.build.guards(graph):
        return begin(b, graph)
    key = b.helper(b.build.process.id, "events")
    watch(b, Watched(start, key, "helper", Way(END), found, lambda exits: _body(b, graph, exits), graph))
    return Way(key)


def lower_sub_process(b: SegmentBuilder, node: SubProcess, key: str) -> None:
    """A sub-process. One that nothing watches needs no fork: its steps stand among the others."""
    graph = b.build.graphs[node.id]
    if b.build.compensation.lists(node):
        first, key = key, b.build.names.of_element(node.id)
        b.add(Compute(first, node.id, "helper", Way(key), asl(begun(node.id, items=b.bounds.items > 0))))
    if owns(node):
        first, key = key, b.helper(node.id, "scope")
        b.add(Through(first, node.id, "helper", b.border(node, Way(key), inward=True)))
    outer, inner = b.watchers(node), events_watched(graph)
    alone = not b.build.guards(graph)
    if outer and not alone:
        watch(b, Watched(node, key, "element", b.after(node), outer, lambda exits: _enclosed(b, node, inner, exits)))
    elif outer:
        watch(b, Watched(node, key, "element", b.after(node), outer, lambda exits: _body(b, graph, exits)))
    elif not alone:
        watch(b, Watched(node, key, "helper", b.through(node), inner, lambda exits: _body(b, graph, exits), graph))
    else:
        b.add(Through(key, node.id, "helper", b.begin(graph)))


def lower_guarded(b: SegmentBuilder, node: Guarded, key: str) -> None:
    """An event sub-process that has event sub-processes of its own: a fork of them and what its start leads to."""
    graph = b.build.graphs[node.id]

    def body(exits: dict[str, Exit]) -> Segment:
        inner = _builder(b, graph, body_level(len(graph.path)), exits)
        start = inner.node(node.start)
        if b.build.joins_beside(graph):
            return inner.filled(begin_whole(inner, start, graph, lambda branch: branch.onward(start)), node.id)
        return inner.filled(inner.onward(start), node.id)

    handler = b.node(node.id)
    watch(b, Watched(handler, key, "helper", b.end_of(graph), events_watched(graph), body, graph))


def lower_watched(b: SegmentBuilder, node: Activity, key: str) -> None:
    """An activity with watchers beside it; `key` is the fork's, the activity itself keeps its name."""
    found = b.watchers(node)
    if may_have_none(node) and any(catcher.definition.kind in _THERE for catcher in found):
        first, key = key, b.helper(node.id, "some")
        lower_unless_none(b, node, first, key)

    def body(exits: dict[str, Exit]) -> Segment:
        bounds = replace(
            b.bounds,
            stop="",
            region=None,
            fork=node.id,
            depth=b.bounds.depth + 1,
            level=event_level(len(b.graph(node).path) + 1),
        )
        inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
        inner.beside |= {catcher.event.id for catcher in found}
        return inner.filled(inner.body(node, Way(END)))

    watch(b, Watched(node, key, "helper", b.after(node), found, body))


def _enclosed(b: SegmentBuilder, node: SubProcess, inner: tuple[Catcher, ...], exits: dict[str, Exit]) -> Segment:
    """The inner fork of two: what the boundary events stand around."""
    graph = b.build.graphs[node.id]
    around = _builder(b, graph, event_level(len(graph.path)), exits)
    key = around.helper(node.id, "events")
    body = Watched(node, key, "helper", Way(""), inner, lambda found: _body(around, graph, found), graph)
    watch(around, body)
    return around.filled(Way(key), node.id)


def _body(b: SegmentBuilder, graph: Graph, exits: dict[str, Exit]) -> Segment:
    inner = _builder(b, graph, body_level(len(graph.path)), exits)
    fork = inner.bounds.fork
    if b.build.joins_beside(graph):
        return inner.filled(begin_whole(inner, b.node(fork), graph, lambda branch: begin(branch, graph)), fork)
    return inner.filled(begin(inner, graph), fork)


def _builder(b: SegmentBuilder, graph: Graph, level: int, exits: dict[str, Exit]) -> SegmentBuilder:
    bounds = replace(
        b.bounds,
        stop="",
        ending=graph.scope,
        region=None,
        fork=graph.scope or graph.shown_start().id,
        depth=b.bounds.depth + 1,
        level=level,
    )
    return SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
