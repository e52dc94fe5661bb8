"""The way of states that would read a reference: they are evaluated elsewhere, on whole values, and go on from there.

Choices look before they read; tasks fail and are caught. Where nothing stands elsewhere no state is entered that
would not be entered without this. All states of a segment ask through one task, which remembers who asked and leads
back there. `correlation` evaluates (docs/records.md, "Values by reference").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from itertools import count
from typing import Any

from state_machines.asl.model import Json, Retrier
from state_machines.bpmn.model import FlowNode
from state_machines.by_reference.marks import ASKED, FAILURE, guarded, is_marked, refers, told
from state_machines.flow import jsonata
from state_machines.flow.compiling import Build
from state_machines.flow.copies import assigned, variables_in
from state_machines.flow.graph import tag_of
from state_machines.flow.jsonata import DPC, INPUT, asl
from state_machines.flow.lower.answers import EXECUTION
from state_machines.flow.lower.cut_off import LEAVE
from state_machines.flow.lower.incidents import ANSWERED, UNEVALUATED, failed
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
_CAUGHT = "$states.errorOutput"
_RETRY = (Retrier(RETRYABLE, 2, DEFAULT_TRIES - 1, 2.0),)


def by_reference(build: Build, segment: Segment) -> Segment:
    """The machine's steps with those that evaluate elsewhere what reads a reference."""
    known = frozenset(name for step in segment.walk() for name in assigned(step))
    nodes = {id_: graph.nodes[id_] for id_, graph in build.home.items() if id_ in graph.nodes}
    return _segment(_Machine(build, nodes, known), segment, items=False)


@dataclass(frozen=True)
class _Machine:
    """What the steps of all segments are made with. `known`: the machine's variables."""

    build: Build
    nodes: Mapping[str, FlowNode]
    known: frozenset[str]
    parked: dict[str, str] = field(default_factory=dict)
    """By the incident of those who have none of their own: `<scope path/><state>` of its records."""


def _segment(machine: _Machine, segment: Segment, *, items: bool) -> Segment:
    """A segment with what its steps ask through, inner ones first. `items`: inside a multi-instance."""
    names, base = machine.build.names, segment.element or machine.build.process.id
    elsewhere, back = (names.of_helper(base, role) for role in ("elsewhere", "back"))
    asking = _Asking(machine, base, names.variable(ASKED, base), elsewhere, back, items)
    looks: dict[str, str] = {}
    steps = dict(segment.steps)
    for key, step in segment.steps.items():
        if isinstance(step, Fork):
            many = items or isinstance(step, Each)
            fork = replace(step, branches=tuple(_segment(machine, each, items=many) for each in step.branches))
            steps[key] = fork
            _sweep(machine, fork, steps)
    for key, step in steps.items():
        asking.steps[key] = asking.guarded(step, looks)
    if not asking.backs:
        return replace(segment, steps=asking.steps)
    steps = {key: map_ways(step, partial(_looked, key, looks)) for key, step in asking.steps.items()}
    start = _looked("", looks, segment.start)
    return replace(segment, start=start, steps={**steps, **{step.key: step for step in asking.shared()}})


def _sweep(machine: _Machine, fork: Fork, steps: dict[str, Step]) -> None:
    """Tells those who remove what a fork leaves open of the incidents in it that were not there before."""
    inner = [step.key for branch in fork.branches for step in branch.walk() if step.key in machine.parked]
    for left in {catch.way.to for catch in fork.catches if inner}:
        step = steps[left]
        if isinstance(step, Call) and (payload := _payload(step)).get("connector") == LEAVE:
            given = {**payload["input"], "waits": [*payload["input"]["waits"], *(machine.parked[key] for key in inner)]}
            arguments: Any = step.arguments
            steps[left] = replace(step, arguments={**arguments, "Payload": {**payload, "input": given}})


def _payload(step: Call) -> dict[str, Any]:
    arguments = step.arguments
    found = arguments.get("Payload") if isinstance(arguments, dict) else None
    return found if isinstance(found, dict) else {}


