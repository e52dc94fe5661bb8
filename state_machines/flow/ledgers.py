"""What the records of an open region's joins have to be told: arrivals, and what changes who can still come.

Where the region has no inclusive join, each join has a record of its own, of its arrivals. Else one record holds the
moves of all tokens, as far as they change from where an inclusive join can be reached: the place of a token is its
class (`reaching`), and a move takes it from one class to others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from state_machines.bpmn.model import FlowNode, SequenceFlow
from state_machines.flow import jsonata
from state_machines.flow.forks import is_inclusive
from state_machines.flow.graph import Graph
from state_machines.flow.reaching import Class, Reaching


@dataclass(frozen=True)
class Ledger:
    """The open joins of a region, in the file's order."""

    graph: Graph
    joins: tuple[str, ...]
    reaching: Reaching

    @property
    def shared(self) -> bool:
        """Whether one record holds all joins."""
        return bool(self.reaching.joins)

    def told(self, flow: SequenceFlow) -> bool:
        """Whether a token that passes a flow has something to tell."""
        return flow.target in self.joins or self.reaching.before(flow) != self.reaching.of_flow(flow)

    def told_of(self, node: FlowNode) -> bool:
        """Whether a fork, or an end in a node, changes who can still come to an inclusive join."""
        return bool(self.reaching.of_node(node.id))

    def waited_for(self, place: SequenceFlow | FlowNode) -> tuple[str, ...]:
        """The inclusive joins that may have waited for a token that comes to a flow, or ends in a node."""
        before = self.reaching.before(place) if isinstance(place, SequenceFlow) else self.reaching.of_node(place.id)
        return tuple(join for join, _ in before)

    def key(self, join: str) -> str:
        """What the record of a join is called: the join, or all of them."""
        return "" if self.shared else join

    def arrived(self, flow: SequenceFlow) -> str:
        """JSONata of what a token tells that comes to a join."""
        return self._moved(self.reaching.before(flow), flow, at=flow.id)

    def passed(self, flow: SequenceFlow) -> str:
        """JSONata of what a token tells that passes a flow."""
        return self._moved(self.reaching.before(flow), flow)

    def vanished(self, node_id: str) -> str:
        """JSONata of what a token tells that ends in a node from which it could have gone on."""
        return jsonata.obj({"from": self.class_in(node_id), "to": "[]"})

    def class_in(self, node_id: str) -> str:
        """JSONata of the name of the class that a token in a node has."""
        return _name(self.reaching.of_node(node_id))

    def _moved(self, before: Class, flow: SequenceFlow, at: str = "") -> str:
        told = {"from": _name(before), "to": f"[{self.class_of(flow)}]"} if self.shared else {}
        return jsonata.obj(told | ({"at": jsonata.text(at)} if at else {}))

    def class_of(self, flow: SequenceFlow) -> str:
        """JSONata of the name of a flow's class."""
        return _name(self.reaching.of_flow(flow))

    def joins_in(self, join: str) -> str:
        """JSONata of the joins that a record tells of: each with its flows and what a token behind it can reach."""
        return "[" + ", ".join(self._join(each) for each in self.joins if self.shared or each == join) + "]"

    def classes(self) -> str:
        """JSONata of all classes but the empty one: over which flows each can come to which join."""
        flows = [flow for flows in self.graph.outgoing.values() for flow in flows]
        classes = {self.reaching.of_flow(flow) for flow in flows} | {self.reaching.of_node(n) for n in self.graph.nodes}
        return jsonata.obj({_key(each): _reached(dict(each)) for each in sorted(classes) if each})

    def _join(self, join: str) -> str:
        incoming = self.graph.incoming[join]
        about = {"id": jsonata.text(join), "in": "[" + ", ".join(jsonata.text(f.id) for f in incoming) + "]"}
        if self.shared:
            about["some"] = "true" if is_inclusive(self.graph.nodes[join]) else "false"
            about["is"] = jsonata.obj({flow.id: _name(self.reaching.of_flow(flow)) for flow in incoming})
            about["then"] = _name(self.reaching.of_node(join))
        return jsonata.obj(about)


def _name(of: Class) -> str:
    return jsonata.text(_key(of))


def _key(of: Class) -> str:
    """A readable name: the flows over which a token can come."""
    return " ".join(flow for _, flows in of for flow in flows)


def _reached(of: Mapping[str, tuple[str, ...]]) -> str:
    return jsonata.obj({join: "[" + ", ".join(map(jsonata.text, flows)) + "]" for join, flows in of.items()})
