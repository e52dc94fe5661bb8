"""Scopes that events interrupt or accompany: a fork of the body and of watchers, which wait for the events.

A watcher of an event that interrupts leaves the fork by an error; one that does not runs the handler and waits again.
When the body ends it closes the watchers' records; a watcher that comes later finds that its record is closed. The key
of a record holds the moment in which the fork was entered (`_dpc.entered`), so that both sides know it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from state_machines.asl.model import Json
from state_machines.bpmn.model import Activity, CallActivity, Event, FlowNode
from state_machines.flow import jsonata
from state_machines.flow.build import MAX_DEPTH, Exit, SegmentBuilder
from state_machines.flow.catching import Catcher, branch_level, calls
from state_machines.flow.conditions import condition_reads
from state_machines.flow.data import keeps, locals_of, output_of, own_names
from state_machines.flow.graph import Graph
from state_machines.flow.instance_data import loop_names
from state_machines.flow.jsonata import ENTERED_MILLIS, INPUT, MERGE_BRANCHES, RESERVED, asl
from state_machines.flow.lower.call_activity import handed_back
from state_machines.flow.lower.closed import CLOSED, gone, refused, watch_point
from state_machines.flow.lower.conditions import reached
from state_machines.flow.lower.counting import changes_of_handlers, scope_record, until_none_is_open
from state_machines.flow.lower.cut_off import catches, failure
from state_machines.flow.lower.escalating import escalation_subscription, told_by
from state_machines.flow.lower.evaluating import brought, look, met, unheard_of, woken
from state_machines.flow.lower.exits import watch_exits
from state_machines.flow.lower.handlers import handle_beside
from state_machines.flow.lower.joins import stuck_or
from state_machines.flow.lower.leaving import leave_to
from state_machines.flow.lower.reading import FORK, reads_scope
from state_machines.flow.lower.waiting import VARIABLES, deadline, known_times, subscription, unheard
from state_machines.flow.shared import WRITTEN, known, picked, told
from state_machines.flow.steps import END, Call, Catch, Compute, Decide, Fork, Role, Rule, Segment, Way, map_ways
from state_machines.flow.timers import Cycle, Moment, cycle, cycle_in, moment
from state_machines.flow.waits import WATCH_RETRY, WRITE_RETRY, Subscription, WaitPoint, closing, wait_call

_CLOSED_MARK = f"{{'_dpc': $merge([{INPUT}._dpc, {{'{CLOSED}': true}}])}}"
_UNMARKED = f"$merge([{INPUT}, {{'_dpc': {jsonata.without(f'{INPUT}._dpc', [CLOSED])}}}])"
Body = Callable[[dict[str, Exit]], Segment]


@dataclass(frozen=True)
class Watched:
    """What stands around a body. `name` tells the fork apart in `_dpc.entered`."""

    node: FlowNode
    key: str
    role: Role
    way: Way
    catchers: tuple[Catcher, ...]
    body: Body
    scope: Graph | None = None
    """The scope whose body it is, where it is one."""
    seen: str = ""
    """The variable of what conditional events know when the fork is entered."""


def watch(b: SegmentBuilder, watched: Watched) -> None:
    """Adds the fork of a body and its watchers."""
    if b.bounds.depth >= MAX_DEPTH:
        b.build.say("FLOW-031", "error", watched.node, f"More than {MAX_DEPTH} forks stand inside each other.")
        return
    conditional = [c for c in watched.catchers if c.definition.kind == "conditional"]
    if conditional:
        fork = b.helper(watched.key, "scope")
        watched = replace(watched, key=fork, seen=look(b, watched.node, watched.key, Way(fork)))
    exits: dict[str, Exit] = {}
    points: list[WaitPoint] = []
    if aside := _aside(b, watched):
        b.scopes[aside.scope] = watched.key
    watchers = [_watcher(b, watched, group, exits, points) for group in groups(watched.catchers)]
    b.armed |= {catcher.event.id: (watched.key, b.bounds.items) for catcher in watched.catchers}
    body = watched.body(exits)
    if conditional:
        hidden = watched.node if watched.role != "element" else None
        body = reached(_beside(b, watched, exits), watched.node, conditional, watched.seen, body, hidden)
    if aside and (errors := b.build.left.get(watched.key)):
        watchers.append(watch_exits(_beside(b, watched, exits), watched.node, watched.key, sorted(errors), points))
    body = _closed(b, watched, body, points)
    # Where branches begin one after the other, watchers are armed before the body throws what they wait for.
    branches = (*watchers, body)
    caught = catches(b, watched.node, watched.key, exits, branches)
    merged = MERGE_BRANCHES
    if not all(catcher.event.interrupting for catcher in watched.catchers):
        # More than the body may have changed something.
        merged = jsonata.bounded(merged)
        caught += (failure(b, watched.node, watched.key, watched.key, watched.way, branches),)
    known = [f"{INPUT}._dpc", _known("entered", watched.key, "$states.context.State.EnteredTime")]
    if aside:
        known.append(_known("handlers", watched.key, scope_record(b, aside.scope, watched.key)))
    if any(reads_scope(b, catcher) for catcher in watched.catchers):
        known.append(_known("forks", watched.key, FORK))
    given = jsonata.merge(INPUT, f"{{'_dpc': {jsonata.merge(*known)}}}")
    b.add(
        Fork(
            watched.key,
            watched.node.id,
            watched.role,
            watched.way,
            branches,
            merged,
            catches=caught,
            arguments=asl(given),
        )
    )
    known_times(b, watched.node, watched.key, _moments(b, watched.catchers), Way(watched.key))


def _moments(b: SegmentBuilder, catchers: Sequence[Catcher]) -> list[Moment]:
    timers = ((c.definition.timer, c.event) for c in catchers if c.definition.timer)
    found = [moment(timer, event, b.build.expressions) for timer, event in timers]
    return [when for when in found if isinstance(when, Moment)]


def _known(what: str, key: str, value: str) -> str:
    return f"{{'{what}': $merge([{INPUT}._dpc.{what}, {{{jsonata.text(key)}: {value}}}])}}"


def _aside(b: SegmentBuilder, watched: Watched) -> Graph | None:
    return watched.scope if watched.scope and b.build.handles_aside(watched.scope) else None


def groups(catchers: Sequence[Catcher]) -> list[tuple[Catcher, ...]]:
    """Which events one watcher waits for: all that interrupt, with one timer; each that does not by itself; and all
    that must come together."""
    alone = [c for c in catchers if c.event.takes_any]
    interrupting = [c for c in alone if c.event.interrupting]
    timers = [c for c in interrupting if c.definition.kind == "timer"]
    first = [c for c in interrupting if c.definition.kind != "timer"] + timers[:1]
    together: dict[str, tuple[Catcher, ...]] = {}
    for catcher in catchers:
        if not catcher.event.takes_any:
            together[catcher.event.id] = (*together.get(catcher.event.id, ()), catcher)
    some = [tuple(first)] if first else []
    return [*some, *((c,) for c in timers[1:]), *((c,) for c in alone if not c.event.interrupting), *together.values()]


def _closed(b: SegmentBuilder, watched: Watched, body: Segment, points: Sequence[WaitPoint]) -> Segment:
    """The body, with what is done when it ends: handlers that run aside are waited for, the watchers' records closed.

    Until the last handler has ended, others may begin: the scope's events still come.
    """
    node, key = watched.node, watched.key
    last, way = _beside(b, watched, {}), Way(END)
    aside = _aside(b, watched)
    if aside:
        whole = b.build.joins_beside(aside)
        way = stuck_or(last, node, key, way) if whole else way
        changes = changes_of_handlers(last, node, key, way, whole=whole)
        way = until_none_is_open(last, node, aside.scope, key, changes)
    if points:
        close, (resource, arguments) = b.helper(key, "close"), closing(points)
        last.add(Call(close, node.id, "helper", way, resource, arguments, asl(INPUT), retry=WRITE_RETRY))
        way = until_none_is_open(last, node, aside.scope, key, Way(close)) if aside else Way(close)

    def onward(each: Way) -> Way:
        return replace(each, to=way.to) if each.to == END else each

    steps = {key: map_ways(step, onward) for key, step in body.steps.items()}
    return replace(body, start=onward(body.start), steps={**steps, **last.steps})


def _watcher(
    b: SegmentBuilder,
    watched: Watched,
    group: tuple[Catcher, ...],
    exits: dict[str, Exit],
    points: list[WaitPoint],
) -> Segment:
    inner = _beside(b, watched, exits)
    if group[0].event.takes_any:
        start = Watch(inner, watched, group).lower(points)
    else:
        start = _watch_all(inner, watched, group, exits, points)
    return inner.filled(Way(start), watched.node.id)


def _beside(b: SegmentBuilder, watched: Watched, exits: dict[str, Exit]) -> SegmentBuilder:
    """For what stands in the fork beside the body's own steps."""
    level = branch_level(len(b.graph(watched.node).path) + 2)
    bounds = replace(b.bounds, region=None, fork=watched.node.id, depth=b.bounds.depth + 1, level=level)
    return SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)


