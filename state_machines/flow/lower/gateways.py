"""Gateways: choices, and forks as Parallel states. Event-based gateways wait and stand in `waiting`."""

from collections.abc import Mapping
from dataclasses import replace

from state_machines.bpmn.model import FlowNode, Gateway, SequenceFlow
from state_machines.flow.build import MAX_DEPTH, Bounds, Exit, SegmentBuilder
from state_machines.flow.catching import branch_level
from state_machines.flow.graph import unseen
from state_machines.flow.jsonata import MERGE_BRANCHES, asl
from state_machines.flow.lower.cut_off import catches
from state_machines.flow.lower.incidents import no_way_out
from state_machines.flow.lower.joins import FLAT, begin_region, end_region
from state_machines.flow.regions import Region, is_fork, takes_some
from state_machines.flow.steps import END, Compute, Decide, Fork, Passed, Rule, Segment, Through, Way
from state_machines.flow.unseen import ImplicitChoice


def lower_gateway(b: SegmentBuilder, node: Gateway, key: str) -> None:
    """Any gateway but the event-based one."""
    if is_fork(b.graph(node), node):
        lower_fork(b, node, key)
    elif node.kind == "exclusive":
        _exclusive(b, node, key)
    else:
        b.add(Through(key, node.id, "helper", b.through(node)))


def _exclusive(b: SegmentBuilder, node: Gateway, key: str) -> None:
    flows = b.graph(node).outgoing[node.id]
    rules, default = _rules(b, node, flows)
    if not rules and default:
        b.add(Through(key, node.id, "helper", default))
    elif not flows:
        b.add(Through(key, node.id, "helper", b.through(node)))
    else:
        b.add(Decide(key, node.id, "choice", tuple(rules), default or no_way_out(b, node, key)))


def lower_choice(b: SegmentBuilder, node: ImplicitChoice, key: str) -> None:
    """The condition on one of two flows behind an activity, the other being the default."""
    flows = b.build.home[node.id].outgoing[node.id]
    conditional = next(flow for flow in flows if flow.condition is not None)
    default = next(flow for flow in flows if flow is not conditional)
    if conditional.condition is not None:
        rule = Rule(b.build.expressions.condition(conditional.condition, node), b.way(conditional))
        b.add(Decide(key, node.id, "choice", (rule,), b.way(default)))


def _rules(b: SegmentBuilder, node: Gateway, flows: tuple[SequenceFlow, ...]) -> tuple[list[Rule], Way | None]:
    """The rules in the file's order and the default; a flow without a condition takes whatever comes to it."""
    rules: list[Rule] = []
    passed = Passed("element", node.id)
    for flow in flows:
        if flow.id == node.default_flow:
            continue
        way = b.way(flow).after(passed)
        if flow.condition is None:
            return rules, way
        rules.append(Rule(b.build.expressions.condition(flow.condition, node), way))
    default = next((flow for flow in flows if flow.id == node.default_flow), None)
    return rules, b.way(default).after(passed) if default else None


def lower_fork(b: SegmentBuilder, node: FlowNode, key: str) -> None:
    """A fork whose region is a block, or whose branches all end."""
    graph = b.build.home[node.id]
    node = graph.nodes[node.id]  # of an implicit split: what splits
    region = b.build.regions[node.id]
    owner = graph.outgoing[node.id][0].target if unseen(node) else node.id
    if b.bounds.depth >= MAX_DEPTH:
        b.build.say("FLOW-031", "error", node, f"More than {MAX_DEPTH} forks stand inside each other.")
        return
    nested = not region.join and b.bounds.region is not None and b.bounds.region.scope == graph.scope
    root = region.opens and not nested
    opened = b.bounds.region if nested else None
    if root:
        opened, key = begin_region(b, b.node(owner), key)
    bounds = replace(
        b.bounds,
        region=opened,
        stop=region.join,
        ending=graph.scope,
        fork=owner,
        depth=b.bounds.depth + 1,
        level=branch_level(len(graph.path)),
    )
    exits: dict[str, Exit] = {}
    flows = graph.outgoing[node.id]
    if takes_some(graph, node):
        conditions = _conditions(b, node)
        branches = _inclusive(b, node, key, bounds, conditions, exits)
        key = _guard(b, node, key, conditions)
    else:
        branches = tuple(_branch(b, bounds, flow, exits) for flow in flows)
    caught = catches(b, b.node(owner), key, exits, branches)
    if root:
        b.add(replace(end_region(b, b.node(owner), key, _behind(b, region), branches), catches=caught))
        return
    if nested:
        b.add(Fork(key, owner, "helper", Way(END), branches, FLAT, catches=caught))
        return
    b.add(Fork(key, owner, "helper", _behind(b, region), branches, MERGE_BRANCHES, catches=caught))


def _branch(b: SegmentBuilder, bounds: Bounds, flow: SequenceFlow, exits: dict[str, Exit]) -> Segment:
    return SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits).from_flow(flow)


def _behind(b: SegmentBuilder, region: Region) -> Way:
    """What follows a fork: its join, or the end of its scope."""
    graph = b.build.home[region.fork]
    if not region.join:
        return b.end_of(graph)
    join = graph.nodes[region.join]
    if is_fork(graph, join):
        return b.into(join)
    return b.through(join)


def _conditions(b: SegmentBuilder, node: FlowNode) -> dict[str, str]:
    """The conditions of an inclusive gateway's flows; the default has none, nor has a flow that is always taken."""
    return {
        flow.id: b.build.expressions.condition(flow.condition, node)
        for flow in b.graph(node).outgoing[node.id]
        if flow.condition and flow.id != node.default_flow
    }


def _guard(b: SegmentBuilder, node: FlowNode, key: str, conditions: Mapping[str, str]) -> str:
    """Where possibly no branch is taken, a choice before the Parallel parks the token. Returns the Parallel's step."""
    if len(conditions) < len(b.graph(node).outgoing[node.id]):
        return key
    fork = b.helper(key, "fork")
    some = " or ".join(f"({condition})" for condition in conditions.values())
    b.add(Decide(key, node.id, "choice", (Rule(some, Way(fork)),), no_way_out(b, node, key)))
    return fork


def _inclusive(
    b: SegmentBuilder,
    node: FlowNode,
    key: str,
    bounds: Bounds,
    conditions: Mapping[str, str],
    exits: dict[str, Exit],
) -> tuple[Segment, ...]:
    """Branches that begin with their own condition; the default's is that no other is true."""
    flows = b.graph(node).outgoing[node.id]
    none = " and ".join(f"$not({condition})" for condition in conditions.values())
    return tuple(
        _branch(b, bounds, flow, exits)
        if flow.id not in conditions and flow.id != node.default_flow
        else _guarded(
            b,
            node,
            _branch(b, bounds, flow, exits),
            flow,
            conditions.get(flow.id, none or "true"),
            listed=bounds.region is not None,
        )
        for flow in flows
    )


def _guarded(
    b: SegmentBuilder, node: FlowNode, inner: Segment, flow: SequenceFlow, condition: str, *, listed: bool
) -> Segment:
    """A branch behind its condition. `listed`: branches give lists, and one that is not taken an empty one."""
    check = b.helper(flow.id, "if")
    untaken = b.helper(flow.id, "not")
    nothing = asl("[]") if listed else ""
    steps = {
        check: Decide(check, node.id, "choice", (Rule(condition, inner.start),), Way(untaken)),
        untaken: Compute(untaken, node.id, "helper", Way(END), nothing),
        **inner.steps,
    }
    return Segment(Way(check), steps, node.id)
