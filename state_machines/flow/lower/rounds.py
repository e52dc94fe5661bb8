"""Loops that go on past the 25,000 events of an execution: every so many rounds in a fresh one.

A choice on every cycle counts the events since the loop was begun, at no state's cost. Beyond a limit the loop goes on
as a copy in an execution of its own, which ends after as many events again, or where the loop is left; whoever started
it starts the next, or goes on behind the loop. Whatever the loop stands in (branches, instances, handlers) only waits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Literal

from state_machines.asl.model import Json
from state_machines.flow import jsonata
from state_machines.flow.bounds import Bounds
from state_machines.flow.build import Evaluate, Lower, SegmentBuilder
from state_machines.flow.compiling import MAX_STEPS, Build
from state_machines.flow.copies import assigned, variables_in, with_keys, with_variables
from state_machines.flow.cycles import cycles, following, ways_back
from state_machines.flow.jsonata import DPC, INPUT, INSTANCE_ID, asl
from state_machines.flow.lower.elsewhere import DRAWN, entry, handed_over, member, taken_over
from state_machines.flow.lower.resuming import OUTPUT, Nested, rethrown, start_nested
from state_machines.flow.lower.shares import share
from state_machines.flow.steps import (
    END,
    Call,
    Compute,
    Decide,
    Each,
    Fork,
    Passed,
    Rule,
    Segment,
    Step,
    Way,
    map_ways,
    ways_of,
)

EVENTS, EVENTS_OF_ITEM, EVENTS_AT_ONCE = 2_500, 500, 15_000
"""How many events a loop may have before it goes on elsewhere (ten loops, or 40 instances, fit into an execution), and
a Map before its items are shared out."""


def in_rounds(build: Build, main: Segment, lower: Lower, evaluate: Evaluate) -> Segment:
    """The body of a machine, and what its executions resume, with every loop ready to go on elsewhere."""
    rounds = _Rounds(build, lower, evaluate)
    main = rounds.segment(main)
    build.resumed[:] = [rounds.segment(segment) for segment in build.resumed]
    build.resumed += rounds.entries
    return main


class _Rounds:
    """One machine's loops. `entries`: with what executions begin that carry on a loop."""

    def __init__(self, build: Build, lower: Lower, evaluate: Evaluate) -> None:
        self.build, self.lower, self.evaluate = build, lower, evaluate
        self.entries: list[Segment] = []

    def segment(self, segment: Segment, around: frozenset[str] = frozenset(), items: int = 0) -> Segment:
        """A segment with those inside. `around`: the machine's variables that stand around it."""
        known = around | {name for step in segment.steps.values() for name in assigned(step)}
        steps = {key: self._inside(step, known, items) for key, step in segment.steps.items()}
        segment = self._shared(replace(segment, steps=steps), known, items)
        steps = dict(segment.steps)
        ways = chain((segment.start,), *(ways_of(step) for step in steps.values()))
        within = frozenset(way.to for way in ways if way.outcome == "continues")
        counting = _Counting({}, {})
        for cycle in cycles(following({key: step for key, step in steps.items() if step.role != "incident"})):
            loop = _Loop({key: steps[key] for key in cycle}, within, steps)
            if not loop.cuts or loop.watches:
                continue
            if self.build.sparing or self.build.steps + 2 * len(cycle) > MAX_STEPS:
                self._too_many(loop)
                continue
            b = self._builder(items)
            handing = _Handing(b, loop, known, EVENTS_OF_ITEM if items else EVENTS)
            counting = counting.also(handing.lower(self.entries))
        return counting.applied(segment)

    def _shared(self, segment: Segment, known: frozenset[str], items: int) -> Segment:
        """A segment with its Maps ready to run in shares."""
        shared = _Counting({}, {})
        for each in segment.steps.values():
            if isinstance(each, Each) and each.many and not self.build.sparing:
                item = 2 + sum(map(_events, each.branches[0].steps.values()))
                size = max(1, EVENTS_AT_ONCE // item)
                shared = shared.also(_Counting(*share(self._builder(items), each, known, size, self.entries)))
        return shared.applied(segment)

    def _builder(self, items: int) -> SegmentBuilder:
        return SegmentBuilder(self.build, Bounds(items=items), self.lower, self.evaluate)

    def _inside(self, step: Step, known: frozenset[str], items: int) -> Step:
        if not isinstance(step, Fork):
            return step
        inner = items + isinstance(step, Each)
        return replace(step, branches=tuple(self.segment(branch, known, inner) for branch in step.branches))

    def _too_many(self, loop: "_Loop") -> None:
        node = self.build.home[element := loop.steps[loop.cuts[0]].element].nodes[element]
        words = (
            f"The process is so large that the loop at '{element}' is not carried on elsewhere: an instance whose "
            "execution comes to 25,000 events fails. Move the loop to a called process."
        )
        self.build.say("FLOW-054", "warning", node, words)


@dataclass(frozen=True)
class _Loop:
    """Steps of which each leads to each, among all of a segment. `within`: those before which an element is open."""

    steps: Mapping[str, Step]
    within: frozenset[str]
    every: Mapping[str, Step]

    @property
    def watches(self) -> bool:
        """Whether it waits for what happens beside something else: others know its records by its states."""
        waits = (s for s in self.steps.values() if isinstance(s, Call) and s.resource.endswith(".waitForTaskToken"))
        return any(step.role == "helper" for step in waits)

    @cached_property
    def cuts(self) -> tuple[str, ...]:
        """Steps of which one is on each of its cycles, and before which no element is open; empty: there are none."""
        after = following(self.steps)
        before: dict[str, list[str]] = {key: [] for key in after}
        for key, targets in after.items():
            for target in targets:
                before[target].append(key)
        cuts = [self._cut([*_line(source, before), *_line(target, after)]) for source, target in ways_back(after)]
        return () if "" in cuts else tuple(dict.fromkeys(cuts))

    def _cut(self, line: list[str]) -> str:
        """Where a cycle is cut that all these are on: at a choice of its own, if it can be."""
        free = [key for key in line if key not in self.within]
        return next((key for key in free if isinstance(self.steps[key], Decide)), free[0] if free else "")

    @property
    def exits(self) -> tuple[str, ...]:
        """Where it leads when it is left."""
        ways = chain(*(ways_of(step) for step in self.steps.values()))
        return tuple(dict.fromkeys(way.to for way in ways if way.to not in self.steps))

    @property
    def assigned(self) -> set[str]:
        return {name for step in self.steps.values() for name in assigned(step)}


class _Handing:
    """One loop: what counts its events, what starts it elsewhere, and the copy that runs there."""

    def __init__(self, b: SegmentBuilder, loop: _Loop, known: frozenset[str], most: int) -> None:
        self.b, self.loop, self.most, names = b, loop, most, b.build.names
        self.node = b.node(loop.steps[loop.cuts[0]].element)
        self.name = b.helper(loop.cuts[0], "rounds")
        self.find, self.run, self.ended = (b.helper(self.name, role) for role in ("find", "run", "ended"))
        self.events, self.to, self.thrown, self.execution = (
            names.variable(purpose, self.name) for purpose in ("events", "to", "thrown", "execution")
        )
        self.carried = tuple(sorted((known & variables_in(loop.steps)) | loop.assigned))
        self.places = {target: f"out {at}" for at, target in enumerate(loop.exits)}
        self.each_round = sum(_events(step) for step in loop.steps.values())

    def lower(self, entries: list[Segment]) -> "_Counting":
        """What counts the loop and starts it elsewhere; what runs there is added to the entries."""
        counting = self._counting(self.events, lambda cut: Way(self.find, self._around(cut, "elsewhere")), self.to)
        entries.append(self._entry())
        self._start()
        self.b.build.handed |= {self.name, self.find}
        self.b.build.rounds[self.node.id] = max(1, self.most // self.each_round)
        return counting.also(_Counting(self.b.steps, {}))

    def _counting(self, events: str, onward: Callable[[str], Way], to: str = "") -> "_Counting":
        """Every cut counts, and leads onward beyond the limit. `to` is told where that was."""
        steps, before = dict[str, Step](), dict[str, str]()
        so_far = f"($exists(${events}) ? ${events} : 0)"
        for cut in self.loop.cuts:
            step = self.loop.steps[cut]
            given: dict[str, Json] = {events: asl(f"{so_far} + {self.each_round}"), **({to: cut} if to else {})}
            enough = Rule(f"{so_far} > {self.most}", onward(cut))
            if isinstance(step, Decide):
                steps[cut] = replace(step, rules=(enough, *step.rules), assign={**step.assign, **given})
            else:
                key = before[cut] = self.b.helper(cut, "round")
                steps[key] = Decide(key, step.element, "choice", (enough,), Way(cut), given)
        return _Counting(steps, before)

    def _around(self, key: str, kind: Literal["elsewhere", "inside"]) -> tuple[Passed, ...]:
        """The sub-processes begun in the loop that a step lies in.

        Where its token goes on in another execution, history has them end in the one, and the other shows them no more.
        """
        steps = Segment(Way(END), self.loop.steps).walk()
        ways = (way for step in steps for way in ways_of(step))
        begun = {passed.id for way in ways for passed in way.path if passed.kind == "entered"}
        step = self.loop.every.get(key)
        home = self.b.build.home.get(step.element) if step else None
        return tuple(Passed(kind, scope) for scope in home.path if scope in begun) if home else ()

    def _start(self) -> None:
        b, node, back = self.b, self.node, sorted(self.loop.assigned)
        kept: dict[str, Json] = {
            self.to: asl(f"$exists({OUTPUT}.to) ? {OUTPUT}.to : ''"),
            self.thrown: asl(f"$exists({OUTPUT}.thrown) ? {OUTPUT}.thrown : {{}}"),
            self.execution: DRAWN,
            **{name: asl(member(f"{OUTPUT}.kept", name)) for name in back},
        }
        told = f"$exists({OUTPUT}.variables) ? {OUTPUT}.variables : {INPUT}"
        execution = f"{INSTANCE_ID} & '_' & ${self.execution}"
        nested = Nested(self.find, self.run, execution, self._given(), told, kept, Way(self.ended), Way(self.find))
        start_nested(b, node, replace(nested, drawn={self.execution: DRAWN}))
        left = [
            Rule(f"${self.to} = '{place}'", Way(target, self._around(target, "inside")))
            for target, place in self.places.items()
        ]
        rules = (rethrown(b, node, b.helper(self.name, "rethrow"), self.thrown), *left)
        b.add(Decide(self.ended, node.id, "helper", rules, Way(self.run)))

    def _given(self) -> str:
        return handed_over(self.name, self.carried, {"cut": f"${self.to}"})

    def _entry(self) -> Segment:
        """What an execution runs that carries on the loop: a fork of one branch, so that errors can be told."""
        b, names, element = self.b, self.b.build.names, self.node.id
        own = {name: names.variable("on", name) for name in self.carried}
        keys = {step.key: names.of_element(step.key) for step in Segment(Way(END), self.loop.steps).walk()}
        events = names.variable("events", f"{self.name}_on")
        outputs = {target: self._left(target, place, own) for target, place in self.places.items()}
        again = {cut: self._left(cut, cut, own) for cut in self.loop.cuts}
        counting = self._counting(events, lambda cut: Way(again[cut].key))
        counted = counting.applied(Segment(Way(END), self.loop.steps))
        counts = {key: key for key in counted.steps if key not in keys}

        def copied(step: Step) -> Step:
            renamed = with_variables(step, own)
            return with_keys(renamed, {**keys, **counts}, {t: c.key for t, c in outputs.items()})

        steps = {**keys, **counts}
        body: dict[str, Step] = {steps[key]: copied(step) for key, step in counted.steps.items()}
        ends = (*outputs.values(), *again.values())
        entered = {cut: steps[counting.before.get(cut, cut)] for cut in self.loop.cuts}
        begin, which = b.helper(self.name, "begin"), b.helper(self.name, "which")
        given = taken_over(own)
        rules = tuple(
            Rule(f"{DPC}.resume.cut = {jsonata.text(cut)}", Way(key, self._around(cut, "inside")))
            for cut, key in entered.items()
        )
        start = rules[0].way if len(rules) == 1 else Way(which)
        first: list[Step] = [Compute(begin, element, "helper", start, asl(INPUT), given)]
        if len(rules) > 1:
            first.append(Decide(which, element, "helper", rules[:-1], rules[-1].way))
        b.build.steps += len(body) + len(ends)
        branch = Segment(Way(begin), {**{s.key: s for s in first}, **body, **{e.key: e for e in ends}}, element)
        return entry(self.name, branch, "$states.result[0]")

    def _left(self, target: str, place: str, own: Mapping[str, str]) -> Compute:
        """What the copy gives where the loop is left, or must go on elsewhere."""
        kept = jsonata.obj({name: f"${own[name]}" for name in self.carried})
        output = jsonata.obj({"to": jsonata.text(place), "variables": INPUT, "kept": kept})
        role = "on" if place == target else "out"
        way = Way(END, self._around(target, "elsewhere"))
        return Compute(self.b.helper(self.name, role), self.node.id, "helper", way, asl(output))


@dataclass(frozen=True)
class _Counting:
    """Steps that are added to a segment, or take others' places, and those that now stand before others."""

    steps: Mapping[str, Step]
    before: Mapping[str, str]

    def also(self, other: "_Counting") -> "_Counting":
        """Both."""
        return _Counting({**self.steps, **other.steps}, {**self.before, **other.before})

    def applied(self, segment: Segment) -> Segment:
        """The segment with these."""
        own = set(self.before.values())

        def redirected(way: Way) -> Way:
            return replace(way, to=self.before.get(way.to, way.to))

        every = {**segment.steps, **self.steps}
        if self.before:
            every = {key: step if key in own else map_ways(step, redirected) for key, step in every.items()}
        return replace(segment, start=redirected(segment.start), steps=every)


def _line(key: str, onward: Mapping[str, list[str]], most: int = 20) -> list[str]:
    """A step with those that every token comes to from there, as long as there is only one."""
    line = [key]
    while len(line) < most and len(onward[line[-1]]) == 1 and onward[line[-1]][0] not in line:
        line.append(onward[line[-1]][0])
    return line


def _events(step: Step) -> int:
    """The history events of a step that is tried once again; of a Map those of one that is full."""
    if isinstance(step, Fork):
        items = 40 if isinstance(step, Each) else 1
        return 4 + items * (2 + sum(_events(inner) for branch in step.branches for inner in branch.steps.values()))
    return 9 if isinstance(step, Call) else 2