def _watch_all(
    b: SegmentBuilder,
    watched: Watched,
    group: tuple[Catcher, ...],
    exits: dict[str, Exit],
    points: list[WaitPoint],
) -> str:
    """A watcher of events that must all come: a fork of one for each, unless the body ends first. Returns the fork."""
    event = group[0].event
    key, came = b.helper(event.id, "all"), b.helper(event.id, "came")
    bounds = replace(b.bounds, depth=b.bounds.depth + 1)
    branches, mine = [], list[WaitPoint]()
    for catcher in group:
        inner = SegmentBuilder(b.build, bounds, b.lower, b.evaluate, b, exits)
        start = Watch(inner, watched, (catcher,), together=True).lower(mine)
        branches.append(inner.filled(Way(start), event.id))
    points += mine
    b.add(Fork(key, event.id, "helper", Way(came), tuple(branches), MERGE_BRANCHES))
    over = gone(b, event.id, key, mine, _UNMARKED)
    closed = Rule(f"$exists({INPUT}._dpc.{CLOSED})", Way(over))
    b.add(Decide(came, event.id, "helper", (closed,), _onward(b, watched, group[0], Way(key))))
    return key


def _onward(b: SegmentBuilder, watched: Watched, catcher: Catcher, again: Way) -> Way:
    if catcher.event.interrupting:
        return leave_to(b, catcher)
    return handle_beside(b, catcher, watched.node, again, watched.key)


