"""The token game of a scope, played for every choice that could be made: who waits for ever, what ends as one token.

Conditions are not looked at, so what is found can happen as the model is drawn, though data may rule it out. Which
token moves first matters to no gateway but the inclusive join, which is let wait for everybody.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from state_machines.bpmn.model import Event, FlowNode, SequenceFlow
from state_machines.flow.forks import is_fork, is_inclusive, is_join, takes_some
from state_machines.flow.graph import Graph
from state_machines.flow.reaching import Reaching

MAX_MARKINGS = 4_000
MAX_TOKENS = 12
_MAX_CONDITIONS = 6
_ENDS_ALL = ("terminate", "error", "cancel")

Marking = tuple[tuple[str, int], ...]
"""How many tokens are on which flow."""
Moves = list[tuple[str, ...] | None]
"""What a token may become: tokens on flows; None: the end of the whole scope."""


@dataclass(frozen=True)
class Explored:
    """How the game can end: which tokens are left on which flows when nothing can move any more."""

    ends: frozenset[Marking]

    def waiting(self) -> frozenset[str]:
        """The flows on which tokens may wait for ever."""
        return frozenset(flow for end in self.ends for flow, _ in end)


def explore(graph: Graph, begin: FlowNode, stop: str = "") -> Explored | None:
    """Every end of the game from one token in a node; tokens that come to `stop` stay there. None: too many."""
    if any(sum(flow.condition is not None for flow in flows) > _MAX_CONDITIONS for flows in graph.outgoing.values()):
        return None
    game = _Game(graph, stop)
    pending: list[Marking] = [m for move in game.moves(begin) if (m := _after((), None, move)) is not None]
    seen, ends = set(pending), set()
    while pending:
        marking = pending.pop()
        following = list(game.following(marking))
        if not following:
            ends.add(marking)
        for each in following:
            if sum(count for _, count in each) > MAX_TOKENS or len(seen) > MAX_MARKINGS:
                return None
            if each not in seen:
                seen.add(each)
                pending.append(each)
    return Explored(frozenset(ends))


class _Game:
    def __init__(self, graph: Graph, stop: str) -> None:
        self.graph, self.stop = graph, stop
        self.flows = {flow.id: flow for flows in graph.outgoing.values() for flow in flows}
        self.joins = [node for node in graph.nodes.values() if is_join(graph, node) and node.id != stop]
        inclusive = (join.id for join in self.joins if is_inclusive(join))
        self.reaching = Reaching(graph, tuple(inclusive))

    def following(self, marking: Marking) -> Iterator[Marking]:
        """What can come next; which token goes first is of no importance, so one is taken."""
        moving = next((flow for flow, _ in marking if self._moves_on(self.flows[flow])), None)
        if moving is not None:
            node = self.graph.nodes[self.flows[moving].target]
            yield from (_after(marking, (moving,), move) or () for move in self.moves(node))
            return
        for join in self.joins:
            if taken := self._taken(join, dict(marking)):
                yield from (_after(marking, taken, move) or () for move in self.moves(join))
                return

    def moves(self, node: FlowNode) -> Moves:
        """What a token in a node may become."""
        found = self._own(node)
        for boundary in self.graph.boundaries.get(node.id, ()):
            if boundary.interrupting and self.graph.outgoing[boundary.id]:
                found.extend(self.moves(boundary))
        return found

    def _own(self, node: FlowNode) -> Moves:
        flows = self.graph.outgoing[node.id]
        if isinstance(node, Event) and any(d.kind in _ENDS_ALL for d in node.definitions) and node.position == "end":
            return [None, ()] if node.id in self.graph.unheard else [None]
        if not flows:
            return [()]
        if is_fork(self.graph, node):
            return _subsets(flows, node) if takes_some(self.graph, node) else [tuple(flow.id for flow in flows)]
        return [(flow.id,) for flow in flows]

    def _moves_on(self, flow: SequenceFlow) -> bool:
        return flow.target != self.stop and not is_join(self.graph, self.graph.nodes[flow.target])

    def _taken(self, join: FlowNode, marking: dict[str, int]) -> tuple[str, ...]:
        """The tokens with which a join goes on, if it can."""
        incoming = [flow.id for flow in self.graph.incoming[join.id]]
        filled = tuple(flow for flow in incoming if marking.get(flow))
        if not is_inclusive(join):
            return filled if len(filled) == len(incoming) else ()
        for flow in marking:
            if self.flows[flow].target == self.stop:
                continue
            reached = dict(self.reaching.of_flow(self.flows[flow])).get(join.id, ())
            if reached and not set(reached) & set(filled):
                return ()
        return filled


def _subsets(flows: tuple[SequenceFlow, ...], node: FlowNode) -> Moves:
    default = next((flow.id for flow in flows if flow.id == node.default_flow), "")
    always = tuple(flow.id for flow in flows if flow.condition is None and flow.id != default)
    some = [flow.id for flow in flows if flow.condition is not None and flow.id != default]
    taken = [(*always, *each) for size in range(len(some) + 1) for each in combinations(some, size)]
    return [each or ((default,) if default else ()) for each in taken if each or default]


def _after(marking: Marking, taken: tuple[str, ...] | None, move: tuple[str, ...] | None) -> Marking | None:
    """The marking with tokens taken and others put; nothing is left when the scope ends."""
    if move is None:
        return ()
    counts = Counter(dict(marking))
    counts.subtract(taken or ())
    counts.update(move)
    return tuple(sorted((+counts).items()))
