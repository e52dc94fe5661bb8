"""Who catches what: from a node outwards, the events of its scopes that catch an error or an escalation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from state_machines.bpmn.model import (
    Activity,
    CallActivity,
    Event,
    EventDefinition,
    EventKind,
    FlowNode,
    SubProcess,
    Task,
)
from state_machines.flow.graph import Graph
from state_machines.flow.pausing import may_wait
from state_machines.flow.support.loops import lasts
from state_machines.library import Library

if TYPE_CHECKING:
    from state_machines.flow.compiling import Build

WATCHED: Final[tuple[EventKind, ...]] = ("message", "signal", "timer", "conditional")
"""Kinds of events that somebody has to wait for."""


@dataclass(frozen=True)
class Catcher:
    """An event that catches by one of its definitions.

    `level`: where it is handled; `handler`: the event sub-process that it starts.
    """

    event: Event
    definition: EventDefinition
    level: int
    handler: SubProcess | None = None

    @property
    def code(self) -> str:
        """The code that is caught; empty: any."""
        return self.definition.code


def catchers_by(event: Event, level: int, handler: SubProcess | None = None) -> tuple[Catcher, ...]:
    """An event as a catcher by each of its definitions: any one of them is enough."""
    return tuple(Catcher(event, definition, level, handler) for definition in event.definitions)


def boundary_level(depth: int) -> int:
    """Where boundary events of a scope are handled; `depth`: how many sub-processes the scope lies in, itself counted.

    The levels of one scope, from the outside in: its boundary events, its event sub-processes, its own body; one more
    is a branch of a fork inside it, where the boundary events of the sub-processes inside it are handled.
    """
    return 3 * depth


def event_level(depth: int) -> int:
    """Where event sub-processes of a scope run."""
    return 3 * depth + 1


def body_level(depth: int) -> int:
    """Where a scope's body runs."""
    return 3 * depth + 2


def branch_level(depth: int) -> int:
    """Where the branches of forks in a scope run."""
    return 3 * depth + 3


def event_sub_processes(graph: Graph) -> Iterator[tuple[SubProcess, Event]]:
    """The event sub-processes of a scope with their start events."""
    for node in graph.nodes.values():
        if isinstance(node, SubProcess) and node.kind == "event":
            for inner in node.scope.nodes:
                if isinstance(inner, Event) and inner.position == "start" and inner.definitions:
                    yield node, inner


def catchers(build: "Build", node: FlowNode, kind: EventKind, code: str | None) -> list[Catcher]:
    """Who may catch what a node throws, the nearest first; boundary events of the node itself are not asked.

    With a code: at most one. None, a code that is not known yet: one per code, up to the first that catches any.
    """
    return catchers_around(build.graphs, build.home[node.id].path, kind, code)


def catchers_around(
    graphs: Mapping[str, Graph], path: tuple[str, ...], kind: EventKind, code: str | None
) -> list[Catcher]:
    """Who may catch what is thrown in the scope with this path, as `catchers`."""
    found: list[Catcher] = []
    seen: set[str] = set()
    for catcher in _outwards(graphs, path, kind):
        if catcher.code in seen or (code is not None and catcher.code not in ("", code)):
            continue
        seen.add(catcher.code)
        found.append(catcher)
        if code is not None or not catcher.code:
            break
    return found


def watched_of(graph: Graph, node: FlowNode, library: Library) -> tuple[Catcher, ...]:
    """The boundary events of an activity that watchers wait for, beside the activity's own steps.

    A task that waits takes what interrupts it into its own wait, and a call activity a timer that is alone; what runs
    several times takes nothing: an event ends it all. To what takes no time, nothing can happen.
    """
    if not isinstance(node, Activity) or not lasts(node):
        return ()
    level = boundary_level(len(graph.path) + 1)
    boundaries = graph.boundaries.get(node.id, ())
    events = [event for event in boundaries if any(waited_for(c, (node,)) for c in catchers_by(event, level))]
    kept = _kept(node, events, library) if node.loop is None else []
    watched = (c for event in boundaries if event not in kept for c in catchers_by(event, level))
    return tuple(c for c in watched if waited_for(c, (node,)))


