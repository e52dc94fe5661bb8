"""How the rules see a model: the scopes of the processes that run, their nodes by id, and each node's expressions."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from state_machines.bpmn.model import (
    Activity,
    Event,
    Expression,
    FlowNode,
    Model,
    Process,
    Scope,
    SequenceFlow,
    SubProcess,
)
from state_machines.diagnostics import Diagnostic, Severity


@dataclass(frozen=True)
class Place:
    """One scope, where it stands, and its nodes and flows by id."""

    process: Process
    scope: Scope
    owner: SubProcess | None
    nodes: dict[str, FlowNode]
    flows: dict[str, SequenceFlow]
    around: tuple[SubProcess, ...] = ()
    """The sub-processes that hold it, from the process down to its owner."""

    def within(self, kind: str) -> bool:
        """Whether this scope is directly a sub-process of this kind."""
        return self.owner is not None and self.owner.kind == kind

    def outgoing(self, node: FlowNode) -> tuple[SequenceFlow, ...]:
        """The flows that leave a node."""
        return tuple(self.flows[f] for f in node.outgoing if f in self.flows)


def places(model: Model) -> Iterator[Place]:
    """The scopes of all executable processes, outer before inner. Other processes are drawings and not judged."""
    for process in model.processes:
        if process.executable:
            yield from _within(process, process.scope)


def _within(process: Process, scope: Scope, around: tuple[SubProcess, ...] = ()) -> Iterator[Place]:
    owner = around[-1] if around else None
    yield Place(process, scope, owner, {n.id: n for n in scope.nodes}, {f.id: f for f in scope.flows}, around)
    for node in scope.nodes:
        if isinstance(node, SubProcess):
            yield from _within(process, node.scope, (*around, node))


def nodes(model: Model) -> Iterator[tuple[Place, FlowNode]]:
    """Every flow node of the executable processes with its scope."""
    for place in places(model):
        for node in place.scope.nodes:
            yield place, node


def expressions(value: object) -> Iterator[Expression]:
    """The expressions in a node or flow, nested scopes left out."""
    if isinstance(value, Expression):
        yield value
    else:
        for part in parts(value):
            yield from expressions(part)


def parts(value: object, without: frozenset[str] = frozenset()) -> Iterator[object]:
    """What a value of the model is made of: items, fields; plain and empty values and nested scopes left out."""
    if isinstance(value, tuple):
        yield from value
    kind: Any = type(value)
    for name in _fields(kind, without):
        part = getattr(value, name)
        if part:
            yield part


@cache
def _fields(kind: Any, without: frozenset[str]) -> tuple[str, ...]:
    """The names of a class's fields; there are few classes, and very many values."""
    if not is_dataclass(kind) or kind is Scope:
        return ()
    return tuple(field.name for field in fields(kind) if field.name not in without)


def unled(node: FlowNode) -> bool:
    """Whether an element begins with its scope if that has no start event: nothing leads to it (BPMN 2.0.2, 13.4.1)."""
    if isinstance(node, Event):
        caught = node.position == "intermediateCatch" and any(d.kind == "link" for d in node.definitions)
        return not (node.incoming or node.position == "boundary" or caught)
    aside = isinstance(node, Activity) and node.for_compensation
    return not (node.incoming or aside or (isinstance(node, SubProcess) and node.kind == "event"))


def label(node: FlowNode | SequenceFlow) -> str:
    """How a finding names an element to its reader: by its name, else by its id."""
    return f"'{node.name or node.id}'"


def finding(
    code: str, node: FlowNode | SequenceFlow | Process, message: str, severity: Severity = "error"
) -> Diagnostic:
    """A diagnostic about an element."""
    return Diagnostic(code, severity, node.id, node.line, message)
