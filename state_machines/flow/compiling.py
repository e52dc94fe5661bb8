"""One process being compiled: what every module of lowering looks up, and where findings go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from state_machines.bpmn.model import (
    Event,
    FlowNode,
    Process,
)
from state_machines.diagnostics import Diagnostic, Severity
from state_machines.flow.catching import event_sub_processes, events_watched
from state_machines.flow.choosing import Choosing
from state_machines.flow.compensating import Compensation, compensation_of
from state_machines.flow.conditions import Conditions, conditions_of
from state_machines.flow.expressions import Expressions
from state_machines.flow.graph import Graph
from state_machines.flow.names import Names
from state_machines.flow.pausing import runs_aside
from state_machines.flow.regions import Region, joins_beside, open_joins
from state_machines.flow.starting import begins_all
from state_machines.flow.steps import Segment
from state_machines.flow.unseen import ImplicitChoice, ImplicitSplit, Move, Resumed, Written
from state_machines.library import Library

MAX_STEPS = 5_000
"""States of one machine; more cannot fit into a definition of 1 MB."""


@dataclass
class Build:
    """One process being compiled."""

    process: Process
    graphs: Mapping[str, Graph]
    regions: Mapping[str, Region]
    names: Names
    library: Library
    expressions: Expressions = field(default_factory=Expressions)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    home: dict[str, Graph] = field(default_factory=dict)
    steps: int = 0

    own: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The variables that a loop gives to its activity alone, by the activity's id."""

    asides: dict[str, Callable[[], Segment]] = field(default_factory=dict)
    """What runs in executions of its own, by a name that tells it apart; made when all else has been lowered."""

    left: dict[str, set[str]] = field(default_factory=dict)
    """The errors by which handlers that run aside leave their scope, by the fork around it."""

    records: dict[str, str] = field(default_factory=dict)
    """By the state that waits for the handlers of a scope: how the key of the record that counts them begins."""

    taken: dict[str, str] = field(default_factory=dict)
    """The variable that lists the changes of a scope's handlers that its body has taken over, by the fork around it."""

    open_joins: frozenset[str] = frozenset()

    resumed: list[Segment] = field(default_factory=list)
    """What executions begin with that carry on a single token; each is named by its first state."""

    handed: set[str] = field(default_factory=set)
    """The states with which a loop goes on elsewhere: no instance passes them in its first rounds."""

    escaping: set[str] = field(default_factory=set)
    """The choices that are reached by errors which nothing in the process knows."""

    rounds: dict[str, int] = field(default_factory=dict)
    """How many rounds of a loop one execution runs, by the element at which it goes on elsewhere."""

    sparing: bool = False
    """Whether neither what several branches lead to nor loops are copied: else the machine would be too large."""

    enterable: bool = False
    """Whether tokens can be put before each node."""

    def __post_init__(self) -> None:
        self.open_joins = frozenset(join.id for g in self.graphs.values() for join in open_joins(g, self.regions))
        for graph in self.graphs.values():
            self.home.update(dict.fromkeys(graph.nodes, graph))

    @cached_property
    def compensation(self) -> Compensation:
        """What can be compensated."""
        return compensation_of(self.process)

    @cached_property
    def conditions(self) -> Conditions:
        """What conditional events read."""
        return conditions_of(self.process, self.graphs, self.regions)

    @cached_property
    def joining(self) -> frozenset[str]:
        """The events behind which tokens meet in joins what they run beside."""
        found = (event for graph in self.graphs.values() for event in joins_beside(graph, self.regions))
        return frozenset(event.id for event in found)

    def begun(self, node: FlowNode) -> bool:
        """Whether a node is one of several, behind a gateway, of which the first that comes starts the instance."""
        if isinstance(node, Written | Move | Resumed | ImplicitChoice | ImplicitSplit | Choosing):
            return False
        graph = self.home[node.id]
        return any(begins_all(graph.nodes[flow.source]) for flow in graph.incoming[node.id])

    def aside(self, event: Event) -> bool:
        """Whether each coming of an event starts an execution of its own."""
        return event.id in self.joining or runs_aside(self.home[event.id], event, self.library)

    def undoes_aside(self, node: FlowNode) -> bool:
        """Whether an event throws compensation without waiting for it."""
        if not isinstance(node, Event) or node.position not in ("intermediateThrow", "end"):
            return False
        return any(d.kind == "compensation" and not d.wait_for_completion for d in node.definitions)

    def handles_aside(self, graph: Graph) -> bool:
        """Whether something of a scope may still run, in executions of its own, when its body has ended."""
        beside = (event for events in graph.boundaries.values() for event in events)
        events = (*beside, *(event for _, event in event_sub_processes(graph)))
        return any(self.aside(event) for event in events) or any(map(self.undoes_aside, graph.nodes.values()))

    def joins_beside(self, graph: Graph) -> bool:
        """Whether tokens of a scope that run aside meet others in joins: the whole scope is one open region."""
        return any(event.id in self.joining for events in graph.boundaries.values() for event in events)

    def guards(self, graph: Graph) -> bool:
        """Whether a scope has handlers that are waited for, or that may still run when its body has ended."""
        return bool(events_watched(graph)) or self.handles_aside(graph)

    def say(self, code: str, severity: Severity, node: FlowNode, words: str, line: int = 0) -> None:
        """Adds a finding, once."""
        diagnostic = Diagnostic(code, severity, node.id, line or node.line, words)
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    def too_large(self, node: FlowNode) -> None:
        """Says, once for the process, that it has too many states."""
        if not any(d.code == "FLOW-030" for d in self.diagnostics):
            words = f"The process needs more than {MAX_STEPS:,} states, mostly copies behind forks that never join."
            self.say("FLOW-030", "error", node, words)
