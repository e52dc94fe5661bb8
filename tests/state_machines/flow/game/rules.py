"""The moves of BPMN's token game, written from clause 13 of the standard: nothing here knows of the compiler."""

from collections.abc import Iterator
from typing import Final, Literal, get_args

from tests.state_machines.flow.game.hearing import enough, letter, listening
from tests.state_machines.flow.game.joins import ready
from tests.state_machines.flow.game.knowledge import Knowledge, merged, overtaken
from tests.state_machines.flow.game.model import ACTIVITIES, QUICK, Definition, Node
from tests.state_machines.flow.game.reading import (
    at_once,
    beginning,
    begins_another,
    catcher,
    caught,
    handlers,
    linked,
    once_more,
    one_by_one,
    told,
)
from tests.state_machines.flow.game.state import AmbiguousError, Delivery, Done, Part, Run, State, Token
from tests.state_machines.flow.game.stopping import stop_all, stop_parts, terminate

Order = Literal["oldest", "newest", "onward"]
"""Which of several moves is the next one: the first that became possible, the last, or the first with all that follows
from it."""
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
MANY: Final = 500
"""Moves after one event, from which on the process is taken for one that runs in circles."""


class Rules:
    """The moves, in one of the orders in which they can be made."""

    def __init__(self, state: State, order: Order = "newest", eager: bool = True) -> None:
        self.state, self.order, self.eager = state, order, eager

    def tokens(self) -> Iterator[tuple[Run, Token]]:
        for run in self.state.root.runs():
            for token in run.tokens:
                yield run, token

    def settle(self) -> None:
        for _ in range(MANY):
            if self.state.over:
                return
            early = self.eager or not self.state.moving
            if early and (join := ready(self.state.root)):
                self._join(*join)
            elif early and (found := letter(self.state)):
                self._take(found)
            elif self.state.moving:
                self._next()
            else:
                return
        raise AmbiguousError  # a circle that takes no time

    def _next(self) -> None:
        waiting = self.state.moving
        move = waiting.pop(-1 if self.order == "newest" else 0)
        before = {id(each) for each in waiting}
        self._take(move) if isinstance(move, Delivery) else self._move(move)
        if self.order == "onward":
            self.state.moving.sort(key=lambda each: id(each) in before)

    # Flows and gateways

    def begin(self, run: Run) -> None:
        """A run begins at its start event. What its event sub-processes wait for may be true already."""
        tokens = [Token(run, run.begun, node=node.id, since=self.state.clock) for node in beginning(run)]
        run.tokens += tokens
        for token in tokens:
            node = run.scope.nodes[token.node]
            self._begun(token, node)
        for handler in run.scope.handlers():
            self._true_already(run, None, handler)

    def _begun(self, token: Token, node: Node) -> None:
        """A start event has come already, or what starts the process in its place, behind a gateway or alone."""
        scope = token.run.scope
        if node.kind == "start" or node.id == scope.begins:
            for gateway in (scope.nodes[flow.source] for flow in scope.entering(node.id)):
                self.state.seen[gateway.id] += 1
            self._leave(token, node.id)
        else:
            self._enter(token, node)

    def _leave(self, token: Token, node: str) -> None:
        """A token leaves a node over all flows that it takes; without any, it ends."""
        self.state.seen[node] += 1
        flows = token.run.scope.taken(node, token.number)
        token.run.tokens.remove(token)
        for flow in flows:
            moving = Token(token.run, token.knows, token.number, flow.id)
            token.run.tokens.append(moving)
            self.state.moving.append(moving)
        if not flows:
            token.run.left.append(token.knows)
            self._maybe_over(token.run)

    def _move(self, token: Token) -> None:
        if not token.alive:
            return
        scope = token.run.scope
        node = scope.nodes[scope.by_id[token.flow].target]
        if scope.joins(node.id):
            token.resting = True
            return
        token.flow, token.node, token.since = "", node.id, self.state.clock
        self._enter(token, node)

    def _enter(self, token: Token, node: Node) -> None:
        if node.kind in ACTIVITIES or node.repeat or node.handler:
            self._activity(token, node)
        elif node.kind == "catch" and node.event == "link":
            self._leave(token, node.id)
        elif node.kind in ("catch", "choose"):
            for each in caught(token):
                self._true_already(token.run, token, each)
        elif node.kind in ("throw", "end", "send"):
            self._throw(token, node)
        else:
            token.knows = self._quick(token.knows, node)
            self._leave(token, node.id)
            self._evaluate(node.id)

    def _quick(self, knows: Knowledge, node: Node) -> Knowledge:
        """What is known behind what takes no time."""
        values = {"script": (node.value,), "decision": (1, 2)}.get(node.kind, ())
        return knows.write(node.id, *values) if values else knows

    def _join(self, run: Run, node: str) -> None:
        entering = [flow.id for flow in run.scope.entering(node)]
        resting = [token for token in run.tokens if token.resting]
        firsts = [next((t for t in resting if t.flow == flow), None) for flow in entering]
        joined = [token for token in firsts if token]
        token = Token(run, merged(token.knows for token in joined), node=node)
        for each in joined:
            run.tokens.remove(each)
        run.tokens.append(token)
        self._leave(token, node)

    # Activities

    def _activity(self, token: Token, node: Node) -> None:
        first = range(at_once(node, token.number))
        token.parts = [Part(token, node, index, token.knows) for index in first]
        for part in list(token.parts):
            if part in token.parts:
                self._part(part)
        none, moving = token.alive and not token.parts and not token.count, len(self.state.moving)
        for boundary in token.run.scope.beside(node.id) if token.alive else ():
            self._true_already(token.run, token, boundary)
        if none and len(self.state.moving) > moving:
            raise AmbiguousError  # whether what has no instances may be interrupted is not said
        if none:
            self._left(token, node)

    def _part(self, part: Part) -> None:
        for name, value in part.node.hides:
            part.knows = part.knows.own(name, value)
        if part.node.body:
            if part.node.takes is not None:
                names = [name for name in part.knows.now if name not in part.node.takes]
                for name in names:
                    part.knows = part.knows.own(name, None)
            part.run = Run(part.node.body, part, part.knows, self.state.clock)
            self.begin(part.run)
        elif part.node.kind in QUICK:
            part.knows = self._quick(part.knows, part.node)
            self.done(part)

    def done(self, part: Part, number: int = 0) -> None:
        """One instance of an activity has completed."""
        token, node = part.token, part.node
        self.state.seen[node.id] += node.kind != "adhoc"
        if node.undoes or node.kind == "esub":
            token.parts.remove(part)
            result = part.result(narrow=self.state.narrow)
            self.state.unsure |= overtaken(token.knows, result, token.run.left) if node.stays else set()
            token.knows = merged([token.knows, result])
            self._next_handler(token) if node.undoes or node.event == "compensate" else self._ended(token)
            return
        token.done.append(Done(node, part.run))
        token.count, token.number = token.count + 1, number
        token.ended.add(part.index)
        token.results.append(part.result(narrow=self.state.narrow))
        if node.thrown and (node.behavior == "None" or token.count == 1):
            self._thrown(token, node.thrown)
        if not token.alive:
            return
        token.parts.remove(part)
        more = once_more(node, token.count, number)
        if more or (token.count < one_by_one(node) and not self._until(token)):
            again = Part(token, node, token.count, merged(token.results))
            token.parts.append(again)
            self._part(again)
        elif not token.parts or self._until(token):
            for rest in token.parts:
                self.state.unsure |= rest.known().now.keys()
                self._see_whether_it_moves(rest)
            self._left(token, node)
        self._evaluate(node.id)

    def _evaluate(self, name: str) -> None:
        """What waits for a number hears of it before anything else happens."""
        found = [each for each in listening(self.state) if each.definition.reads and each.definition.name == name]
        if len(found) > 1:
            raise AmbiguousError  # who of several is first is not said
        for each in found:
            self._take(each)

    def _see_whether_it_moves(self, part: Part) -> None:
        """Instances side by side that take no time: which of them is first to fulfil the condition is not said."""
        inside = set(part.run.runs()) if part.run else set()
        if part.node.kind in QUICK or any(move.run in inside for move in self.state.moving):
            raise AmbiguousError

    def _until(self, token: Token) -> bool:
        """`number of completed instances >= 2`, or of what the last one has said."""
        node = token.run.scope.nodes[token.node]
        until = node.until
        if not until or (node.rest and not node.ordered):
            return False
        if node.kind == "adhoc":
            return self._positive(until.split()[0], merged([token.knows, *token.results]))
        return token.number > 1 if until.startswith("n ") else token.count >= int(until[-1])

    def _positive(self, name: str, knows: Knowledge) -> bool:
        """Whether a variable that was 0 or not there is known to be more."""
        values, none = knows.now.get(name, frozenset({None})), {None, 0}
        if values & none and self.state.root.known().now.get(name, none) - none:
            raise AmbiguousError  # whether it is seen in time is not said
        return not values & none

    def _left(self, token: Token, node: Node) -> None:
        """An activity is over as it should be. Camunda 8 undoes a multi-instance once: `invoked only once`."""
        stop_parts(token)
        once = node.handler and node.repeat in ("each", "sequence") and self.state.dialect == "camunda8"
        token.run.done += [Done(node, None)] if once else token.done
        token.done = []
        token.knows = merged([token.knows, *token.results])
        if node.collects and self.state.narrow:
            token.knows = token.knows.write(
                f"c_{node.id}", tuple(i if i in token.ended else None for i in range(node.times))
            )
        self.state.seen[node.id] -= node.kind != "adhoc"  # each instance has been counted
        self._leave(token, node.id)

    def _ended(self, token: Token) -> None:
        token.run.tokens.remove(token)
        token.run.left.append(token.knows)
        self._maybe_over(token.run)

    def _maybe_over(self, run: Run) -> None:
        if run.tokens:
            return
        if run.owner is None:
            self.state.over = True
        else:
            self.done(run.owner)

    # Events

    def write(self, name: str) -> None:
        """Somebody writes `true` into what conditions wait for."""
        when = "update" if name in self.state.written else "create"
        self.state.written.add(name)
        self.state.flags.add(name)
        for waiting in listening(self.state):
            each = waiting.definition
            woken = each.event == "condition" and name == (each.of or each.name) and each.when in ("", when)
            if woken and each.name in self.state.flags:
                self.state.moving.append(waiting)

    def deliver(self, event: str, name: str, variable: str = "", step: int = 0) -> None:
        for waiting in listening(self.state):
            if waiting.definition == Definition(event, name):
                waiting.values = {variable: step} if variable else {}
                self.state.moving.append(waiting)

    def ring(self, at: int) -> None:
        self.state.clock = at
        for waiting in listening(self.state):
            if waiting.definition.event == "timer" and waiting.due() == at:
                self.state.moving.append(waiting)

    def _true_already(self, run: Run, token: Token | None, node: Node) -> None:
        for number, each in enumerate(node.definitions):
            passed = each.dated and each.due(0, 0) <= self.state.clock
            number_known = each.reads and self._positive(each.name, self.state.root.known())
            if passed or number_known or (each.event == "condition" and each.name in self.state.flags):
                self.state.moving.append(Delivery(run, token, node, number))

    def _take(self, event: Delivery) -> None:
        """An event has come to who waits for it, if he still does."""
        token, node, run = event.token, event.node, event.run
        if not any(each.same(event) for each in listening(self.state)) or not enough(self.state, event):
            return
        if token is None and all(each.resting for each in run.tokens):
            raise AmbiguousError  # whether a scope hears in which nothing can go on is not said
        if token is None:
            self._handle(run, node, event)
        elif node.kind == "boundary":
            self._cross(token, node, event)
        else:
            token.knows = self._heard(token.knows, event)
            self._go_on(token, node)

    def _go_on(self, token: Token, node: Node) -> None:
        if token.run.scope.nodes[token.node].kind == "choose":
            self.state.seen[token.node] += 1
        if node.kind == "receive" and token.parts:
            part = token.parts[0]
            part.knows = token.knows
            self.done(part)
        else:
            self._leave(token, node.id)

    def _heard(self, knows: Knowledge, event: Delivery | None) -> Knowledge:
        return told(knows, event, narrow=self.state.narrow)

    def _handle(self, run: Run, node: Node, event: Delivery | None = None, by: Token | None = None) -> None:
        """An event sub-process begins. `by`: as for `_cross`."""
        knows = by.known_in(run) if by and node.stays else run.known()
        if not node.stays:
            stop_all(run)
            run.stopped = True
        assert node.body
        token = Token(run, self._heard(knows, event), node=node.id, since=self.state.clock)
        run.tokens.append(token)
        token.parts = [Part(token, node, 0, token.knows)]
        self._part(token.parts[0])

    def _cross(self, host: Token, node: Node, event: Delivery | None = None, by: Token | None = None) -> None:
        """A boundary event; its handler sees the data as they are now (clause 10.4.1), or as `by` knows who throws."""
        knows = by.known_in(host.run) if by and node.stays else host.known()
        token = Token(host.run, self._heard(knows, event))
        if not node.stays:
            host.alive = False
            host.run.tokens.remove(host)
            stop_parts(host)
        host.run.tokens.append(token)
        self._leave(token, node.id)

    # Throwing

    def _throw(self, token: Token, node: Node) -> None:
        run = token.run
        if node.event == "link":
            self.state.seen[node.id] += 1
            target = next(n for n in run.scope.nodes.values() if n.kind == "catch" and linked(node, n))
            self._leave(token, target.id)
        elif node.event == "error":
            self._error(token, node)
        elif node.event in ("compensate", "cancel"):
            self._undo(token, node)
        elif node.event == "terminate":
            self._end(token, node)
            terminate(run, narrow=self.state.narrow)
            self._maybe_over(run)
        else:
            for each in node.definitions:
                self._told(token, each)
            if token.alive:
                self._leave(token, node.id)
            else:
                self.state.seen[node.id] += 1

    def _told(self, token: Token, thrown: Definition) -> None:
        if not token.alive:
            return
        if thrown.event == "signal":
            self.state.thrown[thrown.name] = self.state.clock
            self.deliver("signal", thrown.name)
        if thrown.event == "message" and begins_another(self.state.root.scope, thrown.name):
            raise AmbiguousError  # only one instance is played
        if thrown.event == "message":
            self.state.mail.append(thrown.name)
        if thrown.event == "escalation":
            self._caught(token.run, "escalation", thrown.name, by=token)

    def _thrown(self, token: Token, thrown: Definition) -> None:
        """10.3.8: a multi-instance throws an event as an instance ends. Its boundary events hear it, then who else."""
        boundary = catcher(token.run.scope.beside(token.node), "escalation", thrown.name)
        if thrown.event == "escalation" and boundary:
            self._cross(token, boundary)
        elif thrown.event == "escalation":
            self._caught(token.run, "escalation", thrown.name, by=token)
        else:
            self.state.thrown[thrown.name] = self.state.clock
            for each in [each for each in listening(self.state) if each.definition == thrown]:
                self._take(each) if each.token is token else self.state.moving.append(each)

    def _end(self, token: Token, node: Node) -> None:
        """A token ends where more than its end follows."""
        self.state.seen[node.id] += 1
        token.run.tokens.remove(token)
        token.run.left.append(token.knows)

    def error(self, part: Part, code: str) -> None:
        """An activity fails by an error of the model."""
        token = part.token
        if boundary := catcher(token.run.scope.beside(token.node), "error", code):
            self._cross(token, boundary)
        else:
            self._caught(token.run, "error", code)

    def _error(self, token: Token, node: Node) -> None:
        """One that nobody catches is an incident (Camunda 8), or the end of its token as any other (Camunda 7)."""
        run = token.run
        self._end(token, node)
        if self._caught(run, "error", node.name):
            return
        if self.state.dialect == "camunda7":
            self._maybe_over(run)
        else:
            self.state.seen[node.id] -= 1
            token.parts = [Part(token, node, 0, run.left.pop(), parked=True)]
            run.tokens.append(token)

    def _caught(self, run: Run, event: str, code: str, by: Token | None = None) -> bool:
        """Whether a scope around catches it; then the nearest does so."""
        handler = None if run.stopped else catcher(run.scope.handlers(), event, code)
        if handler:
            self._handle(run, handler, by=by)
            return True
        if run.owner is None:
            return False
        host = run.owner.token
        if boundary := catcher(host.run.scope.beside(host.node), event, code):
            self._cross(host, boundary, by=by)
            return True
        return self._caught(host.run, event, code, by)

    def _undo(self, token: Token, node: Node) -> None:
        """Compensation of what was done in the run, or in the run that an event sub-process handles."""
        run = token.run
        if node.event == "cancel":
            token.run.tokens.remove(token)
            stop_all(run)
            token.run.tokens.append(token)
        deep = self.state.dialect == "camunda7"
        runs = [run, *([run.owner.token.run] if run.owner and run.owner.node.kind == "esub" else [])]
        for each in runs:
            taken = [done for done in each.done if node.name in ("", done.node.id)]
            each.done = [done for done in each.done if done not in taken]
            token.todo = [*handlers(taken, each.scope, deep=deep and not node.name), *token.todo]
        if node.goes_on:
            beside = Token(run, token.knows, node=node.id, todo=token.todo, beside=True)
            token.todo = []
            run.tokens.append(beside)
            self._next_handler(beside)
        self._next_handler(token)

    def _next_handler(self, token: Token) -> None:
        if token.todo:
            token.parts = [Part(token, token.todo.pop(), 0, token.knows)]
            self._part(token.parts[0])
            return
        node = token.run.scope.nodes[token.node]
        if token.beside:
            self._ended(token)
            return
        if node.event != "cancel":
            self._leave(token, node.id)
            return
        self.state.seen[node.id] += 1
        owner = token.run.owner
        assert owner
        boundary = next(n for n in owner.token.run.scope.beside(owner.token.node) if n.event == "cancel")
        self._cross(owner.token, boundary)
