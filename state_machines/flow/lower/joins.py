"""Regions whose tokens meet in records: where they begin and end, and what a token does on its way through them.

Branches of such a region give lists: what each token that ended has written, or where one waits. A token that sets off
a join carries on behind it; where a move sets off more than one can carry, each goes on in an execution of its own.
What still waits when all has ended waits for ever, as the model says: an incident.
"""

from collections.abc import Collection
from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import FlowNode, SequenceFlow
from state_machines.flow import jsonata, tokens
from state_machines.flow.bounds import Open, Point
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.forks import is_fork, is_inclusive, is_join
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.ledgers import Ledger
from state_machines.flow.lower.cut_off import catches
from state_machines.flow.lower.incidents import deadlocked
from state_machines.flow.lower.ledger import Told, at_place, tell
from state_machines.flow.lower.resuming import FLAT, resume
from state_machines.flow.reaching import Reaching
from state_machines.flow.regions import Region, reach
from state_machines.flow.steps import END, Compute, Decide, Each, Fork, Rule, Segment, Through, Way
from state_machines.flow.unseen import Move, Resumed


def begin_region(b: SegmentBuilder, node: FlowNode, region: Region, key: str) -> tuple[Open, str]:
    """Adds the state before the outermost fork, which keeps what tokens are compared with. Returns the fork's key."""
    names, graph = b.build.names, b.build.home[region.fork]
    base, entered = names.variable("base", key), names.variable("entered", key)
    opened = Open(graph.scope, region.join, base, entered, _ledger(b, region))
    fork = b.helper(key, "fork")
    moment = f"{jsonata.text(key + '@')} & $states.context.State.EnteredTime{at_place(b)}"
    assign: dict[str, Json] = {base: asl(INPUT), entered: asl(moment)}
    b.add(Compute(key, node.id, "helper", Way(fork), "", assign))
    return opened, fork


def _ledger(b: SegmentBuilder, region: Region) -> Ledger:
    graph = b.build.home[region.fork]
    inside = set().union(*(reach(graph, flow, region.join) for flow in graph.outgoing[region.fork]))
    joins = [n for n in graph.nodes.values() if n.id in inside and n.id in b.build.open_joins and is_join(graph, n)]
    inclusive = tuple(join.id for join in joins if is_inclusive(join))
    return Ledger(graph, tuple(join.id for join in joins), Reaching(graph, inclusive, region.join))


def end_region(
    b: SegmentBuilder, node: FlowNode, region: Region, fork: str, after: Way, branches: tuple[Segment, ...]
) -> Fork:
    """The outermost fork, with what follows it: the merged variables, or an incident for tokens that still wait.

    Where all branches are known to become one token again, none can wait.
    """
    changed = tokens.variables(INPUT, tokens.merged("[$all.wrote]"))
    given = asl(tokens.begun())
    if region.join:
        output = jsonata.bounded(f"($all := {FLAT}; {changed})")
        return Fork(fork, node.id, "helper", after, branches, output, arguments=given)
    way = replace(stuck_or(b, node, fork, after), outcome="continues")
    output = jsonata.bounded(tokens.settled(FLAT))
    return Fork(fork, node.id, "helper", way, branches, output, arguments=given)


def stuck_or(b: SegmentBuilder, node: FlowNode, key: str, after: Way) -> Way:
    """The way behind a region, by the choice that parks what waits for ever."""
    check = b.helper(key, "left")
    rule = Rule(f"$exists({INPUT}._dpc.stuck)", deadlocked(b, node, check, after))
    b.add(Decide(check, node.id, "choice", (rule,), after))
    return Way(check)


def lower_move(b: SegmentBuilder, node: Move, key: str) -> None:
    """What a token tells on its way. At a join of its own flow alone, where no others are, it waits for ever."""
    graph = b.graph(node)
    region = b.region(graph)
    if region is None:
        join = graph.nodes[node.id]
        b.add(Compute(key, node.id, "helper", deadlocked(b, join, key, behind(b, join))))
        return
    flow = next((each for each in graph.incoming[node.id] if each.id == node.over), None)
    if flow is not None and node.id in region.ledger.joins and node.id != b.bounds.stop:
        _arrive(b, flow, region, key)
    else:
        _pass(b, graph.nodes[node.id], flow, region, key)


def lower_resumed(b: SegmentBuilder, node: Resumed, key: str) -> None:
    """A token that goes on at a node that is not copied."""
    if region := b.region(b.graph(node)):
        b.add(Through(key, node.id, "helper", resume(b, node, region, Point("into", node.id))))


def behind(b: SegmentBuilder, join: FlowNode) -> Way:
    """The way on from a join."""
    return b.into(join) if is_fork(b.graph(join), join) else b.through(join)


def tell_fork(
    b: SegmentBuilder, whose: tuple[FlowNode, FlowNode], region: Open, key: str, taken: str, *, first: bool
) -> tuple[str, str]:
    """Adds the state that tells of a fork. `whose`: the fork and the node whose state that is.

    `taken` is JSONata of the flows that are taken.

    Returns the fork's key, and the variable that holds what has been set off by it.
    """
    ledger, graph = region.ledger, region.ledger.graph
    node, owner = whose
    fork, place = b.helper(key, "fork"), b.build.names.variable("place", key)
    classes = jsonata.obj({flow.id: ledger.class_of(flow) for flow in graph.outgoing[node.id]})
    before = jsonata.text("") if first else ledger.class_in(node.id)
    moved = f"{{'from': {before}, 'to': [$map({taken}, function($f) {{ $lookup({classes}, $f) }})]}}"
    tell(b, owner, region, Told(key, "", moved, arrives=False, way=Way(fork), place=place))
    return fork, place