@dataclass
class _Asking:
    """The steps of one segment, and those through which they ask.

    What is asked stands in one variable of the machine: `key`, the step to which the answer leads back; `state`,
    `since`, `begun` and `machine`, which the evaluation is told; `at`, the element; `parks`, whether the step has no
    incident of its own; `error`, why it was caught. The answer takes its place: `key` with `picked`, `given` and
    `assign` as they are told, or with the new `error`.
    """

    machine: _Machine
    base: str
    """The element that the segment belongs to, or the process."""
    asked: str
    """The variable."""
    elsewhere: str
    """The task that asks."""
    back: str
    """The choice that leads back."""
    items: bool
    steps: dict[str, Step] = field(default_factory=dict)
    backs: list[str] = field(default_factory=list)
    """The steps to which answers lead back."""
    parks: bool = False

    def guarded(self, step: Step, looks: dict[str, str]) -> Step:
        """A step that reads no reference: it asks. `looks`: by a pause, what stands before it now."""
        if isinstance(step, Decide):
            return self._choice(step)
        if isinstance(step, Delay):
            return self._pause(step, looks)
        return self._task(step) if isinstance(step, Call) else step

    def shared(self) -> tuple[Step, ...]:
        """The task that asks, the choice that leads back, and the incident of who has none."""
        asked = self.asked
        rules = [Rule(f"${asked}.key = {jsonata.text(key)}", Way(key, (), "continues")) for key in self.backs]
        incident = self._incident() if self.parks else None
        if incident:
            parked = Rule(f"$exists(${asked}.error) and ${asked}.parks", Way(incident.key, (), "continues"))
            rules.insert(0, parked)
        ways = Decide(self.back, "", "choice", tuple(rules), rules[-1].way)
        return (self._evaluation(), ways, *([incident] if incident else []))

    def _choice(self, step: Decide) -> Step:
        parts = (part for rule in step.rules for part in (rule.condition, rule.output))
        marked = [text for text in (*parts, *map(str, step.assign.values())) if is_marked(text)]
        if not marked:
            return step
        asked = self.asked
        others = self._read(step)
        ask = {asked: self._ask(step, step.key, others, parks=True)}
        answered = f"$exists(${asked}.picked)"
        look = Rule(f"{answered} ? false : {refers(marked, others)}", Way(self.elsewhere, (), "continues"), "", ask)
        rules = [
            replace(
                rule,
                condition=f"{answered} ? ${asked}.picked = {number} : {guarded(rule.condition)}",
                output=asl(f"{answered} ? {INPUT} : {_inner(rule.output)}") if rule.output else "",
            )
            for number, rule in enumerate(step.rules)
        ]
        own = {
            name: asl(f"{answered} ? {_assigned(asked, name)} : {_inner(value)}") for name, value in step.assign.items()
        }
        return replace(step, rules=(look, *rules), assign={**own, asked: None})

    def _pause(self, step: Delay, looks: dict[str, str]) -> Step:
        marked = [text for text in (str(step.seconds), str(step.timestamp)) if is_marked(text)]
        if not marked:
            return step
        asked = self.asked
        others, look = self._read(step), self._name(step, "look")
        ask = {asked: self._ask(step, step.key, others, parks=True)}
        rule = Rule(refers(marked, others), Way(self.elsewhere, (), "continues"), "", ask)
        self.steps[look] = Decide(look, step.element, "choice", (rule,), Way(step.key))
        looks[step.key] = look
        numbers = count()
        return replace(
            step,
            seconds=_given(step.seconds, asked, numbers),
            timestamp=_given(step.timestamp, asked, numbers),
            assign={**step.assign, asked: None},
        )

    def _task(self, step: Call) -> Step:
        before = is_marked(f"{step.arguments}{step.timeout}")
        behind = is_marked(f"{step.output}{step.assign}")
        if not (before or behind):
            return step
        asked = self.asked
        aside = self._name(step, "aside")
        caught = next((each for each in step.catches if {*UNEVALUATED, "States.ALL"} & {*each.errors}), None)
        ask = self._ask(step, aside, self._read(step), parks=caught is None, error=True, before=before)
        self.steps[aside] = self._aside(step, aside, caught, before=before, behind=behind)
        others = [each for each in step.catches if set(each.errors) != set(UNEVALUATED)]
        if before:
            others = [replace(each, assign={**each.assign, asked: None}) for each in others]
        own, numbers = {name: _guarded(value) for name, value in step.assign.items()}, count()
        return replace(
            step,
            arguments=_given(step.arguments, asked, numbers),
            timeout=_given(step.timeout, asked, numbers),
            output=_guarded(step.output),
            assign={**own, asked: None} if before else own,
            catches=(Catch(UNEVALUATED, Way(aside, (), "continues"), asl(INPUT), {asked: ask}), *others),
        )

    def _aside(self, step: Call, key: str, caught: Catch | None, *, before: bool, behind: bool) -> Decide:
        """Where a task goes that could not be evaluated: elsewhere, if it has met a reference; then on, or again."""
        asked = self.asked
        self.backs.append(key)
        away = Way(self.elsewhere, (), "continues")
        cause = f"${asked}.error.Cause"
        rules = [Rule(f"$exists({cause}) ? $contains({cause}, '{FAILURE}') : false", away, "", {})]
        if before:
            rules.append(Rule(f"$exists(${asked}.given)", Way(step.key, (), "continues"), "", {}))
        if behind:
            own: dict[str, Json] = {name: asl(_assigned(asked, name)) for name in step.assign}
            rules.append(Rule(f"$exists(${asked}.assign)", self._behind(step), "", {**own, asked: None}))
        if caught is None:
            return Decide(key, step.element, "choice", tuple(rules), away)

        def later(text: str) -> str:
            """An expression as the choice has it, which is another state."""
            told = {_CAUGHT: "error", f"{_STATE}.EnteredTime": "since", f"{_STATE}.Name": "state"}
            told[EXECUTION] = "execution"
            return reduce(lambda known, each: known.replace(each, f"${asked}.{told[each]}"), told, text)

        assign: dict[str, Json] = {name: later(str(value)) for name, value in caught.assign.items()}
        if caught.output != asl(INPUT):
            rules.append(Rule("true", caught.way, later(caught.output)))
        return Decide(key, step.element, "choice", tuple(rules), caught.way, assign)

    def _behind(self, step: Call) -> Way:
        """The way of a task that has its answer; a choice cannot end."""
        if step.way.to != END:
            return step.way
        end = self._name(step, "end")
        self.steps[end] = Compute(end, step.element, "helper", step.way, asl(INPUT))
        return Way(end, (), "continues")

    def _ask(
        self, step: Step, key: str, seen: tuple[str, ...], *, parks: bool, error: bool = False, before: bool = False
    ) -> Json:
        """What the variable is told."""
        asked = self.asked
        node = self.machine.nodes[step.element]
        about = {
            "key": jsonata.text(key),
            "state": jsonata.text(key) if isinstance(step, Delay) else f"{_STATE}.Name",
            "since": f"{_STATE}.EnteredTime",
            "execution": EXECUTION,
            "begun": f"$exists(${asked}.given)" if before else "true",
            "machine": _variables(seen),
            "at": jsonata.literal([node.id, node.name, tag_of(node)]),
            "parks": "true" if parks else "false",
        }
        self.parks |= parks
        if not error:
            self.backs.append(key)
        return asl(jsonata.obj(about | ({"error": _CAUGHT} if error else {})))

    def _evaluation(self) -> Call:
        asked = self.asked
        build = self.machine.build
        own = f"$merge([{{}}, $sift({DPC}, function($v, $k) {{ $not($k in ['resume', 'moved']) }})])"
        given: dict[str, Json] = {"variables": asl(INPUT), "own": asl(own)}
        given |= {name: asl(f"${asked}.{name}") for name in ("state", "since", "begun", "machine")}
        arguments = handed(build.process.id, "", EVALUATE, given, items=False)
        context: dict[str, Json] = {**arguments["context"], "elementId": asl(f"${asked}.at[0]")}  # type: ignore[dict-item]
        if self.items:  # the first state of an item does not have its place yet
            context["place"] = asl(f"$exists({INPUT}._dpc.at) ? {INPUT}._dpc.at : ''")
        payload: Json = {**arguments, "context": context}
        answer = f"{{'key': ${asked}.key}}, $sift({PAYLOAD}, function($v, $k) {{ $k != 'output' }})"
        failed = {asked: asl(f"$merge([${asked}, {{'error': {_CAUGHT}}}])")}
        way = Way(self.back, (), "continues")
        build.handed.add(self.elsewhere)
        return Call(
            self.elsewhere,
            "",
            "helper",
            way,
            INVOKE,
            {"FunctionName": _FUNCTION, "Payload": payload},
            asl(f"$exists({PAYLOAD}.output) ? {PAYLOAD}.output : {INPUT}"),
            {asked: asl(f"$merge([{answer}])")},
            retry=_RETRY,
            catches=(Catch(("States.ALL",), way, asl(INPUT), failed),),
        )

    def _incident(self) -> Call:
        """What parks a token whose state could not be evaluated; whatever is answered, it is tried again."""
        asked = self.asked
        build = self.machine.build
        at = ("elementId", "elementName", "elementType")
        texts = failed(f"${asked}.error") | {name: asl(f"${asked}.at[{place}]") for place, name in enumerate(at)}
        key = build.names.of_helper(self.elsewhere, "incident")
        path = build.home[self.base].path if self.base in build.home else ()
        point = WaitPoint(key, "incident", "", "", "", path, build.process.id, texts=texts, items=self.items)
        resource, arguments = wait_call(point)
        self.machine.parked[key] = "/".join((*path, key))
        way = Way(self.elsewhere, (), "continues")
        return Call(key, "", "incident", way, resource, arguments, asl(ANSWERED), retry=WRITE_RETRY)

    def _name(self, step: Step, role: str) -> str:
        return self.machine.build.names.of_helper(step.key, role)

    def _read(self, step: Step) -> tuple[str, ...]:
        """The machine's variables that a step reads."""
        return tuple(sorted(variables_in({step.key: step}) & self.machine.known))


