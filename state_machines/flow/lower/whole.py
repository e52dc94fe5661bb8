"""Scopes that are one open region each: what runs aside there meets in joins what it runs beside.

The region begins with the scope. The tokens of its body are kept in `_dpc.tokens` until those that ran aside have ended
too; then they are merged (`counting`), and what waits for ever is an incident.
"""

from collections.abc import Callable
from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import Event, FlowNode
from state_machines.flow import jsonata, tokens
from state_machines.flow.bounds import Bounds, Open
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.catching import branch_level
from state_machines.flow.forks import is_inclusive, is_join
from state_machines.flow.graph import Graph
from state_machines.flow.jsonata import INPUT, RESERVED, asl
from state_machines.flow.ledgers import Ledger
from state_machines.flow.lower.asides import Aside
from state_machines.flow.lower.cut_off import catches
from state_machines.flow.lower.ledger import Told, at_place, tell
from state_machines.flow.lower.resuming import FLAT, lower_points
from state_machines.flow.reaching import Reaching
from state_machines.flow.regions import reach
from state_machines.flow.steps import END, Compute, Fork, Way


def begin_whole(b: SegmentBuilder, node: FlowNode, graph: Graph, begin: Callable[[SegmentBuilder], Way]) -> Way:
    """The way into a scope that is one open region; `begin` leads into the scope itself. `node` names the states."""
    key = b.helper(graph.scope or b.build.process.id, "tokens")
    fork = b.helper(key, "fork")
    base, entered = (b.build.names.variable(purpose, key) for purpose in ("base", "entered"))
    region = Open(graph.scope, "", base, entered, _ledger(b, graph), whole=True)
    moment = f"{jsonata.text(key + '@')} & $states.context.State.EnteredTime{at_place(b)}"
    assign: dict[str, Json] = {base: asl(INPUT), entered: asl(moment)}
    b.add(Compute(key, node.id, "helper", Way(fork), "", assign))
    bounds = replace(
        b.bounds,
        region=region,
        stop="",
        ending=graph.scope,
        fork=node.id,
        depth=b.bounds.depth + 1,
        level=branch_level(len(graph.path)),
        within=frozenset(),
    )
    exits: dict[str, Exit] = {}
    inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
    inner.whole[graph.scope] = region
    segment = inner.filled(_first(inner, node, region, graph.starts()[0].id, begin(inner)), node.id)
    resumed = lower_points(b, node, region, exits)
    caught = catches(b, node, fork, exits, (segment, *resumed))
    about = f"{{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {{'tokens': {FLAT}}}])}}"
    output = jsonata.merge(INPUT, about)
    given = asl(tokens.begun())
    b.add(Fork(fork, node.id, "helper", Way(END), (segment,), output, catches=caught, arguments=given))
    return Way(key)


def joining_aside(b: SegmentBuilder, event: Event, level: int) -> Aside:
    """What follows an event in an execution of its own, as a token of its scope's region."""
    scope = b.graph(event).scope
    bounds = Bounds(ending=scope, fork=event.id, level=level, items=1)

    def begin(inner: SegmentBuilder) -> Way:
        return _first(inner, event, inner.whole[scope], event.id, inner.through(event))

    return Aside(event, b.graph(event), bounds, begin, region=scope)


def _first(b: SegmentBuilder, node: FlowNode, region: Open, place: str, way: Way) -> Way:
    """The way of a new token: where joins wait for whoever can come, it tells that it stands in a node."""
    if not region.ledger.shared:
        return way
    key = b.helper(node.id, "new")
    moved = f"{{'from': '', 'to': [{region.ledger.class_in(place)}]}}"
    seen = b.build.names.variable("place", key)
    tell(b, node, region, Told(key, "", moved, arrives=False, way=way, place=seen))
    return Way(key)


def _ledger(b: SegmentBuilder, graph: Graph) -> Ledger:
    """The joins of the scope, but for those of regions in it that become one token again: they have their own."""
    closed = [r for r in b.build.regions.values() if r.join and r.fork in graph.nodes]
    inside = {r.join for r in closed}.union(*(reach(graph, f, r.join) for r in closed for f in graph.outgoing[r.fork]))
    joins = [n for n in graph.nodes.values() if n.id in b.build.open_joins - inside and is_join(graph, n)]
    inclusive = tuple(join.id for join in joins if is_inclusive(join))
    return Ledger(graph, tuple(join.id for join in joins), Reaching(graph, inclusive))
