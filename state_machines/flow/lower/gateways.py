"""Gateways: choices, and forks as Parallel states. Event-based gateways wait and stand in `waiting`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from state_machines.bpmn.model import FlowNode, Gateway, SequenceFlow
from state_machines.flow import jsonata, tokens
from state_machines.flow.bounds import Bounds, Open, Point
from state_machines.flow.build import MAX_DEPTH, Exit, SegmentBuilder
from state_machines.flow.catching import branch_level
from state_machines.flow.forks import is_fork, is_join, takes_some
from state_machines.flow.graph import unseen
from state_machines.flow.jsonata import MERGE_BRANCHES, asl, bounded
from state_machines.flow.lower.cut_off import catches, failure
from state_machines.flow.lower.incidents import no_way_out
from state_machines.flow.lower.joins import begin_region, end_region, released, tell_fork
from state_machines.flow.lower.resuming import FLAT, lower_points, resume
from state_machines.flow.regions import Region
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
    """The condition on a flow behind an activity, with at most the default beside it."""
    graph = b.build.home[node.id]
    chooses, flows = graph.nodes[node.id], graph.outgoing[node.id]
    conditional = next(flow for flow in flows if flow.id != chooses.default_flow)
    default = next((b.way(flow) for flow in flows if flow is not conditional), None)
    if conditional.condition is not None:
        rule = Rule(b.build.expressions.condition(conditional.condition, chooses), b.way(conditional))
        b.add(Decide(key, node.id, "choice", (rule,), default or no_way_out(b, chooses, key)))


def _rules(b: SegmentBuilder, node: Gateway, flows: tuple[SequenceFlow, ...]) -> tuple[list[Rule], Way | None]:
    """The rules in the file's order and the default, which a single flow without a condition is too."""
    passed = Passed("element", node.id)
    default = next((flow for flow in flows if flow.id == node.default_flow or flow.condition is None), None)
    rules = [
        Rule(b.build.expressions.condition(flow.condition, node), b.way(flow).after(passed))
        for flow in flows
        if flow is not default and flow.condition is not None
    ]
    return rules, b.way(default).after(passed) if default else None


def lower_fork(b: SegmentBuilder, node: FlowNode, key: str) -> None:
    """A fork: a Parallel state. Inside a region whose tokens meet in records its branches belong to that region."""
    graph = b.build.home[node.id]
    node = graph.nodes[node.id]  # of an implicit split: what splits
    region, around = b.build.regions[node.id], b.region(graph)
    if b.bounds.depth >= MAX_DEPTH:
        b.build.say("FLOW-031", "error", node, f"More than {MAX_DEPTH} forks stand inside each other.")
    elif around is not None and not region.join:
        _fork_inside(b, node, around, key)
    elif region.opens:
        _fork_around(b, node, region, key)
    else:
        owner, bounds = _bounds(b, node)
        split = Split(b, node, owner, replace(bounds, region=None, stop=region.join))
        key, branches = split.lower(key)
        way = _behind(b, region)
        caught = (*catches(b, owner, key, split.exits, branches), failure(b, owner, key, key, way, branches))
        b.add(Fork(key, owner.id, "helper", way, branches, bounded(MERGE_BRANCHES), catches=caught))


def _fork_inside(b: SegmentBuilder, node: FlowNode, around: Open, key: str) -> None:
    """A fork within an open region. One that would stand inside itself goes on in an execution of its own."""
    if node.id in b.bounds.within:
        b.add(Through(key, node.id, "helper", resume(b, node, around, Point("fork", node.id))))
        return
    owner, bounds = _bounds(b, node)
    split = Split(b, node, owner, replace(bounds, within=b.bounds.within | {node.id}), told=True)
    key, branches = split.lower(key)
    caught = catches(b, owner, key, split.exits, branches)
    given = asl(tokens.stamped(around.base))
    b.add(Fork(key, owner.id, "helper", Way(END), branches, FLAT, catches=caught, arguments=given))


