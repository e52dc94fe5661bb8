"""What can be compensated, and by what: read from the model. Steps are not made here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from state_machines.bpmn.model import Activity, Event, FlowNode, Process, Scope, SubProcess

_THROWING = ("compensation", "cancel")


@dataclass(frozen=True)
class Undo:
    """How a completed activity is compensated: by a handler beside it, or by an event sub-process inside it."""

    activity: FlowNode
    handler: Activity
    start: Event | None = None
    """The start event, if the handler is an event sub-process."""


@dataclass(frozen=True)
class Thrown:
    """What a throw compensates: it looks for it in a scope, and in the sub-processes `opened` that ended there."""

    scope: str
    undos: tuple[Undo, ...] = ()
    opened: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compensation:
    """The compensable activities of a process. `scopes`: the path of ids from the process down, by scope."""

    process: Process
    undos: Mapping[str, Undo]
    """By the id of the activity, in the file's order."""

    @cached_property
    def nodes(self) -> Mapping[str, FlowNode]:
        """Every node, by id."""
        return {node.id: node for node in self.process.scope.walk()}

    @cached_property
    def holding(self) -> frozenset[str]:
        """The sub-processes that hold compensable activities: each of their runs has a list of its own."""
        found = (n for n in self.nodes.values() if isinstance(n, SubProcess) and n.kind != "event")
        return frozenset(n.id for n in found if any(inner.id in self.undos for inner in n.scope.walk()))

    @cached_property
    def recorded(self) -> frozenset[str]:
        """The activities whose completion is written down, if anything throws."""
        events = (node for node in self.nodes.values() if isinstance(node, Event))
        thrown = any(
            d.kind in _THROWING and e.position in ("intermediateThrow", "end") for e in events for d in e.definitions
        )
        return frozenset((*self.undos, *self.holding)) if thrown else frozenset()

    def lists(self, node: FlowNode) -> bool:
        """Whether each run of a node has a list of its own."""
        return node.id in self.holding and node.id in self.recorded

    @cached_property
    def _home(self) -> Mapping[str, str]:
        return dict(_homes(self.process.scope, ""))

    def home(self, node_id: str) -> str:
        """The scope that a node is compensated with. An event sub-process is part of the scope that it stands in."""
        return self._home[node_id]

    def scope_of(self, path: tuple[str, ...]) -> str:
        """The scope that a throw with this path of sub-processes compensates."""
        return next((scope for scope in reversed(path) if not self._is_event(scope)), "")

    def thrown(self, path: tuple[str, ...], activity: str) -> Thrown:
        """What a throw compensates: an activity of the model with all that it holds, or all in the throw's scope."""
        if not activity:
            scope = self.scope_of(path)
            return self._all(scope, scope)
        around = [home := self.home(activity)] if activity in self.nodes else []
        while around and home and home not in path:
            around.append(home := self.home(home))
        if not around:
            return Thrown("")
        scope, opened = around[-1], tuple(around[:-1])
        if activity in self.undos:
            return Thrown(scope, (self.undos[activity],), opened)
        inner = self._all(scope, activity)
        return Thrown(scope, inner.undos, (*opened, activity, *inner.opened))

    def _all(self, scope: str, within: str) -> Thrown:
        undos: list[Undo] = []
        opened: list[str] = []
        pending = [within]
        while pending:
            here = pending.pop()
            for node_id in (n for n, home in self._home.items() if home == here):
                if node_id in self.undos:
                    undos.append(self.undos[node_id])
                elif node_id in self.holding:
                    opened.append(node_id)
                    pending.append(node_id)
        return Thrown(scope, tuple(undos), tuple(opened))

    def _is_event(self, scope: str) -> bool:
        node = self.nodes[scope]
        return isinstance(node, SubProcess) and node.kind == "event"


def compensation_of(process: Process) -> Compensation:
    """What a process can compensate."""
    return Compensation(process, {undo.activity.id: undo for undo in _undoings(process.scope)})


def _homes(scope: Scope, home: str) -> Iterator[tuple[str, str]]:
    for node in scope.nodes:
        yield node.id, home
        if isinstance(node, SubProcess):
            yield from _homes(node.scope, home if node.kind == "event" else node.id)


def _undoings(scope: Scope) -> Iterator[Undo]:
    nodes = {node.id: node for node in scope.nodes}
    for node in scope.nodes:
        if isinstance(node, Event) and node.position == "boundary" and _compensates(node):
            for association in scope.associations:
                handler = nodes.get(association.target)
                if association.source == node.id and isinstance(handler, Activity) and node.attached_to in nodes:
                    yield Undo(nodes[node.attached_to], handler)
        if isinstance(node, SubProcess):
            yield from (Undo(node, handler, start) for handler, start in _own(node))
            yield from _undoings(node.scope)


def _own(node: SubProcess) -> Iterator[tuple[SubProcess, Event]]:
    for handler in node.scope.nodes:
        if isinstance(handler, SubProcess) and handler.kind == "event":
            for start in handler.scope.nodes:
                if isinstance(start, Event) and start.position == "start" and _compensates(start):
                    yield handler, start


def _compensates(event: Event) -> bool:
    return [definition.kind for definition in event.definitions] == ["compensation"]
