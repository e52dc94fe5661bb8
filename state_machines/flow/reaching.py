"""From where which incoming flow of an inclusive join can still be reached. Reads graphs only.

BPMN 2.0.2, table 13.3: an inclusive join goes on when a token has come, and no other token can come over a flow that
is still empty unless it can as well come over one that is not. So all that matters of a token's place is which of the
join's flows it can reach without passing the join: its class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard

from state_machines.bpmn.model import Event, FlowNode, Gateway, SequenceFlow
from state_machines.flow.forks import is_fork
from state_machines.flow.graph import Graph

Class = tuple[tuple[str, tuple[str, ...]], ...]
"""For each inclusive join that can be reached: those of its flows over which. Empty: none can be."""


@dataclass(frozen=True)
class Reaching:
    """The classes of all places of a scope, against some of its inclusive joins."""

    graph: Graph
    joins: tuple[str, ...]
    stop: str = ""
    """Where the region ends: nothing is reached through it."""

    def of_flow(self, flow: SequenceFlow) -> Class:
        """The class of a token on a flow."""
        if flow.id not in self._flows:
            found = {flow.target: {flow.id}} if flow.target in self.joins else {}
            for (join, into), sources in self._sources.items():
                if flow.target in sources:
                    found.setdefault(join, set()).add(into)
            self._flows[flow.id] = _ordered(found)
        return self._flows[flow.id]

    def of_node(self, node_id: str) -> Class:
        """The class of a token in a node, or about to leave it."""
        found: dict[str, set[str]] = {}
        for flow in self.graph.outgoing[node_id]:
            _add(found, self.of_flow(flow))
        for boundary in self.graph.boundaries.get(node_id, ()):
            if boundary.interrupting:
                _add(found, self.of_node(boundary.id))
        return _ordered(found)

    def before(self, flow: SequenceFlow) -> Class:
        """The class that a token has told of before it comes to a flow. Forks tell of all their flows."""
        if is_fork(self.graph, self.graph.nodes[flow.source]):
            return self.of_flow(flow)
        return self.of_node(self._stood_in(flow.source))

    def _stood_in(self, node_id: str) -> str:
        node = self.graph.nodes[node_id]
        if _takes_along(node):
            return node.attached_to
        sources = [self.graph.nodes[flow.source] for flow in self.graph.incoming[node_id]]
        if len(sources) == 1 and isinstance(sources[0], Gateway) and sources[0].kind == "eventBased":
            return sources[0].id
        return node_id

    @cached_property
    def _flows(self) -> dict[str, Class]:
        """What has been asked for already."""
        return {}

    @cached_property
    def _sources(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """For each flow into a join the nodes from which a token can come to it without passing the join."""
        return {
            (join, flow.id): frozenset(self._back_from(flow.source, join))
            for join in self.joins
            for flow in self.graph.incoming[join]
        }

    def _back_from(self, node_id: str, join: str) -> set[str]:
        seen: set[str] = set()
        pending = [node_id]
        while pending:
            each = pending.pop()
            if each in seen or each in (join, self.stop):
                continue
            seen.add(each)
            pending.extend(flow.source for flow in self.graph.incoming[each])
            node = self.graph.nodes[each]
            if _takes_along(node):
                pending.append(node.attached_to)
        return seen


def _takes_along(node: FlowNode) -> TypeGuard[Event]:
    """Whether it is a boundary event by which the token of an activity goes on; another one begins a new token."""
    return isinstance(node, Event) and node.position == "boundary" and node.interrupting


def _add(found: dict[str, set[str]], more: Class) -> None:
    for join, flows in more:
        found.setdefault(join, set()).update(flows)


def _ordered(found: Mapping[str, set[str]]) -> Class:
    return tuple((join, tuple(sorted(flows))) for join, flows in sorted(found.items()))