def _fork_around(b: SegmentBuilder, node: FlowNode, region: Region, key: str) -> None:
    """The outermost fork of an open region."""
    owner, bounds = _bounds(b, node)
    begin = key
    opened, key = begin_region(b, owner, region, key)
    bounds = replace(bounds, region=opened, stop=region.join, within=frozenset({node.id}))
    split = Split(b, node, owner, bounds, told=True, first=True)
    key, branches = split.lower(key)
    resumed = lower_points(b, owner, opened, split.exits)
    way = _behind(b, region)
    caught = catches(b, owner, key, split.exits, (*branches, *resumed))
    caught = (*caught, failure(b, owner, key, begin, way, (*branches, *resumed)))
    b.add(replace(end_region(b, owner, region, key, way, branches), catches=caught))


def _bounds(b: SegmentBuilder, node: FlowNode) -> tuple[FlowNode, Bounds]:
    """Whose states a fork's are, and the bounds of its branches."""
    graph = b.build.home[node.id]
    owner = graph.outgoing[node.id][0].target if unseen(node) else node.id
    level = branch_level(len(graph.path))
    return b.node(owner), replace(b.bounds, ending=graph.scope, fork=owner, depth=b.bounds.depth + 1, level=level)


@dataclass(frozen=True)
class Split:
    """The branches of a fork in the making. `told`: in an open region, whose record learns which are taken."""

    b: SegmentBuilder
    node: FlowNode
    owner: FlowNode
    """Whose states they are."""
    bounds: Bounds
    told: bool = False
    first: bool = False
    exits: dict[str, Exit] = field(default_factory=dict)

    def lower(self, key: str) -> tuple[str, tuple[Segment, ...]]:
        """Adds what stands before the fork. Returns the fork's key, and the branches."""
        conditions = _conditions(self.b, self.node) if takes_some(self.b.graph(self.node), self.node) else {}
        key = _guard(self.b, self.node, key, conditions) if conditions else key
        region = self.bounds.region
        taken, more = "", []
        if self.told and region is not None and region.ledger.told_of(self.node):
            taken = self.b.build.names.variable("taken", key)
            key, place = self._tell(region, key, taken, conditions)
            more = [released(self._builder(), self.node, region, place)] if conditions and not self.first else []
        flows = self.b.graph(self.node).outgoing[self.node.id]
        return key, (*(self._branch(flow, conditions, taken) for flow in flows), *more)

    def _tell(self, region: Open, key: str, taken: str, conditions: Mapping[str, str]) -> tuple[str, str]:
        told = self.b.helper(key, "told")
        self.b.add(Compute(key, self.owner.id, "helper", Way(told), "", {taken: asl(self._taken(conditions))}))
        return tell_fork(self.b, (self.node, self.owner), region, told, f"${taken}", first=self.first)

    def _builder(self) -> SegmentBuilder:
        return SegmentBuilder(self.b.build, self.bounds, self.b.lower, self.b.evaluate, self.b, self.exits)

    def _taken(self, conditions: Mapping[str, str]) -> str:
        """JSONata of the list of the flows that are taken."""
        listed = []
        for flow in self.b.graph(self.node).outgoing[self.node.id]:
            if flow.id in conditions or not self._is_default(flow, conditions):
                name = jsonata.text(flow.id)
                listed.append(f"({conditions[flow.id]}) ? {name}" if flow.id in conditions else name)
        default = jsonata.text(self.node.default_flow)
        some = f"[{', '.join(listed)}]"
        return f"($t := {some}; $count($t) = 0 ? [{default}] : $t)" if self.node.default_flow else some

    def _is_default(self, flow: SequenceFlow, conditions: Mapping[str, str]) -> bool:
        return bool(conditions) and flow.id == self.node.default_flow

    def _branch(self, flow: SequenceFlow, conditions: Mapping[str, str], taken: str) -> Segment:
        """A branch; behind its own condition, if it has one. The default's is that no other is true."""
        inner = self._builder().from_flow(flow)
        if flow.id not in conditions and not self._is_default(flow, conditions):
            return inner
        none = " and ".join(f"$not({condition})" for condition in conditions.values())
        condition = f"{jsonata.text(flow.id)} in ${taken}" if taken else conditions.get(flow.id, none)
        return _guarded(self.b, self.node, inner, flow, condition, listed=self.bounds.region is not None)


def _behind(b: SegmentBuilder, region: Region) -> Way:
    """What follows a fork: its join, or the end of its scope."""
    graph = b.build.home[region.fork]
    if not region.join:
        return b.end_of(graph)
    join = graph.nodes[region.join]
    return b.through(join) if is_join(graph, join) and not is_fork(graph, join) else b.into(join)


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
