"""Which shape each fork has: a block, branches that all end or run on into the same, or none. Reads graphs only."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from state_machines.bpmn.model import Activity, Event, FlowNode, Gateway, SequenceFlow
from state_machines.flow.exploring import Marking, explore
from state_machines.flow.forks import is_fork, is_inclusive, is_join, takes_some
from state_machines.flow.graph import Graph
from state_machines.flow.reaching import Reaching
from state_machines.flow.support.loops import lasts

Shape = Literal["block", "allEnd", "multiMerge", "sideEntry", "unstructured"]

_EXIT = "\0exit"


@dataclass(frozen=True)
class Region:
    """A fork with its shape; `join` is the node in front of which all its branches have become one token again."""

    fork: str
    shape: Shape
    join: str = ""
    opens: bool = False
    """Its branches can meet in a join that closes no block, or come back to a fork that they are branches of."""


def regions(graph: Graph) -> dict[str, Region]:
    """The region of each fork of a scope, by the fork's id."""
    forks = [node for node in graph.nodes.values() if is_fork(graph, node)]
    if not forks:
        return {}
    again = set().union(*(_behind(graph, event) for event in _beside(graph) if _comes_again(graph, event)))
    graph = _without_what_ends_alone(graph)
    behind = _post_dominators(graph)
    blocks = {f.id: b for f in forks if (b := behind.get(f.id, _EXIT)) != _EXIT and _is_block(graph, f, b)}
    rest = [fork for fork in forks if fork.id not in blocks]
    closed = {fork.id: join for fork in rest if (join := _becomes_one(graph, fork, behind.get(fork.id, _EXIT)))}
    for crossed in _crossed(graph, rest, {**blocks, **closed}, again):
        blocks.pop(crossed, None)
        closed.pop(crossed, None)
    while loose := [key for key, join in blocks.items() if not _closed_inside(graph, key, join, {**blocks, **closed})]:
        for key in loose:
            del blocks[key]
    joins = {node.id for node in graph.nodes.values() if is_join(graph, node)} - set(blocks.values())
    return {fork.id: _region(graph, fork, blocks, closed, joins) for fork in forks}


def _crossed(graph: Graph, rest: list[FlowNode], closed: Mapping[str, str], again: set[str]) -> Iterator[str]:
    """The forks that several tokens may have passed before the first of them is one again: joins take any of them.

    A join does not ask which fork its tokens come from (clauses 13.4.1, 13.4.3). `again`: the nodes to which tokens
    come by events that may come again. Others come from forks that are no blocks: `rest`.
    """
    twice = {each.id: _reached_twice(graph, each) for each in rest}
    for fork, join in closed.items():
        inside = set().union(*(reach(graph, flow, join) for flow in graph.outgoing[fork]))
        if not any(_takes_time(graph.nodes[node_id]) for node_id in inside):
            continue
        before = (each for each in rest if each.id != fork and fork in twice[each.id])
        if fork in again or any(_multiplies(graph, each, fork) for each in before):
            yield fork


def _reached_twice(graph: Graph, fork: FlowNode) -> set[str]:
    """The nodes to which several branches of a fork lead."""
    branches = (reach(graph, flow) for flow in graph.outgoing[fork.id])
    return {node for node, count in Counter(chain.from_iterable(branches)).items() if count > 1}


def _multiplies(graph: Graph, fork: FlowNode, place: str) -> bool:
    """Whether more than one of the tokens of a fork can come to a node; true if that takes too long to find out."""
    played = explore(graph, fork, place)
    flows = {flow.id for flow in graph.incoming[place]}
    return not played or any(sum(count for flow, count in end if flow in flows) > 1 for end in played.ends)


def _takes_time(node: FlowNode) -> bool:
    if isinstance(node, Activity):
        return lasts(node)
    return isinstance(node, Event) and (node.position == "intermediateCatch" or node.job is not None)


def _region(
    graph: Graph, fork: FlowNode, blocks: Mapping[str, str], closed: Mapping[str, str], joins: set[str]
) -> Region:
    join = blocks.get(fork.id) or closed.get(fork.id, "")
    opens = fork.id not in blocks and _opens(graph, fork, join, joins)
    return Region(fork.id, _shape(graph, fork, blocks, opens=opens), join, opens)


def sparing(found: Mapping[str, Region]) -> dict[str, Region]:
    """The regions where nothing is copied into several branches: all but blocks are open."""
    return {fork: region if region.join else replace(region, opens=True) for fork, region in found.items()}


