"""Compensation: completed activities are records; a throw takes those of its scope, the newest first, and runs their
handlers one by one.

A sub-process that has ended and has no handler of its own is compensated by what it holds: its list is read when its
turn comes.
"""

from dataclasses import dataclass, replace

from state_machines.asl.model import Json
from state_machines.bpmn.model import Activity, Event, FlowNode, MultiInstance, SubProcess
from state_machines.flow import completed, jsonata
from state_machines.flow.bounds import Bounds
from state_machines.flow.build import Exit, SegmentBuilder
from state_machines.flow.catching import boundary_level, branch_level, event_level
from state_machines.flow.compensating import Compensation, Thrown, Undo
from state_machines.flow.completed import QUERY
from state_machines.flow.jsonata import INPUT, RESERVED, asl
from state_machines.flow.lower.asides import BEGAN, Aside, run_aside
from state_machines.flow.lower.cut_off import catches
from state_machines.flow.lower.incidents import failure_catch
from state_machines.flow.lower.leaving import end_level, leave
from state_machines.flow.steps import END, Call, Catch, Compute, Decide, Fork, Passed, Rule, Segment, Through, Way
from state_machines.flow.waits import WRITE_RETRY

_CARRIED = f"{RESERVED}.run"
"""The run of a transaction on its way out, among the variables: no variable of a model can have this name."""
_TAKEN = "DynamoDb.ConditionalCheckFailedException"


def lower_compensation_throw(b: SegmentBuilder, node: Event, key: str) -> None:
    """A compensation throw or end event. One that does not wait has the handlers run aside, one after the other."""
    found = b.build.compensation.thrown(b.graph(node).path, node.definitions[0].activity_ref)
    if node.definitions[0].wait_for_completion or not found.undos:
        _compensate(b, node, key, found, b.through(node))
        return

    def undone(inner: SegmentBuilder) -> Way:
        first = inner.helper(node.id, "undo")
        _compensate(inner, node, first, found, Way(END), BEGAN)
        return Way(first)

    graph = b.graph(node)
    bounds = Bounds(ending=graph.scope, fork=node.id, level=branch_level(len(graph.path)), items=1)
    begin = run_aside(b, Aside(node, graph, bounds, undone), b.after(node))
    b.add(Through(key, node.id, "helper", begin.after(Passed("element", node.id))))


def lower_cancel(b: SegmentBuilder, node: Event, key: str) -> None:
    """A cancel end event: what runs in the nearest transaction around it is cut off, what that has done compensated.

    It is left by its cancel boundary event; a transaction that has none ends.
    """
    path = b.graph(node).path
    depth = max(n for n in range(1, len(path) + 1) if _is_transaction(b.node(path[n - 1])))
    scope = b.build.graphs[path[depth - 1]]
    beside = b.build.home[scope.scope].boundaries.get(scope.scope, ())
    event = next((each for each in beside if each.has("cancel")), None)
    found = b.build.compensation.thrown(scope.path, "")
    many = event is not None and _is_one_of_many(b.node(scope.scope)) and bool(found.undos)
    at = event or node
    level = boundary_level(depth) if event else end_level(b, scope)

    def onward(owner: SegmentBuilder) -> Way:
        undo = owner.once(f"{at.id}\0cancel", at.id, "cancel")
        if undo not in owner.steps:
            run = owner.helper(undo, "run") if many else undo
            way = owner.through(event) if event else owner.end_of(scope)
            _compensate(owner, at, run, found, way.after(*owner.cancelled(level)))
            if many:
                owner.add(Compute(undo, at.id, "helper", Way(run), asl(_known_run(found.scope))))
        return Way(undo)

    way = leave(b, level, f"cancelled:{at.id}", at.id, onward, at_once=False)
    if many:
        output = jsonata.merge(INPUT, jsonata.obj({_CARRIED: completed.run_of(found.scope)}))
        b.add(Compute(key, node.id, "element", way, asl(output)))
    else:
        b.add(Through(key, node.id, "helper", way.after(Passed("element", node.id))))


def _is_transaction(node: FlowNode) -> bool:
    return isinstance(node, SubProcess) and node.kind == "transaction"


def _is_one_of_many(node: FlowNode) -> bool:
    """Whether several runs of an activity go on at once: who cancels one of them alone knows which."""
    return isinstance(node, Activity) and isinstance(node.loop, MultiInstance) and not node.loop.sequential


def _known_run(scope: str) -> str:
    """JSONata of the variables with the run of a scope that stands among them on the way out."""
    runs = completed.with_run(scope, f"$lookup({INPUT}, {jsonata.text(_CARRIED)})")
    about = f"{{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {{'runs': {runs}}}])}}"
    return jsonata.merge(jsonata.without(INPUT, [_CARRIED]), about)


def _compensate(b: SegmentBuilder, node: Event, key: str, thrown: Thrown, way: Way, until: str = "") -> None:
    if not thrown.undos:
        b.add(Through(key, node.id, "helper", way))
        return
    _Throw(b, node, key, thrown, way, until).lower()