@dataclass(frozen=True)
class Watch:
    """One watcher in the making."""

    b: SegmentBuilder
    watched: Watched
    group: tuple[Catcher, ...]
    together: bool = False
    """Others must come too: it ends when its event has come, or with a mark when the body has ended."""

    @property
    def event(self) -> Event:
        """The event that the watcher's states are named after."""
        return self.group[0].event

    def lower(self, points: list[WaitPoint]) -> str:
        """Adds the watcher's states and its record to `points`; returns the first state."""
        key = self.b.helper(self.event.id, "watch")
        ended = self.b.build.names.variable("ended", key)
        point = self._point(key)
        points.append(point)
        over = gone(self.b, self.event.id, key, [point], self._ended)
        choice = self.b.helper(key, "ended")
        heard = {} if self.together else {c.event.id: c for c in self._heard}
        rules = [Rule(f"${ended} = {jsonata.text(id_)}", self._onward(c, Way(key))) for id_, c in heard.items()]
        rules += self._met(ended, key)
        if rules:
            self.b.add(Decide(choice, self.event.id, "helper", tuple(rules), Way(END)))
        resource, arguments = wait_call(point)
        found = [*refused(self.b, self.event.id, key, point, over), *self._timeouts(key)]
        timeout = asl(jsonata.seconds_until(point.deadline)) if point.deadline else None
        assign: dict[str, Json] = {ended: asl("$states.result.event")} if rules else {}
        if self._conditional:
            kinds = any(catcher.definition.writes for catcher in self._conditional)
            assign[self._seen] = asl(told(self._reads, f"${self._seen}", kinds=kinds))
        step = Call(
            key,
            self.event.id,
            "helper",
            Way(choice) if rules else Way(END),
            resource,
            arguments,
            asl(self._output()),
            assign,
            timeout,
            WATCH_RETRY if point.subscriptions else WRITE_RETRY,
            tuple(found),
        )
        self.b.add(step)
        first: dict[str, Json] = {self._count: 0, **self._computed[1]} if self._cycle else {}
        if self._conditional:
            first[self._seen] = asl(f"${self.watched.seen}")
        if not first:
            return key
        begin = self.b.helper(key, "begin")
        self.b.add(Compute(begin, self.event.id, "helper", self._at_once(Way(key)), "", first))
        return begin

    def _at_once(self, way: Way) -> Way:
        """The way into the wait of one of several that must all come: its condition may be met when it is reached."""
        if not (self.together and self._conditional):
            return way
        check = self.b.helper(self.event.id, "met")
        rule = Rule(met(self.b, self._conditional[0], self._seen), Way(END))
        self.b.add(Decide(check, self.event.id, "helper", (rule,), way))
        return Way(check)

    def _met(self, ended: str, key: str) -> list[Rule]:
        """What follows when something was written: whose condition is met, or the next wait."""
        told_of = f"${ended} = {jsonata.text(WRITTEN)}"
        rules = []
        for catcher in self._conditional:
            told_it = woken(catcher.definition, self._seen) if self.together else unheard_of(catcher, self._seen)
            condition = f"{told_it} and {met(self.b, catcher, self._seen)}"
            alone = catcher.event.interrupting and not self.together
            output = asl(picked(self._reads)) if alone else brought(self.b, catcher.event)
            rules.append(Rule(f"{told_of} and {condition}", self._onward(catcher, Way(key)), output))
        return [*rules, Rule(told_of, Way(key))] if rules else []

    @cached_property
    def _conditional(self) -> list[Catcher]:
        return [c for c in self.group if c.definition.kind == "conditional"]

    @cached_property
    def _reads(self) -> tuple[str, ...]:
        return tuple(sorted({name for c in self._conditional for name in condition_reads(c.definition)}))

    @cached_property
    def _seen(self) -> str:
        """The variable of what is known."""
        return self.b.build.names.variable("view", f"{self.event.id}_watch")

    def _point(self, key: str) -> WaitPoint:
        b, event = self.b, self.event
        subscriptions = tuple(dict.fromkeys(s for c in self._heard if (s := self._subscription(c))))
        if self._conditional:
            written = Subscription("condition", "", WRITTEN, reads=self._reads, seen=f"${self._seen}.at")
            subscriptions = (*subscriptions, written)
        return watch_point(b, key, event, self.watched.key, subscriptions, self._deadline(key))

    @property
    def _entered(self) -> str:
        return jsonata.fork_entered(self.watched.key)

    def _subscription(self, catcher: Catcher) -> Subscription | None:
        if catcher.definition.kind == "escalation":
            return escalation_subscription(catcher.event, self._entered, self.b.bounds.items)
        return subscription(self.b, catcher.event, catcher.definition)

    def _deadline(self, key: str) -> str:
        timer = self._timer
        if timer is None or timer.definition.timer is None:
            return ""
        if self._cycle:
            return self._computed[0].due(f"$toMillis({self._entered})", f"${self._count}")
        # Counted from when the fork was entered: the watcher may wait again.
        when = moment(timer.definition.timer, timer.event, self.b.build.expressions)
        ends = (
            when.deadline_or_never
            if isinstance(when, Moment)
            else deadline(self.b, timer.event, timer.definition.timer)
        )
        return ends.replace(ENTERED_MILLIS, f"$toMillis({self._entered})") if self._conditional else ends

    def _onward(self, catcher: Catcher, again: Way) -> Way:
        return Way(END) if self.together else _onward(self.b, self.watched, catcher, again)

    def _timeouts(self, key: str) -> list[Catch]:
        timer = self._timer
        if timer is None:
            return []
        after = unheard(self.b, timer.event)
        if timer.event.interrupting and not self.together:
            changed = f"($after := {after}; {_changed('$after')})" if timer.event.outputs else "{}"
            return [Catch(("States.Timeout",), self._onward(timer, Way(END)), asl(changed))]
        if not self._cycle:
            return [Catch(("States.Timeout",), self._onward(timer, Way(END)), asl(after))]
        turns = self._computed[0].turns
        again = Way(key)
        if turns != "0":
            more = self.b.helper(key, "more")
            endless = f"{turns} = 0 or " if self._computed[0].valid else ""
            left = Rule(f"{endless}${self._count} < {turns}", again)
            self.b.add(Decide(more, self.event.id, "helper", (left,), Way(END)))
            again = Way(more)
        kept: dict[str, Json] = {self._count: asl(f"${self._count} + 1")}
        return [Catch(("States.Timeout",), self._onward(timer, again), asl(after), kept)]

    @property
    def _timer(self) -> Catcher | None:
        return next((c for c in self.group if c.definition.kind == "timer"), None)

    @property
    def _heard(self) -> list[Catcher]:
        """What is sent: messages, signals, escalations of called processes."""
        return [c for c in self.group if c.definition.kind not in ("timer", "conditional")]

    @cached_property
    def _cycle(self) -> Cycle | None:
        """That of a timer that ticks."""
        timer = self._timer.definition.timer if self._timer else None
        if timer is None or timer.type != "cycle" or self.event.interrupting or self.together:
            return None
        return cycle(timer, self.event, self.b.build.expressions)

    @cached_property
    def _computed(self) -> tuple[Cycle, dict[str, Json]]:
        """The cycle, and the variable of the machine that holds its text, computed when the watcher begins."""
        if self._cycle is None or not self._cycle.valid:
            return self._cycle or Cycle("1", lambda *_: "0"), {}
        text = self.b.build.names.variable("cycle", self.event.id)
        return cycle_in(f"${text}"), {text: asl(f"($c := {self._cycle.text}; $exists($c) ? $c : null)")}

    @cached_property
    def _count(self) -> str:
        """The variable that counts the ticks."""
        return self.b.build.names.variable("ticks", self.event.id)

    def _output(self) -> str:
        """What the event changes alone: the rest of what the watcher knows is from before the body began."""
        output, expressions = "{}", self.b.build.expressions
        for id_, event in {c.event.id: c.event for c in self._heard}.items():
            if self._heard[0].definition.kind == "escalation":
                output = told_by(self._handed(), self._heard[0], VARIABLES)
                continue
            all_of_it = keeps(event, self.b.build.process.dialect)
            after = output_of(event, expressions, locals_of(event, expressions), VARIABLES, keeps=all_of_it)
            if event.interrupting and not self.together:
                after = f"($after := {after}; {_changed('$after')})"
            output = f"$states.result.event = {jsonata.text(id_)} ? {after} : {output}"
        if self._conditional:
            news = known(self.b.build.conditions.names, jsonata.merge(INPUT, jsonata.without(VARIABLES, [RESERVED])))
            output = f"$states.result.event = '{WRITTEN}' ? {news} : {output}"
        return f"$states.result.event = '{CLOSED}' ? {self._ended} : ({output})"

    def _handed(self) -> list[tuple[CallActivity, str]]:
        """What the calls in the body hand on of what they called, while it goes on."""
        handler = self.group[0].handler
        inside = self.b.graph(handler).nodes.values() if handler else (self.watched.node,)
        return [(call, handed_back(self.b, call, self._known_outside(call))) for call in calls(inside)]

    def _known_outside(self, call: CallActivity) -> str:
        """What a called process tells, without what loops and scopes around the call have for themselves."""
        place = len(self.b.graph(self.group[0].handler or self.event).path)
        around = [self.b.node(id_) for id_ in self.b.build.home[call.id].path[place:]]
        owners = [node for node in (call, *around) if isinstance(node, Activity)]
        names = [*(n for node in around for n in own_names(node)), *(n for node in owners for n in loop_names(node))]
        return jsonata.without(f"{VARIABLES}.variables", names) if names else f"{VARIABLES}.variables"

    @property
    def _ended(self) -> str:
        """What a watcher whose body has ended gives: of several that must all come, a mark that tells the others."""
        return jsonata.merge(INPUT, _CLOSED_MARK) if self.together else INPUT


def _changed(after: str) -> str:
    """JSONata of what an event alone has changed."""
    return f"$merge([{{}}, $sift({after}, function($v, $k) {{ $not($v = $lookup({INPUT}, $k)) }})])"