def _without_what_ends_alone(graph: Graph) -> Graph:
    """Without the events beside activities behind which nothing meets what they run beside: they change no region."""
    beside = list(_beside(graph))
    if not beside:
        return graph
    begins = {"": [start.id for start in graph.starts()]}
    begins |= {event.id: [flow.target for flow in graph.outgoing[event.id]] for event in beside}
    owners, meeting = dict[str, str](), set[str]()
    for owner, pending in begins.items():
        while pending:
            node_id = pending.pop()
            if node_id in owners:
                meeting |= {owner, owners[node_id]} if owners[node_id] != owner else set()
            else:
                owners[node_id] = owner
                pending.extend(follower for follower in graph.followers(node_id) if follower not in begins)
    kept = {n: tuple(e for e in events if e.interrupting or e.id in meeting) for n, events in graph.boundaries.items()}
    return replace(graph, boundaries=kept)


def _closed_inside(graph: Graph, fork: str, join: str, found: Mapping[str, str]) -> bool:
    """Whether every fork inside a block is closed too: else more tokens than one could come over a branch."""
    inside = set().union(*(reach(graph, flow, join) for flow in graph.outgoing[fork]))
    return all(node_id in found for node_id in inside if is_fork(graph, graph.nodes[node_id]))


def _opens(graph: Graph, fork: FlowNode, stop: str, joins: set[str]) -> bool:
    inside = set().union(*(reach(graph, flow, stop) for flow in graph.outgoing[fork.id]))
    return bool(stop) or bool(inside & joins) or fork.id in inside


def _shape(graph: Graph, fork: FlowNode, blocks: Mapping[str, str], *, opens: bool) -> Shape:
    if fork.id in blocks:
        return "block"
    if opens:
        return "sideEntry" if _entered_aside(graph, fork) else "unstructured"
    return "allEnd" if _disjoint([reach(graph, flow) for flow in graph.outgoing[fork.id]]) else "multiMerge"


def open_joins(graph: Graph, found: Mapping[str, Region]) -> Iterator[FlowNode]:
    """Joins that close no block: the model has to be drawn differently, or is not structured."""
    closed = {region.join for region in found.values() if not region.opens}
    return (node for node in graph.nodes.values() if is_join(graph, node) and node.id not in closed)


def reach(graph: Graph, flow: SequenceFlow, stop: str = "") -> set[str]:
    """The nodes that a token on `flow` can come to without passing `stop`."""
    seen: set[str] = set()
    open_ids = [flow.target]
    while open_ids:
        node_id = open_ids.pop()
        if node_id == stop or node_id in seen:
            continue
        seen.add(node_id)
        open_ids.extend(graph.followers(node_id))
    return seen


def joins_beside(graph: Graph, found: Mapping[str, Region]) -> Iterator[Event]:
    """The boundary events that do not interrupt, behind which a path meets in a join what it runs beside.

    That may be the same path, begun once more. And those behind whose path such a one stands: their tokens are of the
    same region.
    """
    closing = {region.join for region in found.values()}
    joins = {node.id for node in graph.nodes.values() if is_join(graph, node)} - closing
    events = [each for each in _beside(graph) if each.definitions and joins]
    paths = {each.id: _behind(graph, each) for each in events}
    meeting = {each.id for each in events if joins & paths[each.id] & _reached_without(graph, each)}
    meeting |= {each.id for each in events if joins & paths[each.id] and _meets_itself(graph, each, paths[each.id])}
    while hosts := {each.attached_to for each in events if each.id in meeting}:
        more = {each.id for each in events if hosts & paths[each.id]} - meeting
        if not more:
            break
        meeting |= more
    return (each for each in events if each.id in meeting)


def _beside(graph: Graph) -> Iterator[Event]:
    """The boundary events that do not interrupt."""
    return (event for events in graph.boundaries.values() for event in events if not event.interrupting)


def _behind(graph: Graph, event: Event) -> set[str]:
    return set().union(*(reach(graph, flow) for flow in graph.outgoing[event.id]))


def _meets_itself(graph: Graph, event: Event, path: set[str]) -> bool:
    """Whether a path behind an event may not have ended when the event comes again."""
    return _comes_again(graph, event) and any(_takes_time(graph.nodes[node_id]) for node_id in path)


def _comes_again(graph: Graph, event: Event) -> bool:
    """Whether an event may come several times; a time comes once, unless what it stands beside is entered again."""
    if any(d.timer is None or d.timer.type == "cycle" for d in event.definitions):
        return True
    return any(event.attached_to in reach(graph, flow) for flow in graph.outgoing[event.attached_to])


def _reached_without(graph: Graph, event: Event) -> set[str]:
    """The nodes that a token can come to that has not gone the way of an event."""
    seen = {event.id}
    pending = [start.id for start in graph.starts()]
    while pending:
        node_id = pending.pop()
        if node_id not in seen:
            seen.add(node_id)
            pending.extend(graph.followers(node_id))
    return seen