@dataclass(frozen=True)
class _Throw:
    """One throw in the making. Its machine variable `listed` holds what is left to compensate."""

    b: SegmentBuilder
    node: Event
    key: str
    thrown: Thrown
    way: Way
    until: str = ""
    """JSONata of the place in the list behind which nothing is meant."""

    @property
    def _known(self) -> Compensation:
        return self.b.build.compensation

    def lower(self) -> None:
        listed = self.b.build.names.variable("undo", self.key)
        following = self.b.helper(self.key, "next")
        self._search(self.key, completed.run_of(self.thrown.scope), listed, "[]", following)
        rules = [
            Rule(f"${listed}[0].a.S = {jsonata.text(undo.activity.id)}", Way(self._undone(undo, listed, following)))
            for undo in self.thrown.undos
        ]
        handled = {undo.activity.id for undo in self.thrown.undos}
        if alone := [scope for scope in self.thrown.opened if scope not in handled]:
            opened, inner = self.b.helper(self.key, "open"), f"${listed}[0].k.S"
            own = _own(f"${listed}[0]", f"${listed}[0]") if self._known.keeps_own else ""
            self._search(opened, inner, listed, _rest(listed), following, own)
            names = ", ".join(jsonata.text(scope) for scope in alone)
            rules.append(Rule(f"$count(${listed}) > 0 and ${listed}[0].a.S in [{names}]", Way(opened)))
        self.b.add(Decide(following, self.node.id, "choice", tuple(rules), self.way))

    def _search(self, key: str, run: str, listed: str, rest: str, following: str, own: str = "") -> None:
        """Lists what was completed in a run, before the rest of what is listed."""
        wanted = (*(undo.activity.id for undo in self.thrown.undos), *self.thrown.opened)
        failed = failure_catch(self.b, self.node, key, key, self.way)
        assign: dict[str, Json] = {listed: asl(f"$append({completed.found(wanted, own)}, {rest})")}
        self.b.add(
            Call(
                key,
                self.node.id,
                "helper",
                Way(following),
                QUERY,
                completed.search(run, self.until, held=self._known.keeps_own),
                asl(INPUT),
                assign,
                retry=WRITE_RETRY,
                catches=(failed,),
            )
        )

    def _undone(self, undo: Undo, listed: str, following: str) -> str:
        """Takes the entry and runs its handler beside nothing else; then the throw looks for the next."""
        b, node = self.b, self.node
        entry = b.build.names.variable("undone", f"{self.key}_{undo.activity.id}")
        take, run, gone = (b.helper(undo.activity.id, role) for role in ("take", "undo", "undone"))
        resource, arguments = completed.taking(f"${listed}[0]")
        attributes = "$states.result.Attributes"
        rest = asl(_rest(listed))
        held = _own(f"${listed}[0]", attributes) if self._known.keeps_own else f"$parse({attributes}.s.S)"
        known = {entry: asl(f"{{'s': {held}, 'k': {attributes}.k.S}}"), listed: rest}
        b.add(Compute(gone, node.id, "helper", Way(following), "", {listed: rest}))
        caught = Catch((_TAKEN,), Way(gone), asl(INPUT))
        way = Way(run, (), "continues")
        b.add(
            Call(
                take,
                node.id,
                "helper",
                way,
                resource,
                arguments,
                asl(INPUT),
                dict(known),
                retry=WRITE_RETRY,
                catches=(caught,),
            )
        )
        self._run(undo, run, f"${entry}", self._opened(undo, listed, f"${entry}", following))
        return take

    def _opened(self, undo: Undo, listed: str, entry: str, following: str) -> str:
        """Where it goes on behind a handler: to what its activity holds, if that is compensated as well."""
        if undo.activity.id not in self.thrown.opened:
            return following
        inside = self.b.helper(undo.activity.id, "open")
        self._search(inside, f"{entry}.k", listed, f"${listed}", following, f"{entry}.s")
        return inside

    def _run(self, undo: Undo, run: str, entry: str, following: str) -> None:
        exits: dict[str, Exit] = {}
        segment = _handler(self.b, undo, exits)
        given = jsonata.merge(INPUT, f"{entry}.s")
        if undo.start is not None and undo.activity.id in self.b.build.compensation.holding:
            runs = completed.with_run(undo.activity.id, f"{entry}.k")
            given = jsonata.merge(given, f"{{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {{'runs': {runs}}}])}}")
        own = f" and $not($k in $keys({entry}.s))" if self._known.keeps_own else ""
        told = f"$k != '{RESERVED}' and $not($v = $lookup($in, $k)){own}"
        changed = f"$sift($states.result[0], function($v, $k) {{ {told} }})"
        output = f"($in := {given}; {jsonata.merge(INPUT, changed)})"
        ended = (Passed("element", undo.handler.id),) if undo.start else ()
        caught = catches(self.b, self.node, run, exits, (segment,))
        way = Way(following, ended)
        self.b.add(Fork(run, self.node.id, "helper", way, (segment,), output, catches=caught, arguments=asl(given)))


def _rest(listed: str) -> str:
    return f"($count(${listed}) > 1 ? [${listed}[[1..$count(${listed}) - 1]]] : [])"


def _own(around: str, entry: str) -> str:
    """JSONata of the own variables that handlers see: those of what holds an entry, and those that it holds itself."""
    return f"$merge([{around}.own, $parse({entry}.s.S)])"


def _handler(b: SegmentBuilder, undo: Undo, exits: dict[str, Exit]) -> Segment:
    graph = b.graph(undo.start or undo.handler)
    level = (event_level if undo.start else branch_level)(len(graph.path))
    bounds = replace(
        b.bounds, stop="", ending=graph.scope, region=None, fork=undo.handler.id, depth=b.bounds.depth + 1, level=level
    )
    inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
    if undo.start is not None:
        return inner.filled(inner.through(undo.start), undo.handler.id)
    return inner.from_node(undo.handler)
