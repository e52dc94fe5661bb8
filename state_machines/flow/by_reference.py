"""The way of states that would read a reference: they are evaluated elsewhere, on whole values, and go on from there.

Choices look before they read; tasks fail and are caught. Where nothing stands elsewhere no state is entered that
would not be entered without this. `correlation` evaluates (docs/records.md, "Values by reference").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import Any

from state_machines.asl.model import Json, Retrier
from state_machines.bpmn.model import FlowNode
from state_machines.by_reference.marks import FAILURE, guarded, is_marked, refers
from state_machines.flow import jsonata
from state_machines.flow.compiling import Build
from state_machines.flow.copies import assigned, variables_in
from state_machines.flow.graph import tag_of
from state_machines.flow.jsonata import DPC, INPUT, asl
from state_machines.flow.lower.incidents import ANSWERED, UNEVALUATED
from state_machines.flow.lower.invoking import DEFAULT_TRIES, INVOKE, PAYLOAD, RETRYABLE, handed
from state_machines.flow.steps import (
    END,
    Call,
    Catch,
    Compute,
    Decide,
    Delay,
    Each,
    Fork,
    Rule,
    Segment,
    Step,
    Way,
    map_ways,
)
from state_machines.flow.waits import WRITE_RETRY, WaitPoint, wait_call

EVALUATE = "dpc:evaluate"
_FUNCTION = "${dpc:function:correlation}"
_STATE = "$states.context.State"
_RETRY = (Retrier(RETRYABLE, 2, DEFAULT_TRIES - 1, 2.0),)


def by_reference(build: Build, segment: Segment) -> Segment:
    """The machine's steps with those that evaluate elsewhere what reads a reference."""
    steps = list(segment.walk())
    known = frozenset(name for step in steps for name in assigned(step))
    nodes = {id_: graph.nodes[id_] for id_, graph in build.home.items() if id_ in graph.nodes}
    return _Rails(build, nodes, known).of(segment, items=False)


