"""What can be compensated, and by what: read from the model. Steps are not made here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from state_machines.bpmn.model import Activity, Event, FlowNode, Process, Scope, SubProcess


@dataclass(frozen=True)
class Undo:
    """How a completed activity is compensated: by a handler beside it, or by an event sub-process inside it."""

    activity: FlowNode
    handler: Activity
    start: Event | None = None
    """The start event, if the handler is an event sub-process."""


def undoings(process: Process) -> dict[str, Undo]:
    """By the id of the activity, in the file's order."""
    return {undo.activity.id: undo for undo in _undoings(process.scope)}


def inside(node: FlowNode) -> frozenset[str]:
    """The ids of an activity and of all that it holds."""
    held = node.scope.walk() if isinstance(node, SubProcess) else ()
    return frozenset((node.id, *(each.id for each in held)))


def targets(process: Process, undos: Mapping[str, Undo], path: tuple[str, ...], activity: str) -> list[Undo]:
    """What a throw in a scope compensates: an activity of the model, or all in the scope of the throw.

    `path`: the sub-processes around the throw; one in an event sub-process compensates the scope around that.
    """
    nodes = {node.id: node for node in process.scope.walk()}
    around = [nodes[scope] for scope in path]
    while around and isinstance(around[-1], SubProcess) and around[-1].kind == "event":
        around.pop()
    if activity:
        within = inside(nodes[activity]) if activity in nodes else frozenset()
    elif around:
        within = inside(around[-1]) - {around[-1].id}
    else:
        within = frozenset(nodes)
    return [undo for undo in undos.values() if undo.activity.id in within]


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
