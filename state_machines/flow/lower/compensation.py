"""Compensation: completed activities are listed, newest first; a throw runs their handlers in that order.

The list travels as `_dpc.compensate` with the variables: `{"n", "a": activity, "s": what its handler reads, "c": the
entries of the sub-process that its own handler may compensate}`.
"""

from collections.abc import Sequence
from dataclasses import replace

from state_machines.bpmn.model import Event
from state_machines.flow import jsonata
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.catching import body_level, branch_level, catchers
from state_machines.flow.compensating import Undo, targets
from state_machines.flow.completed import LISTED, reserved, with_list
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.lower.cut_off import catches
from state_machines.flow.lower.leaving import leave_to
from state_machines.flow.steps import Compute, Decide, Fork, Passed, Rule, Segment, Through, Way


def lower_compensation_throw(b: SegmentBuilder, node: Event, key: str) -> None:
    """A compensation throw or end event."""
    found = targets(b.build.process, b.build.undos, b.graph(node).path, node.definitions[0].activity_ref)
    _compensate(b, node, key, found, b.through(node))


def lower_cancel(b: SegmentBuilder, node: Event, key: str) -> None:
    """A cancel end event: the transaction is compensated, then left by its cancel boundary event."""
    found = targets(b.build.process, b.build.undos, b.graph(node).path, "")
    around = catchers(b.build, node, "cancel", "")
    way = leave_to(b, around[0]).after(Passed("element", node.id)) if around else b.through(node)
    _compensate(b, node, key, found, way)


def _compensate(b: SegmentBuilder, node: Event, key: str, found: Sequence[Undo], way: Way) -> None:
    if not found:
        b.add(Through(key, node.id, "helper", way))
        return
    wanted = ", ".join(jsonata.text(undo.activity.id) for undo in found)
    newest = f"({LISTED}[a in [{wanted}]])[0]"
    rules = tuple(
        Rule(f"{newest}.a = {jsonata.text(undo.activity.id)}", Way(_undone(b, node, key, undo, newest)))
        for undo in found
    )
    b.add(Decide(key, node.id, "choice", rules, way))


def _undone(b: SegmentBuilder, node: Event, key: str, undo: Undo, newest: str) -> str:
    """Takes the entry off the list and runs the handler beside nothing else; then the throw looks for the next."""
    entry = b.build.names.variable("undo", f"{key}_{undo.activity.id}")
    take, run = b.helper(undo.activity.id, "take"), b.helper(undo.activity.id, "undo")
    rest = f"($first := {newest}; [$filter({LISTED}, function($e) {{ $e.n != $first.n }})])"
    b.add(Compute(take, node.id, "helper", Way(run, (), "continues"), asl(with_list(rest)), {entry: asl(newest)}))
    exits: dict[str, Exit] = {}
    segment = _handler(b, undo, exits)
    given = jsonata.merge(INPUT, f"${entry}.s", reserved(f"$append([], ${entry}.c)"))
    changed = "$sift($states.result[0], function($v, $k) { $k != '_dpc' and $not($v = $lookup($in, $k)) })"
    output = f"($in := {given}; {jsonata.merge(INPUT, changed)})"
    ended = (Passed("element", undo.handler.id),) if undo.start else ()
    caught = catches(b, node, run, exits, (segment,))
    b.add(Fork(run, node.id, "helper", Way(key, ended), (segment,), output, catches=caught, arguments=asl(given)))
    return take


def _handler(b: SegmentBuilder, undo: Undo, exits: dict[str, Exit]) -> Segment:
    graph = b.graph(undo.start or undo.handler)
    level = (body_level if undo.start else branch_level)(len(graph.path))
    bounds = replace(
        b.bounds, stop="", ending=graph.scope, region=None, fork=undo.handler.id, depth=b.bounds.depth + 1, level=level
    )
    inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
    if undo.start is not None:
        return inner.filled(inner.through(undo.start), undo.handler.id)
    return inner.from_node(undo.handler)