@dataclass
class _Rails:
    """What the steps of all segments are made with."""

    build: Build
    nodes: Mapping[str, FlowNode]
    known: frozenset[str]
    items: bool = False
    steps: dict[str, Step] = field(default_factory=dict)

    def of(self, segment: Segment, *, items: bool) -> Segment:
        """A segment, inner ones first."""
        inner = {
            key: replace(step, branches=tuple(self.of(b, items=items or isinstance(step, Each)) for b in step.branches))
            if isinstance(step, Fork)
            else step
            for key, step in segment.steps.items()
        }
        self.steps, self.items = {}, items
        looks: dict[str, tuple[str, ...]] = {}
        for key, step in inner.items():
            self.steps[key] = self._guarded(step, looks)
        steps = {key: map_ways(step, partial(_looked, key, looks)) for key, step in self.steps.items()}
        return replace(segment, start=_looked("", looks, segment.start), steps=steps)

    def _guarded(self, step: Step, looks: dict[str, tuple[str, ...]]) -> Step:
        if isinstance(step, Decide):
            return self._choice(step)
        if isinstance(step, Delay):
            return self._pause(step, looks)
        return self._task(step) if isinstance(step, Call) else step

    def _choice(self, step: Decide) -> Step:
        texts = [
            *(part for rule in step.rules for part in (rule.condition, rule.output)),
            *map(str, step.assign.values()),
        ]
        marked = [text for text in texts if is_marked(text)]
        if not marked:
            return step
        others = self._read(step)
        refer = refers(marked, others)
        elsewhere, found = self._name(step, "elsewhere"), self._name(step, "found")
        picked = self.build.names.variable("picked", step.key)
        assign = {picked: asl(f"{PAYLOAD}.picked")} | _told(step.assign)
        given = {"state": asl(jsonata.text(step.key)), **self._seen(others)}
        self._evaluate(step, elsewhere, given, Way(found, (), "continues"), assign)
        ways = tuple(Rule(f"${picked} = {number}", rule.way) for number, rule in enumerate(step.rules))
        self.steps[found] = Decide(found, step.element, "choice", ways, step.default)
        rules = (replace(r, condition=guarded(r.condition), output=_guarded(r.output)) for r in step.rules)
        own = {n: asl(f"{refer} ? null : {_inner(v)}") if is_marked(str(v)) else v for n, v in step.assign.items()}
        return replace(step, rules=(Rule(refer, Way(elsewhere, (), "continues")), *rules), assign=own)

    def _pause(self, step: Delay, looks: dict[str, tuple[str, ...]]) -> Step:
        marked = [text for text in (str(step.seconds), str(step.timestamp)) if is_marked(text)]
        if not marked:
            return step
        others = self._read(step)
        elsewhere, look = self._name(step, "elsewhere"), self._name(step, "look")
        given = self.build.names.variable("whole", step.key)
        self._evaluate(
            step,
            elsewhere,
            {"state": asl(jsonata.text(step.key)), **self._seen(others)},
            Way(step.key, (), "continues"),
            {given: asl(f"{PAYLOAD}.given")},
        )
        rule = Rule(refers(marked, others), Way(elsewhere))
        self.steps[look] = Decide(look, step.element, "choice", (rule,), Way(step.key))
        looks[step.key] = (look, elsewhere)
        numbers = count()
        return replace(
            step,
            seconds=_given(step.seconds, given, numbers),
            timestamp=_given(step.timestamp, given, numbers),
            assign={**step.assign, given: None},
        )

    def _task(self, step: Call) -> Step:
        before = is_marked(f"{step.arguments}{step.timeout}")
        behind = is_marked(f"{step.output}{step.assign}")
        if not (before or behind):
            return step
        names, elsewhere = self.build.names, self._name(step, "elsewhere")
        error, since, state, given = (names.variable(what, elsewhere) for what in ("error", "since", "state", "whole"))
        seen = self._seen(self._read(step))
        about = {
            "state": asl(f"${state}"),
            "since": asl(f"${since}"),
            "begun": asl(f"$type(${given}) = 'object'") if before else True,
            **seen,
        }
        way = self._behind(step, elsewhere, given) if before else step.way
        told = {given: asl(f"$exists({PAYLOAD}.given) ? {PAYLOAD}.given : null")} if before else {}
        self._evaluate(step, elsewhere, about, way, {**told, **_told(step.assign)}, parked=_parked(step, error))
        kept = {error: asl("$states.errorOutput"), since: asl(f"{_STATE}.EnteredTime"), state: asl(f"{_STATE}.Name")}
        unread = self._unread(step, elsewhere, error)
        caught = next((c for c in step.catches if {*UNEVALUATED, "States.ALL"} & {*c.errors}), None)
        first = Catch(
            UNEVALUATED, Way(unread, (), "continues"), asl(INPUT), {**(caught.assign if caught else {}), **kept}
        )
        numbers = count()
        own = {name: _guarded(value) for name, value in step.assign.items()}
        return replace(
            step,
            arguments=_given(step.arguments, given, numbers),
            timeout=_given(step.timeout, given, numbers),
            output=_guarded(step.output),
            assign={**own, given: None} if before else own,
            catches=(first, *step.catches),
        )

    def _behind(self, step: Call, elsewhere: str, given: str) -> Way:
        """The way from where a task was evaluated: to the task, if it has not begun, else to what follows it."""
        found, way = self._name(step, "found"), step.way
        if way.to == END:
            end = self._name(step, "end")
            self.steps[end] = Compute(end, step.element, "helper", way, asl(INPUT))
            way = Way(end, (), "continues")
        again = Rule(f"$type(${given}) = 'object'", Way(step.key, (), "continues"))
        self.steps[found] = Decide(found, step.element, "choice", (again,), way)
        return Way(found, (), "continues")

    def _unread(self, step: Call, elsewhere: str, error: str) -> str:
        """The choice whether an evaluation that failed has met a reference."""
        key = self._name(step, "unread")
        cause = f"$exists(${error}.Cause) ? ${error}.Cause : ''"
        rule = Rule(f"$contains({cause}, '{FAILURE}')", Way(elsewhere, (), "continues"))
        caught = next((c for c in step.catches if {*UNEVALUATED, "States.ALL"} & {*c.errors}), None)
        default = caught.way if caught else Way(elsewhere, (), "continues")
        self.steps[key] = Decide(key, step.element, "choice", (rule,), default)
        return key

    def _evaluate(
        self,
        step: Step,
        key: str,
        given: Mapping[str, Json],
        way: Way,
        assign: Mapping[str, Json],
        parked: Catch | None = None,
    ) -> None:
        arguments = handed(self.build.process.id, step.element, EVALUATE, dict(given), items=False)
        if self.items:  # the first state of an item does not have its place yet
            at = f"{INPUT}._dpc.at"
            arguments["context"] = {**arguments["context"], "place": asl(f"$exists({at}) ? {at} : ''")}  # type: ignore[dict-item]
        caught = parked or self._incident(step, key)
        self.build.handed.add(key)
        output = asl(f"$exists({PAYLOAD}.output) ? {PAYLOAD}.output : {INPUT}")
        self.steps[key] = Call(
            key,
            step.element,
            "helper",
            way,
            INVOKE,
            {"FunctionName": _FUNCTION, "Payload": arguments},
            output,
            assign,
            retry=_RETRY,
            catches=(caught,),
        )

    def _incident(self, step: Step, key: str) -> Catch:
        """What parks a token whose state could not be evaluated; whatever is answered, it enters the state again."""
        error, incident = self.build.names.variable("error", key), self._name(step, "elsewhere_incident")
        cause = f"$substring($exists(${error}.Cause) ? ${error}.Cause : '', 0, 4000)"
        texts = {"error": asl(f"${error}.Error"), "cause": asl(cause), "incidentType": "failedTask"}
        node = self.nodes[step.element]
        path, process = self.build.home[node.id].path, self.build.process.id
        point = WaitPoint(
            incident, "incident", node.id, node.name, tag_of(node), path, process, texts=texts, items=self.items
        )
        resource, arguments = wait_call(point)
        way = Way(step.key, (), "continues")
        self.steps[incident] = Call(
            incident, node.id, "incident", way, resource, arguments, asl(ANSWERED), retry=WRITE_RETRY
        )
        return Catch(("States.ALL",), Way(incident, (), "continues"), asl(INPUT), {error: asl("$states.errorOutput")})

    def _name(self, step: Step, role: str) -> str:
        return self.build.names.of_helper(step.key, role)

    def _read(self, step: Step) -> tuple[str, ...]:
        """The machine's variables that a step reads."""
        return tuple(sorted(variables_in({step.key: step}) & self.known))

    def _seen(self, variables: tuple[str, ...]) -> dict[str, Json]:
        """What the evaluation sees."""
        parts = (f"$exists(${name}) ? {{{jsonata.text(name)}: ${name}}} : {{}}" for name in variables)
        known = f"$merge([{', '.join(parts)}])" if variables else "{}"
        own = f"$merge([{{}}, $sift({DPC}, function($v, $k) {{ $not($k in ['resume', 'moved']) }})])"
        return {"variables": asl(INPUT), "machine": asl(known), "own": asl(own)}


