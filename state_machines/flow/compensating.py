"""What can be compensated, and by what: read from the model. Steps are not made here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from state_machines.bpmn.model import Activity, Event, FlowNode, MultiInstance, Process, Scope, SubProcess
from state_machines.flow.data import own_names
from state_machines.flow.instance_data import loop_names
from state_machines.flow.sharing import read, written

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
    """Those that have a handler too are compensated by it first."""


def whole(activity: str) -> str:
    """What all turns of a loop are together, listed when it has ended, with a list of its own. No id is like it."""
    return f"{activity}*"


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
        """What holds compensable activities, sub-processes and loops: each of their runs has a list of its own."""
        return self._around | {whole(activity) for activity in self.turning}

    @cached_property
    def _around(self) -> frozenset[str]:
        found = (n for n in self.nodes.values() if isinstance(n, SubProcess) and n.kind != "event")
        return frozenset(n.id for n in found if any(inner.id in self.undos for inner in n.scope.walk()))

    @cached_property
    def once(self) -> frozenset[str]:
        """The multi-instances that one run of their handler undoes: "invoked only once", says Camunda 8's manual.

        That holds for models drawn for Camunda 8; one that only has its extensions keeps to BPMN.
        """
        if self.process.engine != "camunda8":
            return frozenset()
        found = (undo.activity for undo in self.undos.values() if undo.start is None)
        return frozenset(n.id for n in found if isinstance(n, Activity) and isinstance(n.loop, MultiInstance))

    @cached_property
    def turning(self) -> frozenset[str]:
        """The activities with loops whose turns are compensated one by one, once all have ended."""
        return frozenset(n for n in {*self.undos, *self._around} - self.once if self.repeats(n))

    def repeats(self, node_id: str) -> bool:
        """Whether a node of the model is an activity with a loop."""
        return node_id in self.nodes and self.nodes[node_id].repeats

    def listed(self, node_id: str, *, ended: bool) -> str:
        """As what a completion of an activity is listed; empty: not at all. `ended`: with all turns of its loop."""
        if node_id not in self.recorded or (node_id in self.once and not ended):
            return ""
        return whole(node_id) if ended and node_id in self.turning else node_id

    @cached_property
    def recorded(self) -> frozenset[str]:
        """The activities whose completion is written down, if anything throws."""
        events = (node for node in self.nodes.values() if isinstance(node, Event))
        thrown = any(
            d.kind in _THROWING and e.position in ("intermediateThrow", "end") for e in events for d in e.definitions
        )
        return frozenset((*self.undos, *self.holding)) if thrown else frozenset()

    def turns(self, node: FlowNode) -> bool:
        """Whether what is lowered is a loop whose turns have a list of their own."""
        return node.repeats and node.id in self.turning and node.id in self.recorded

    def lists(self, node: FlowNode) -> bool:
        """Whether each run of a node has a list of its own."""
        return node.id in self.holding and node.id in self.recorded

    @cached_property
    def _home(self) -> Mapping[str, str]:
        return dict(_homes(self.process.scope, "", self.turning))

    def home(self, node_id: str) -> str:
        """What a node is compensated with: its scope, or its loop. An event sub-process is part of what is around."""
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
                undo = self.undos.get(node_id)
                if undo:
                    undos.append(undo)
                if node_id in self.holding and not (undo and self._consumes(undo)):
                    opened.append(node_id)
                    pending.append(node_id)
        return Thrown(scope, tuple(undos), tuple(opened))

    @property
    def keeps_own(self) -> bool:
        """Whether handlers see what is around as it is, and the own variables of what has ended as they were then.

        Camunda 7: "variables associated with executions higher up in the hierarchy are not contained in the snapshot".
        """
        return self.process.dialect == "camunda7"

    def kept(self, listed: str) -> frozenset[str]:
        """The variables that an entry holds: those that handlers read, and they alone do not write."""
        activity = self.nodes.get(listed)
        if activity is None:
            return frozenset()
        undo = self.undos.get(listed)
        if not self.keeps_own:
            return frozenset(_read_by(undo) - _written_by(undo)) if undo else frozenset()
        inside = activity.scope.walk() if listed in self.holding and isinstance(activity, SubProcess) else ()
        undos = [undo, *(self.undos.get(node.id) for node in inside)]
        own = {*own_names(activity), *(loop_names(activity) if isinstance(activity, Activity) else ())}
        return frozenset(own & {name for each in undos if each for name in _read_by(each)})

    def _consumes(self, undo: Undo) -> bool:
        """Whether what an activity holds is left alone; Camunda 7's manual says so of event sub-processes only."""
        return undo.start is not None or self.process.dialect != "camunda7"

    def _is_event(self, scope: str) -> bool:
        node = self.nodes[scope]
        return isinstance(node, SubProcess) and node.kind == "event"


def _of_handler(undo: Undo) -> tuple[FlowNode, ...]:
    held = undo.handler.scope.walk() if isinstance(undo.handler, SubProcess) else ()
    return (undo.handler, *held)


def _read_by(undo: Undo) -> set[str]:
    """What a handler is known to read."""
    return {name for each in _of_handler(undo) for name in read(each)}


def _written_by(undo: Undo) -> set[str]:
    """What a handler writes it sees as it is: handlers may add to it in turn."""
    return {name for each in _of_handler(undo) for name in written(each)}


def compensation_of(process: Process) -> Compensation:
    """What a process can compensate."""
    return Compensation(process, {undo.activity.id: undo for undo in _undoings(process.scope)})


def _homes(scope: Scope, home: str, turning: frozenset[str]) -> Iterator[tuple[str, str]]:
    for node in scope.nodes:
        if node.id in turning:
            yield whole(node.id), home
        yield node.id, whole(node.id) if node.id in turning else home
        if isinstance(node, SubProcess):
            yield from _homes(node.scope, home if node.kind == "event" else node.id, turning)


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