def released(b: SegmentBuilder, node: FlowNode, region: Open, place: str) -> Segment:
    """One more branch of an inclusive fork: of the joins that need not wait for what has not been taken."""
    key = b.helper(node.id, "released")
    more = _spread(b, node, region, key, f"${place}.fired", region.ledger.waited_for(node))
    nobody = b.helper(key, "nobody")
    b.add(Decide(key, node.id, "choice", (Rule(f"$count(${place}.fired) > 0", more),), Way(nobody)))
    b.add(Compute(nobody, node.id, "helper", Way(END), asl("[]")))
    return b.filled(Way(key), node.id)


def _arrive(b: SegmentBuilder, flow: SequenceFlow, region: Open, key: str) -> None:
    join = region.ledger.graph.nodes[flow.target]
    onward = resume(b, join, region, Point("past", join.id)) if b.build.sparing else behind(b, join)
    which, waits = b.helper(flow.id, "place"), b.helper(flow.id, "waits")
    place = b.build.names.variable("place", key)
    moved = region.ledger.arrived(flow)
    tell(b, join, region, Told(key, join.id, moved, arrives=True, way=Way(which, (), "continues"), place=place))
    one = f"$count(${place}.fired) = 1 and ${place}.fired[0].join = {jsonata.text(join.id)}"
    rules = [Rule(one, onward, asl(_carried(region, f"${place}.fired[0]")))]
    others = {*region.ledger.waited_for(flow), *([join.id] if is_inclusive(join) else [])}
    if others:
        more = _spread(b, join, region, key, f"${place}.fired", {*others, join.id})
        rules.append(Rule(f"$count(${place}.fired) > 0", more))
    b.add(Decide(which, join.id, "choice", tuple(rules), Way(waits)))
    b.add(Compute(waits, join.id, "helper", Way(END), asl(tokens.waiting(f"${place}.me"))))


def _pass(b: SegmentBuilder, node: FlowNode, flow: SequenceFlow | None, region: Open, key: str) -> None:
    """A token from which, from here on, some inclusive join needs no longer wait."""
    owner = flow.id if flow else node.id
    which, place = b.helper(owner, "place"), b.build.names.variable("place", key)
    way = Way(which, (), "continues")
    moved = region.ledger.passed(flow) if flow else region.ledger.vanished(node.id)
    tell(b, node, region, Told(key, "", moved, arrives=False, way=way, place=place))
    onward = b.onto(flow) if flow else b.end_of(region.ledger.graph)
    waited_for = region.ledger.waited_for(flow or node)
    more = _spread(b, node, region, key, f"$append([{{'join': ''}}], ${place}.fired)", waited_for, flow)
    b.add(Decide(which, node.id, "choice", (Rule(f"$count(${place}.fired) > 0", more),), onward))


def _carried(region: Open, fired: str) -> str:
    """The variables of the token that several have become."""
    joined = f"[$append({tokens.JOINED}, {fired}.tokens)]"
    about = tokens.about(region.base, f"{fired}.wrote", f"{fired}.clock", joined)
    return jsonata.merge(tokens.variables(f"${region.base}", f"{fired}.wrote"), about)


def _spread(
    b: SegmentBuilder,
    node: FlowNode,
    region: Open,
    key: str,
    items: str,
    joins: Collection[str],
    own: SequenceFlow | None = None,
) -> Way:
    """Several tokens go on from here: each in its own execution, told apart by the join that it stands behind."""
    each = b.helper(key, "each")
    bounds = replace(b.bounds, fork=node.id, depth=b.bounds.depth + 1, items=b.bounds.items + 1)
    exits: dict[str, Exit] = {}
    inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
    start, which, tell_apart = inner.helper(key, "token"), inner.helper(key, "which"), []
    for join in sorted(joins):
        chosen = f"{INPUT}._dpc.behind = {jsonata.text(join)}"
        tell_apart.append(Rule(chosen, resume(inner, node, region, Point("past", join))))
    ends = own is None or own.target == b.bounds.stop
    mine = (
        inner.end_of(region.ledger.graph) if ends else resume(inner, node, region, Point("over", own.id if own else ""))
    )
    inner.add(Compute(start, node.id, "helper", Way(which), asl(f"{INPUT}.token")))
    inner.add(Decide(which, node.id, "choice", tuple(tell_apart), mine))
    segment = inner.filled(Way(start), node.id)
    item = "$states.context.Map.Item.Value"
    at = f"$join([{INPUT}._dpc.at, {jsonata.text(key)} & $string($states.context.Map.Item.Index)], '.')"
    token = f"({item}.join = '' ? {INPUT} : {_carried(region, item)})"
    about = f"$merge([$t._dpc, {{'at': {at}, 'behind': {item}.join}}])"
    given = {"token": f"($t := {token}; $merge([$t, {{'_dpc': {about}}}]))"}
    caught = catches(b, node, each, exits, (segment,))
    b.add(Each(each, node.id, "helper", Way(END), (segment,), FLAT, f"[{items}]", given, catches=caught))
    return Way(each, (), "continues")