def _variables(names: tuple[str, ...]) -> str:
    """JSONata of what the evaluation sees of the machine's variables."""
    parts = (f"$exists(${name}) ? {{{jsonata.text(name)}: ${name}}} : {{}}" for name in names)
    return f"$merge([{', '.join(parts)}])" if names else "{}"


def _looked(key: str, looks: Mapping[str, str], way: Way) -> Way:
    """A way of a step: to what looks before a pause, unless the step does so itself."""
    look = looks.get(way.to, key)
    return way if look == key else replace(way, to=look)


def _assigned(asked: str, name: str) -> str:
    """JSONata of what the evaluation tells that a variable becomes."""
    return f"$lookup(${asked}.assign, {jsonata.text(name)})"


def _inner(value: Json) -> str:
    text = str(value)
    return guarded(text[2:-2].strip()) if text.startswith("{%") else jsonata.literal(value)


def _guarded(value: Any) -> Any:
    return asl(_inner(value)) if isinstance(value, str) and value.startswith("{%") else value


def _given(value: Any, asked: str, numbers: "count[int]") -> Any:
    """A template whose marked texts are what was evaluated elsewhere, where it was."""
    if isinstance(value, dict):
        return {name: _given(each, asked, numbers) for name, each in value.items()}
    if isinstance(value, list):
        return [_given(each, asked, numbers) for each in value]
    if not isinstance(value, str) or not is_marked(value):
        return _guarded(value)
    return asl(told(asked, next(numbers), _inner(value)))