def _looked(key: str, looks: Mapping[str, tuple[str, ...]], way: Way) -> Way:
    """A way of a step: to what looks before a pause, unless the step does so itself."""
    look, *others = looks.get(way.to, (way.to,))
    return way if key in (look, *others) else replace(way, to=look)


def _parked(step: Call, error: str) -> Catch | None:
    """Where a task is parked whose evaluation has failed elsewhere too: where it would be if it could not be caught."""
    caught = next((c for c in step.catches if {*UNEVALUATED, "States.ALL"} & {*c.errors}), None)
    if caught is None:
        return None
    told = {name: value for name, value in caught.assign.items() if "errorOutput" in str(value)}
    return Catch(("States.ALL",), caught.way, asl(INPUT), told)


def _told(assign: Mapping[str, Json]) -> dict[str, Json]:
    """What a state would have assigned, as the evaluation tells it; of what it has not reached, as it was."""
    told = f"{PAYLOAD}.assign"
    return {
        name: asl(
            f"$exists({jsonata.member(told, name)}) ? {jsonata.member(told, name)} : $exists(${name}) ? ${name} : null"
        )
        for name in assign
    }


def _inner(value: Json) -> str:
    return guarded(str(value)[2:-2].strip())


def _guarded(value: Any) -> Any:
    return asl(_inner(value)) if isinstance(value, str) and value.startswith("{%") else value


def _given(value: Any, given: str, numbers: "count[int]") -> Any:
    """A template whose marked texts are what was evaluated elsewhere, where it was."""
    if isinstance(value, dict):
        return {name: _given(each, given, numbers) for name, each in value.items()}
    if isinstance(value, list):
        return [_given(each, given, numbers) for each in value]
    if not isinstance(value, str) or not is_marked(value):
        return _guarded(value)
    return asl(f"$type(${given}) = 'object' ? $lookup(${given}, '{next(numbers)}') : {_inner(value)}")