def _becomes_one(graph: Graph, fork: FlowNode, join: str) -> str:
    """The node before which whatever a fork began is one token again, however the choices on the way are made."""
    if join == _EXIT:
        return ""
    inside = set().union({fork.id}, *(reach(graph, flow, join) for flow in graph.outgoing[fork.id]))
    aside = [flow for n in (inside - {fork.id}) | {join} for flow in graph.incoming[n] if flow.source not in inside]
    if aside or any(_begins_tokens(graph, n) for n in inside):
        return ""
    if not inside <= reached_from(graph, join):
        return ""  # a token can run in circles for ever
    played = explore(graph, fork, join)
    return join if played and all(_is_one(graph, join, end) for end in played.ends) else ""


def _begins_tokens(graph: Graph, node_id: str) -> bool:
    """Whether an event beside a node begins a token, which may then meet others."""
    return any(not event.interrupting and graph.outgoing[event.id] for event in graph.boundaries.get(node_id, ()))


def reached_from(graph: Graph, node_id: str) -> set[str]:
    """The nodes from which a token can come to a node."""
    before: dict[str, list[str]] = {}
    for each in graph.nodes:
        for follower in graph.followers(each):
            before.setdefault(follower, []).append(each)
    seen: set[str] = set()
    pending = [node_id]
    while pending:
        for each in before.get(pending.pop(), ()):
            if each not in seen:
                seen.add(each)
                pending.append(each)
    return seen


def _is_one(graph: Graph, join: str, left: Marking) -> bool:
    """Whether the tokens that are left on the flows into a node make one token behind it."""
    node, flows = graph.nodes[join], {flow.id for flow in graph.incoming[join]}
    held = dict(left)
    if not held or not set(held) <= flows or any(count > 1 for count in held.values()):
        return False
    if not is_join(graph, node):
        return len(held) == 1
    if is_inclusive(node):
        reaching = Reaching(graph, (join,))
        return all(len(dict(reaching.of_node(n)).get(join, ())) <= 1 for n in graph.nodes if n != join)
    return set(held) == flows


def _entered_aside(graph: Graph, fork: FlowNode) -> bool:
    """Whether a flow from elsewhere leads into the branches of a fork, which would be a block without it."""
    inside = set().union(*(reach(graph, flow) for flow in graph.outgoing[fork.id]))
    before = set(graph.nodes) - inside - {fork.id}
    aside = {flow.id for n in inside for flow in graph.incoming[n] if flow.source in before}
    if not aside:
        return False
    rest = {n: tuple(f for f in flows if f.id not in aside) for n, flows in graph.incoming.items()}
    out = {n: tuple(f for f in flows if f.id not in aside) for n, flows in graph.outgoing.items()}
    alone = replace(graph, incoming=rest, outgoing=out)
    join = _post_dominators(alone).get(fork.id, _EXIT)
    return join != _EXIT and _is_block(alone, fork, join)


def _is_block(graph: Graph, fork: FlowNode, join: str) -> bool:
    flows = graph.outgoing[fork.id]
    if not _can_close(graph, fork, graph.nodes[join]) or len(graph.incoming[join]) != len(flows):
        return False
    branches = [reach(graph, flow, join) for flow in flows]
    if not _disjoint(branches) or any(fork.id in branch for branch in branches):
        return False
    if any(_begins_tokens(graph, n) for branch in branches for n in branch):
        return False
    return all(_is_branch(graph, flow, branch, join) for flow, branch in zip(flows, branches, strict=True))


def _is_branch(graph: Graph, entry: SequenceFlow, branch: set[str], join: str) -> bool:
    """Entered by its flow alone, left by one flow to the join alone, with no end inside."""
    into_join = [flow for flow in graph.incoming[join] if flow.source in branch or flow.id == entry.id]
    entered = all(flow.source in branch or flow.id == entry.id for n in branch for flow in graph.incoming[n])
    ends = any(not graph.outgoing[n] for n in branch)
    return len(into_join) == 1 and entered and not ends


def _can_close(graph: Graph, fork: FlowNode, join: FlowNode) -> bool:
    if not isinstance(join, Gateway):
        return False
    if takes_some(graph, fork):
        return join.kind == "inclusive"
    return join.kind in ("parallel", "inclusive")


def _disjoint(branches: list[set[str]]) -> bool:
    return sum(map(len, branches)) == len(set().union(*branches))


def _post_dominators(graph: Graph) -> dict[str, str]:
    """The nearest node that every way from a node to an end passes."""
    import networkx as nx  # here, because it takes half a second and most processes have no fork

    backward: nx.DiGraph[str] = nx.DiGraph()
    backward.add_node(_EXIT)
    for node in graph.nodes.values():
        followers = list(graph.followers(node.id))
        for follower in followers or [_EXIT]:
            backward.add_edge(follower, node.id)
        if isinstance(node, Activity) and followers and not graph.outgoing[node.id]:
            backward.add_edge(_EXIT, node.id)
    return dict(nx.immediate_dominators(backward, _EXIT))
