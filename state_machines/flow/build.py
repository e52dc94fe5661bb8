"""What lowering works with: the process with its graphs and regions, and the segment that is being filled."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from state_machines.bpmn.model import (
    Activity,
    CallActivity,
    Event,
    FlowNode,
    Gateway,
    SequenceFlow,
    SubProcess,
)
from state_machines.flow import tokens
from state_machines.flow.bounds import Bounds, Open, Own
from state_machines.flow.catching import Catcher, boundary_level, event_level, watched_of
from state_machines.flow.choosing import Choosing, choosing, turn_of
from state_machines.flow.compiling import MAX_STEPS, Build
from state_machines.flow.completed import completion
from state_machines.flow.data import own_names, owns
from state_machines.flow.expressions import Remote
from state_machines.flow.forks import is_choice, is_fork, is_inclusive
from state_machines.flow.graph import Graph, chooses, unseen
from state_machines.flow.jsonata import INPUT, asl
from state_machines.flow.shared import known
from state_machines.flow.steps import END, Call, Compute, Fork, Passed, Segment, Step, Way, lists_tokens, map_ways
from state_machines.flow.unseen import Border, Guarded, ImplicitChoice, ImplicitSplit, Move, Resumed, Written
from state_machines.flow.waits import UPDATE, WRITE_RETRY

MAX_DEPTH = 40
"""Parallel gateways inside each other; Step Functions has no limit of its own."""


Lower = Callable[["SegmentBuilder", FlowNode, str], None]
Evaluate = Callable[["SegmentBuilder", FlowNode, str, Remote], str]


@dataclass(frozen=True)
class Exit:
    """A way out of a fork by an error that one of its branches throws."""

    error: str
    way: Way
    element: str


class SegmentBuilder:
    """Fills one segment: whatever a way leads to is lowered once in it.

    `parent` fills the segment around the fork that this one is a branch of; `exits` collects, for all branches of the
    fork, the errors by which they leave it.
    """

    def __init__(
        self,
        build: Build,
        bounds: Bounds,
        lower: Lower,
        evaluate: Evaluate,
        parent: "SegmentBuilder | None" = None,
        exits: dict[str, Exit] | None = None,
    ) -> None:
        self.parent = parent
        self.exits: dict[str, Exit] = {} if exits is None else exits
        self.scopes: dict[str, str] = dict(parent.scopes) if parent else {}
        """The forks around scopes whose handlers run aside, by scope."""
        self.beside: frozenset[str] = parent.beside if parent else frozenset()
        """The boundary events that watchers around this segment wait for."""
        self.armed: dict[str, tuple[str, int]] = dict(parent.armed) if parent else {}
        """The fork that watches for an event, and how many Maps it stands in, for the events around this segment."""
        self.apart = ""
        """Of an execution that a handler has to itself: the fork around the scope whose handlers are counted."""
        self.whole: dict[str, Open] = dict(parent.whole) if parent else {}
        """The scopes around this segment, of its own execution, that are one open region each."""
        self.at: FlowNode | None = None
        """What is being lowered."""
        self.loops: dict[str, Own] = {}
        """The loops whose turns, or one of whose instances, this segment holds."""
        self.entered: set[str] = set()
        """The sub-processes without a state of their own that this segment enters."""
        self.scope_own: dict[str, Own] = {}
        """The scopes with variables of their own that this segment enters."""
        self.build = build
        self.bounds = bounds
        self.lower = lower
        self.evaluate = evaluate
        self.steps: dict[str, Step] = {}
        self._keys: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self._guards: set[str] = set()
        self._pending: list[tuple[FlowNode, str]] = []
        self._back: dict[str, Way] = {}
        self._turns: set[str] = set()

    @property
    def aside(self) -> bool:
        """Whether this segment lies in an execution that a handler has to itself."""
        return bool(self.apart) or (self.parent is not None and self.parent.aside)

    def from_flow(self, flow: SequenceFlow) -> Segment:
        """The segment that a flow leads into."""
        return self._fill(self.way(flow))

    def from_node(self, node: FlowNode) -> Segment:
        """The segment that begins with a node."""
        return self._fill(self._entering(node, Way(self.key(node))))

    def from_begin(self, graph: Graph) -> Segment:
        """The segment that begins where a scope begins."""
        return self._fill(self.begin(graph))

    def filled(self, start: Way, element: str | None = None) -> Segment:
        """The segment that begins with a way, when its steps have been added; it belongs to the fork of an element.

        None: that in which what is lowered stands.
        """
        segment = self._fill(start)
        return segment if element is None else replace(segment, element=element)

    def body(self, node: Activity, back: Way) -> Way:
        """To the activity as it is given, alone, or with `loop=None` to one turn of it; `back`: where it leads."""
        key = self._entry(node)
        self._back[turn_of(node.id) if isinstance(node, Choosing) else node.id] = back
        self._pending.append((node, key))
        if not node.repeats and self.build.compensation.repeats(node.id):
            self._turns.add(node.id)
        return self._entering(node, Way(key))

    def is_body(self, node: FlowNode) -> bool:
        """Whether a node is lowered alone, as the body of something around it."""
        return node.id in self._back

    def _entry(self, node: FlowNode) -> str:
        """The name of the first state of a node; its own id is for the state that is the node itself."""
        if unseen(node):
            return self.helper(self.graph(node).scope or self.build.process.id, "begin")
        if self.stands_inside(node):
            return self.helper(node.id, "watched")
        if node.repeats:
            return self.helper(node.id, "each")
        roles = {
            "run": self.build.compensation.lists(node),
            "into": owns(node),
            "begun": self.build.begun(node),
            "look": self.build.conditions.meets(node, self.graph(node)),
            "find": isinstance(node, CallActivity),
        }
        role = next((role for role, first in roles.items() if first), "")
        return self.helper(node.id, role) if role else self.build.names.of_element(node.id)

    def stands_inside(self, node: FlowNode) -> bool:
        """Whether a node is lowered once more in a fork of watchers: its loop and own variables are not theirs."""
        alone = isinstance(node, SubProcess) and not node.repeats and not owns(node)
        return not alone and bool(self.watchers(node))

    def watchers(self, node: FlowNode) -> tuple[Catcher, ...]:
        """The boundary events of a node that watchers have to wait for, but for those that stand around already."""
        found = watched_of(self.graph(node), node, self.build.library)
        return tuple(catcher for catcher in found if catcher.event.id not in self.beside)

    def add(self, step: Step) -> None:
        """Adds a step."""
        self.build.steps += 1
        names = self.build.conditions.names
        if names and isinstance(step, Fork) and not lists_tokens(step):
            # Its branches have told what they wrote.
            step = replace(step, output=known(names, step.output))
        self.steps[step.key] = step

    def node(self, node_id: str) -> FlowNode:
        """A node of any scope."""
        return self.build.home[node_id].nodes[node_id]

    def graph(self, node: FlowNode) -> Graph:
        """The graph that a node stands in."""
        return self.build.graphs[node.id] if isinstance(node, Choosing) else self.build.home[node.id]

    def begin(self, graph: Graph) -> Way:
        """To the beginning of a scope."""
        node = self.node(graph.scope) if graph.scope else None
        if not isinstance(node, SubProcess) or not chooses(node):
            return self.into(graph.starts()[0])
        key = self.helper(node.id, "each")
        self._pending.append((choosing(graph, node), key))
        return Way(key)

    def boundaries(self, node: FlowNode) -> tuple[Event, ...]:
        """The boundary events of an activity, but for those that watchers around it wait for."""
        events = self.graph(node).boundaries.get(node.id, ())
        return tuple(event for event in events if event.id not in self.beside)

    def looped(self, node: Activity, names: Iterable[str], saved: str = "") -> None:
        """Says what a loop gives to its activity alone, in this segment."""
        self.loops[node.id] = Own(tuple(names), saved)
        self.build.own[node.id] = (*self.build.own.get(node.id, ()), *names)

    def own_left(self, level: int) -> list[Own]:
        """Of the loops that what is being lowered stands in: those that are left on a way out to a level."""
        owns = (own for each in self.left(level) for own in (self.scope_own.get(each), self.loops.get(each)))
        return [own for own in owns if own]

    def cancelled(self, level: int) -> list[Passed]:
        """The sub-processes without a state of their own that are left on a way out to a level."""
        return [Passed("cancelled", each) for each in self.left(level) if each in self.entered]

    def left(self, level: int) -> list[str]:
        """What is being lowered and the scopes around it, as far as a way out to a level leaves them."""
        around = [*self.graph(self.at).path, self.at.id] if self.at else []
        return [each for each in reversed(around) if boundary_level(len(self.build.home[each].path) + 1) >= level]

    def key(self, node: FlowNode) -> str:
        """The step of a node in this segment; asking for it has it lowered."""
        if node.id not in self._keys:
            self._keys[node.id] = self._entry(node)
            self._pending.append((node, self._keys[node.id]))
        return self._keys[node.id]

    def claim(self, node: FlowNode) -> str:
        """A node's key for a step that another node's lowering adds."""
        if node.id not in self._keys:
            self._keys[node.id] = self.build.names.of_element(node.id)
        return self._keys[node.id]

    def helper(self, base: str, role: str) -> str:
        """A name for a step that serves another."""
        return self.build.names.of_helper(base, role)

    def once(self, mark: str, base: str, role: str) -> str:
        """As `helper`, the same name for the same mark in this segment."""
        if mark not in self._keys:
            self._keys[mark] = self.helper(base, role)
        return self._keys[mark]

    def way(self, flow: SequenceFlow) -> Way:
        """Over a flow to what stands behind it."""
        graph = self.build.home[flow.target]
        join = graph.nodes[flow.target]
        region = self.region(graph)
        alone = flow.target in self.build.open_joins and not is_inclusive(join) and flow.target != self.bounds.stop
        if alone if region is None else region.ledger.told(flow):
            return Way(self._move(flow.id, join, flow.id)).after(*_seen(flow))
        return self.onto(flow).after(*_seen(flow))

    def onto(self, flow: SequenceFlow) -> Way:
        """To what stands behind a flow, when all has been told."""
        graph = self.build.home[flow.target]
        node, region = graph.nodes[flow.target], self.region(graph)
        if node.id == self.bounds.stop:
            return Way(END) if region is None else self._ended()
        if self.build.sparing and region and len(graph.incoming[node.id]) > 1 and node.id not in self._keys:
            return Way(self._kept(f"{node.id}\0resumed", node.id, "on", Resumed(node.id, node.name, node.line)))
        return self.into(node)

    def first(self, node: FlowNode) -> str:
        """The step of a fork when its node has been passed."""
        return self.key(node) if isinstance(node, Gateway) else self.behind(node, "split")

    def region(self, graph: Graph) -> Open | None:
        """The open region of a scope that this segment lies in."""
        region = self.bounds.region
        return region if region and region.scope == graph.scope else None

    def into(self, node: FlowNode) -> Way:
        """To a node. A fork is passed when it is entered."""
        if isinstance(node, Gateway) and is_fork(self.graph(node), node) and not unseen(node):
            return Way(self.key(node), (Passed("element", node.id),))
        return self._entering(node, Way(self.key(node)))

    def _entering(self, node: FlowNode, way: Way) -> Way:
        """The way into a node; a sub-process that is no fork of its own is entered on it."""
        shown = not isinstance(node, SubProcess) or isinstance(node, Choosing) or node.repeats
        if shown or self.watchers(node):
            return way
        self.entered.add(node.id)
        return way.after(Passed("entered", node.id))

    def after(self, node: FlowNode) -> Way:
        """What follows when a node is left by its own flows; inside its loop: the loop; none: its scope may end."""
        if isinstance(node, Choosing):
            return self.end_of(self.graph(node))
        return self._listed(node, self._bordered(node, self._after(node)))

    def after_turns(self, node: Activity) -> Way:
        """What follows when the last turn or instance of a loop has ended; each has left its own variables itself."""
        return self._listed(node, self._after(node))

    def _bordered(self, node: FlowNode, way: Way) -> Way:
        """The way on into or out of a scope of variables of its own; the end of a turn is asked of its whole loop."""
        if handler := self._begun_by(node):
            return self.border(handler, way, inward=True)
        repeated = node.repeats and node.id not in self._back
        if repeated or isinstance(node, Choosing) or self.stands_inside(node):
            return way
        return self.border(node, way, inward=False)

    def border(self, node: FlowNode, way: Way, *, inward: bool) -> Way:
        """Over the border of a sub-process that has variables of its own; else the way itself."""
        if not owns(node):
            return way
        if node.id not in self.scope_own:
            self.scope_own[node.id] = Own(own_names(node), self.build.names.variable("outside", node.id))
            self.build.own[node.id] = (*self.build.own.get(node.id, ()), *own_names(node))
        mark = f"{node.id}\0{inward}"
        if mark not in self._keys:
            self._keys[mark] = self.helper(node.id, "enter" if inward else "leave")
            self._pending.append((Border(node.id, node.name, node.line, way=way, inward=inward), self._keys[mark]))
        return Way(self._keys[mark])

    def _after(self, node: FlowNode) -> Way:
        if node.id in self._back:
            back = self._back[node.id]
            return back if back.outcome == "continues" else self._told(node, back, inside=True)
        onward = self._guarded(node) or self.onward(node)
        if node.repeats or self.watchers(node):
            return onward
        return self._told(node, onward, inside=False)

    def _told(self, node: FlowNode, way: Way, *, inside: bool) -> Way:
        """The way on when a node may have written what conditional events wait for."""
        if not self.build.conditions.hears(node, self.graph(node).path, inside=inside):
            return way
        mark = f"{node.id}\0written\0{way.to}"
        if mark not in self._keys:
            self._keys[mark] = self.helper(node.id, "written")
            self._pending.append((Written(node.id, node.name, node.line, way=way, inside=inside), self._keys[mark]))
        return Way(self._keys[mark])

    def _listed(self, node: FlowNode, way: Way) -> Way:
        """The way on when an activity, or one turn of it, has completed: by the record of it, if it can be undone."""
        known, turn = self.build.compensation, node.id in self._turns
        if node.id in self._back and not turn:
            return way  # the body of what stands around it
        listed = known.listed(node.id, ended=known.repeats(node.id) and not turn)
        if not listed:
            return way
        done = self.once(f"{listed}\0done", node.id, "done")
        if done not in self.steps:
            arguments, output = completion(known, listed, done, items=self.bounds.items > 0)
            self.add(Call(done, node.id, "helper", way, UPDATE, arguments, output, retry=WRITE_RETRY))
        return Way(done)

    def _guarded(self, node: FlowNode) -> Way | None:
        """From the start of an event sub-process to the fork around what follows, if it has handlers of its own."""
        handler = self._begun_by(node)
        if handler is None or not self.build.guards(self.graph(node)):
            return None
        mark = f"{node.id}\0guarded"
        if mark not in self._keys:
            self._keys[mark] = self.helper(handler.id, "events")
            self._pending.append((Guarded(handler.id, handler.name, handler.line, start=node.id), self._keys[mark]))
        return Way(self._keys[mark])

    def _begun_by(self, node: FlowNode) -> SubProcess | None:
        """The event sub-process that a node begins."""
        if not (isinstance(node, Event) and node.position == "start" and self.graph(node).scope):
            return None
        handler = self.node(self.graph(node).scope)
        return handler if isinstance(handler, SubProcess) and handler.kind == "event" else None

    def onward(self, node: FlowNode) -> Way:
        """Over the node's own flows; none: its scope may end."""
        graph = self.graph(node)
        flows = graph.outgoing[node.id]
        if not flows:
            region = self.region(graph)
            leaves = region is not None and region.ledger.told_of(node)
            return Way(self._move(node.id, node, "")) if leaves else self.end_of(graph)
        if is_choice(graph, node):
            return Way(self.behind(node, "which"))
        return self.way(flows[0]) if len(flows) == 1 else Way(self.behind(node, "split"))

    def through(self, node: FlowNode) -> Way:
        """Past a node that leaves no state behind."""
        way = self.after(node)
        # Of an event with several definitions each is only a part.
        if node.id in self._back and (way.outcome == "continues" or isinstance(node, Event)):
            return way
        passed, handler = Passed("element", node.id), self._begun_by(node)
        if handler is None:
            return way.after(passed)
        self.entered.add(handler.id)
        return way.after(Passed("entered", handler.id), passed)

    @contextmanager
    def leading(self, node: FlowNode, way: Way) -> Iterator[None]:
        """While it lasts, the node is left by this way: it is a part of what is lowered."""
        outer = self._back.get(node.id)
        self._back[node.id] = way
        try:
            yield
        finally:
            del self._back[node.id]
            if outer is not None:
                self._back[node.id] = outer

    def end_of(self, graph: Graph) -> Way:
        """What follows when a scope has ended; in an ad-hoc sub-process, one of its activities with all behind it."""
        if turn_of(graph.scope) in self._back:
            return self._back[turn_of(graph.scope)]
        if graph.scope == self.bounds.ending:
            way = Way(END) if self.region(graph) is None else self._ended()
            # What begins here with the handler's start ends here with the handler; branches and bodies in it do not.
            whole = graph.scope and self.bounds.level == event_level(len(graph.path))
            handler = self.node(graph.scope) if whole else None
            return self.border(handler, way, inward=False) if handler else way
        return self.through(self.node(graph.scope))

    def _move(self, base: str, node: FlowNode, over: str) -> str:
        move = Move(node.id, node.name, node.line, over=over)
        return self._kept(f"{base}\0move", base, "arrive" if over else "leave", move)

    def _kept(self, mark: str, base: str, role: str, node: FlowNode) -> str:
        """The step of what no diagram shows, lowered once in this segment."""
        if mark not in self._keys:
            self._keys[mark] = self.helper(base, role)
            self._pending.append((node, self._keys[mark]))
        return self._keys[mark]

    def _ended(self) -> Way:
        """The end of a token whose region gives what each has written that ended, and the joins that it has passed."""
        key = self.once("\0ended", self.bounds.fork, "ended")
        if key not in self.steps and self.bounds.region:
            self.add(Compute(key, self.bounds.fork, "helper", Way(END), asl(tokens.ended(self.bounds.region.base))))
        return Way(key)

    def behind(self, node: FlowNode, role: Literal["which", "split"]) -> str:
        """The step behind a node that is no gateway: where it chooses or splits."""
        made = ImplicitSplit if role == "split" else ImplicitChoice
        return self._kept(f"{node.id}\0{role}", self.key(node), role, made(node.id, node.name, node.line))

    def _fill(self, start: Way) -> Segment:
        while self._pending:
            node, key = self._pending.pop(0)
            if self.build.steps > MAX_STEPS:
                self.build.too_large(node)
                self._pending.clear()
                break
            before = len(self.steps)
            self._lower(node, key)
            self._lead(key, before)
        if self.build.enterable:
            self._enter()
        steps = {
            key: step if key in self._guards else map_ways(step, self._redirected) for key, step in self.steps.items()
        }
        return Segment(self._redirected(start), steps, self.bounds.fork)

    def _enter(self) -> None:
        """Adds a step before each node of this segment, with which a token begins that is put there from outside."""
        for node_id in [each for each in self._keys if each in self.build.home]:
            node = self.node(node_id)
            if not isinstance(node, Event) or node.position in ("intermediateCatch", "intermediateThrow", "end"):
                self.add(Compute(self.helper(node_id, "entry"), node_id, "entry", self.into(node)))

    def _redirected(self, way: Way) -> Way:
        return replace(way, to=self._before.get(way.to, way.to))

    def _lower(self, node: FlowNode, key: str) -> None:
        self.at = node
        with self.outside(node, key):
            self.lower(self, node, key)

    @contextmanager
    def outside(self, node: FlowNode, key: str, context: str = INPUT) -> Iterator[None]:
        """Around the making of a step: what it has evaluated outside the machine stands before it, on every way to it.

        `context` is the JSONata of the variables that its expressions read.
        """
        expressions = self.build.expressions
        outer, expressions.remote = expressions.remote, Remote(self.build.names.variable("feel", key), context=context)
        yield
        remote, expressions.remote = expressions.remote, outer
        if remote.expressions and key in self.steps:
            self.guard(key, self.evaluate(self, node, key, remote))

    def guard(self, key: str, before: str, *others: str) -> None:
        """Puts a step before another one, on every way to it, but from the others; the newest comes first."""
        onward = self._before.get(key, key)
        step = self.steps[before]
        self.steps[before] = map_ways(step, lambda way: replace(way, to=onward) if way.to == key else way)
        self._before[key] = before
        self._guards |= {before, *others}

    def _lead(self, key: str, before: int) -> None:
        """Puts an element's own step before those that serve it: definitions are read by people too."""
        added = list(islice(reversed(self.steps), len(self.steps) - before))[::-1]
        if key in added:
            for helper in (name for name in added if name != key):
                self.steps[helper] = self.steps.pop(helper)


def _seen(flow: SequenceFlow) -> tuple[Passed, ...]:
    return () if unseen(flow) else (Passed("flow", flow.id),)