def waited_for(catcher: Catcher, inside: Iterable[FlowNode]) -> bool:
    """Whether a watcher has to wait for an event: it comes from outside, or beside what `inside` calls goes on."""
    if catcher.definition.kind == "escalation" and not catcher.event.interrupting:
        return any(True for _ in calls(inside))
    return catcher.definition.kind in WATCHED


def events_watched(graph: Graph) -> tuple[Catcher, ...]:
    """The event sub-processes of a scope that somebody has to wait for."""
    level = event_level(len(graph.path))
    found = event_sub_processes(graph)
    here = graph.nodes.values()
    return tuple(c for h, e in found for c in catchers_by(e, level, h) if waited_for(c, here))


def calls(nodes: Iterable[FlowNode]) -> Iterator[CallActivity]:
    """The call activities among nodes, and in their sub-processes."""
    for node in nodes:
        if isinstance(node, CallActivity):
            yield node
        elif isinstance(node, SubProcess):
            yield from calls(node.scope.nodes)


def _kept(node: Activity, events: list[Event], library: Library) -> list[Event]:
    """The events that end the activity's own wait."""
    interrupting = [e for e in events if e.interrupting and e.takes_any and not e.has("conditional")]
    if isinstance(node, CallActivity):
        timers = [event for event in interrupting if [d.kind for d in event.definitions] == ["timer"]]
        return timers if events == timers[:1] else []
    return interrupting if isinstance(node, Task) and may_wait(node, library) else []


def heard_around(build: "Build", node: FlowNode, signal: str) -> list[Catcher]:
    """The events around a node that a signal with a fixed name interrupts by, the nearest first."""
    around = _outwards(build.graphs, build.home[node.id].path, "signal")
    return [c for c in around if c.event.interrupting and c.definition.name == signal and not c.definition.computed]


def conditional_around(build: "Build", node: FlowNode, *, inside: bool) -> list[Catcher]:
    """The conditional events around a node, the nearest first; `inside`: its own boundary events stand around it."""
    home = build.home[node.id]
    level = boundary_level(len(home.path) + 1)
    own = [c for event in home.boundaries.get(node.id, ()) for c in catchers_by(event, level)] if inside else []
    found = [*_of_kind(own, "conditional"), *_outwards(build.graphs, home.path, "conditional")]
    return [catcher for catcher in found if catcher.event.takes_any]


def _outwards(graphs: Mapping[str, Graph], path: tuple[str, ...], kind: EventKind) -> Iterator[Catcher]:
    inside = ""
    for depth in range(len(path), -1, -1):
        scope = path[depth - 1] if depth else ""
        yield from _of_kind(_started(graphs[scope], depth, inside, kind), kind)
        if scope:
            around = graphs[path[depth - 2] if depth > 1 else ""]
            boundaries = around.boundaries.get(scope, ())
            level = boundary_level(depth)
            yield from _of_kind([c for event in boundaries for c in catchers_by(event, level)], kind)
        inside = scope


def _started(graph: Graph, depth: int, inside: str, kind: EventKind) -> list[Catcher]:
    """The event sub-processes of a scope that can begin when something happens in `inside`, a node of it.

    One that interrupts has ended the scope but for itself. Beside any other, those of errors and escalations may begin.
    """
    starts = list(event_sub_processes(graph))
    if any(handler.id == inside and (kind in WATCHED or event.interrupting) for handler, event in starts):
        return []
    level = event_level(depth)
    return [c for handler, event in starts if handler.id != inside for c in catchers_by(event, level, handler)]


def _of_kind(here: list[Catcher], kind: EventKind) -> list[Catcher]:
    """Those of one kind, the ones that name a code first."""
    matching = [catcher for catcher in here if catcher.definition.kind == kind]
    return sorted(matching, key=lambda catcher: catcher.code == "")
