"""The machine that begins with tokens standing where they stood, out of the process's own machine.

What a token stands in, and each fork around it, becomes a copy that goes on where it was: a fork's branches begin with
their own tokens, a wait point takes over its record, a timer waits for what is left of it. Whatever follows is the
process's own. Works on definitions as Amazon States Language has them, in JSON.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from state_machines.resume.chart import Chart, assigned, back, between, named, needed, reached
from state_machines.resume.token import MOVED, Branch, Token, begin_of, copy_of, moved, original
from state_machines.resume.waiting import going_on, renamed_records, waited_for

Json = Any
State = dict[str, Json]
States = dict[str, State]

INPUT = f"$states.context.Execution.Input._dpc.{MOVED}"
NONE = frozenset[str]()
ITEM = "$string($states.context.Map.Item.Index)"


_VARIABLES = (
    "$reduce($states.result, function($all, $r) { $merge([$all, "
    "$sift($r, function($v, $k) { $not($v = $lookup($states.input, $k)) })]) }, $states.input)"
)
_CHANGES = (
    "{'set': $merge([$states.result.set]), "
    "'gone': $reduce($states.result, function($all, $r) { $append($all, $r.gone) }, [])}"
)
_LISTS = "$reduce($states.result, function($all, $r) { $append($all, $r) }, [])"
"""JSONata of what several tokens give at the end of a branch: all variables, changes of them, lists of what was left
behind."""


@dataclass(frozen=True)
class Entered:
    """A machine, and what the execution that runs it must have as `_dpc.moved`."""

    definition: dict[str, Json]
    moved: dict[str, Json]
    copies: Mapping[str, str]
    """The states that it has added, and what each is a copy of; empty: of nothing."""


class CannotEnterError(Exception):
    """Where a token stands cannot be entered; the words say why."""


def entered(machine: Chart, tokens: tuple[Token, ...], records: Mapping[str, str] | None = None) -> Entered:
    """The machine in which the tokens go on. Raises `CannotEnterError`.

    `records`: where wait points have their records by the names that they had in another version: `<scope path/><state
    name>` as it is, and as it was.
    """
    entering = _Entering(machine)
    states = dict(machine.definition["States"])
    start, data = entering.segment(states, machine.definition["StartAt"], tokens, INPUT, _VARIABLES)
    definition = _pruned({**machine.definition, "StartAt": start, "States": states})
    return Entered(renamed_records(definition, records or {}), data, entering.copies)


@dataclass
class _Entering:
    chart: Chart
    copies: dict[str, str] = field(default_factory=dict)
    number: int = 0

    def __post_init__(self) -> None:
        self.assigned = assigned(self.chart.states.values())

    def _next(self) -> int:
        self.number += 1
        return self.number

    def segment(
        self,
        states: States,
        first: str,
        tokens: tuple[Token, ...],
        path: str,
        merge: str,
        around: frozenset[str] = NONE,
    ) -> tuple[str, dict[str, Json]]:
        """Adds to the states of a branch those with which its tokens go on; where it starts, and what they are given.

        `first`: where the branch begins; `path`: JSONata of what is given; `merge`: JSONata of what several tokens
        give at the end of the branch; `around`: the machine's variables that are known there.
        """
        if len(tokens) == 1:
            start, data = self._token(states, first, tokens[0], f"{path}.t0", around)
            return start, {"t0": data}
        if not merge:
            raise CannotEnterError("Several tokens cannot go on in one run of what stands here.")
        own, given, branches = dict(states), dict[str, Json](), []
        for at, token in enumerate(tokens):
            inner = self._renamed(own)
            begin = named(inner, original(first))
            start, given[f"t{at}"] = self._token(inner, begin, token, f"{path}.t{at}", around)
            branches.append({"StartAt": start, "States": _kept(start, inner)})
        name = self._copy("")
        states[name] = {"Type": "Parallel", "Branches": branches, "Output": _asl(merge), "End": True}
        return name, given

    def _token(
        self, states: States, first: str, token: Token, path: str, around: frozenset[str]
    ) -> tuple[str, dict[str, Json]]:
        number = self._next()
        # The branch is found again by this name, also where the process's own machine has no entries.
        name = token.state if self.chart.is_own(token.state) else original(first)
        begin, variable = begin_of(name, number), moved(number)
        self.copies[begin] = name
        data = {**asdict(replace(token, branches=())), "known": dict(token.known), "branches": {}, "number": number}
        known = {each: _asl(f"{path}.known.{each}") for each in token.known}
        assign = {variable: _asl(path), **known}
        states[begin] = {"Type": "Pass", "Assign": assign, "Output": _asl(_given(token, path))}
        if not token.state:
            self._end(states, begin, token, path)
            return begin, data
        here = named(states, token.state)
        inner = around | token.known.keys() | {variable}
        if token.since:
            onward = copy_of(token.state, number)
            self.copies[onward] = token.state
            states[onward] = going_on(states[here], f"${variable}")
            if token.child is not None:
                ended = "result" in token.child
                states[onward] = waited_for(states[onward], f"${variable}.child", ended=ended)
            if token.branches or "Branches" in states[here]:
                states[onward], data["branches"] = self._fork(states[onward], token, f"${variable}.branches", inner)
        elif token.branches:
            onward, data["branches"] = self._into_fork(states, first, here, token, f"${variable}.branches", inner)
        else:
            onward = here
        states[begin]["Next"] = onward
        states[begin]["Assign"] |= self._unknown(states, onward, token, inner)
        return begin, data

    def _unknown(self, states: States, start: str, token: Token, known: frozenset[str]) -> dict[str, Json]:
        """What a branch tells at its end are changes against what it was given: which is what it is given here."""
        every = [states[name] for name in reached([start], states)]
        missing = (needed(every) & self.assigned) - known
        unknown = sorted(name for name in missing if not name.startswith("given_"))
        if unknown and not token.since:
            words = (
                f"What follows '{self.chart.element(token.state)}' needs what only those know who come the usual way"
            )
            raise CannotEnterError(f"{words} ({', '.join(unknown)}). Begin further ahead, or with what it stands in.")
        if unknown:
            element = self.chart.element(token.state)
            raise CannotEnterError(f"'{element}' needs what was not kept where it waits ({', '.join(unknown)}).")
        return {name: _asl("$states.input") for name in sorted(missing)}

    def _end(self, states: States, begin: str, token: Token, path: str) -> None:
        """What has ended gives what it gave; whoever reads the history finds what it knew (docs/records.md)."""
        if token.before is None:
            states[begin]["End"] = True
            return
        end = begin_of("", self.number)
        self.copies[end] = ""
        states[begin] |= {"Output": _asl(f"{path}.before"), "Next": end}
        states[end] = {"Type": "Pass", "Output": _asl(f"{path}.given"), "End": True}

    def _into_fork(
        self, states: States, first: str, fork: str, token: Token, path: str, around: frozenset[str]
    ) -> tuple[str, dict[str, Json]]:
        """The way into a fork that was not entered, to where its branches begin with their tokens."""
        element = self.chart.element(token.state)
        entries = [name for name in states if original(name) in self.chart.entries.get(element, ())]
        ways = [(entry, between(entry, fork, states)) for entry in (*entries, first)]
        ways = [(entry, way) for entry, way in ways if entry == fork or (way and not self._waits(states, way, element))]
        if not ways:
            raise CannotEnterError(f"There is no way into '{element}' but that from where it begins.")
        start, way = min(ways, key=lambda each: len(each[1]))
        names = {name: self._copy(original(name)) for name in sorted(way)} | {fork: self._copy(original(fork))}
        for name in way:
            states[names[name]] = self._rename(states[name], {**{each: each for each in states}, **names})
        before = around | assigned(states[name] for name in way)
        states[names[fork]], data = self._fork(states[fork], token, path, before)
        return names[start], data

    def _waits(self, states: States, way: set[str], element: str) -> bool:
        """Whether on a way other elements would be passed."""
        others = (states[name] for name in way if self.chart.element(original(name)) not in ("", element))
        return any(state["Type"] in ("Task", "Wait", "Parallel", "Map") for state in others)

    def _fork(self, fork: State, token: Token, path: str, around: frozenset[str]) -> tuple[State, dict[str, Json]]:
        if "ItemProcessor" in fork:
            return self._map(fork, token, path, around)
        branches, data = [], dict[str, Json]()
        come_to = {branch.place: branch.tokens for branch in token.branches}
        for place, branch in enumerate(fork["Branches"]):
            states = self._renamed(branch["States"])
            start = named(states, original(branch["StartAt"]))
            if place in come_to:
                here, merge = f"{path}.b{place}", _merge_of(fork)
                start, data[f"b{place}"] = self.segment(states, start, come_to[place], here, merge, around)
            branches.append({"StartAt": start, "States": _kept(start, states)})
        return {**fork, "Branches": branches}, data

    def _map(self, fork: State, token: Token, path: str, around: frozenset[str]) -> tuple[State, dict[str, Json]]:
        """Items that have the same states share copies; those that have not begun begin as ever."""
        processor = fork["ItemProcessor"]
        states, data = self._renamed(processor["States"]), dict[str, Json]()
        shapes: dict[str, list[Branch]] = {}
        for branch in token.branches:
            shapes.setdefault(_shape(branch.tokens), []).append(branch)
        choose = self._copy(token.state)
        which = f"$lookup({path}, 'b' & {ITEM})"
        rules, begin = [], named(states, original(processor["StartAt"]))
        for branches in shapes.values():
            number = self.number
            for branch in branches:
                self.number = number  # the same copies for all
                start, data[f"b{branch.place}"] = self.segment(states, begin, branch.tokens, which, "", around)
            places = [f"b{branch.place}" for branch in branches]
            rules.append({"Condition": _asl(f"('b' & {ITEM}) in {json.dumps(places)}"), "Next": start})
        chosen: State = {"Type": "Choice", "Choices": rules, "Default": begin}
        states[choose] = chosen if rules else {"Type": "Pass", "Next": begin}
        return {**fork, "ItemProcessor": {**processor, "StartAt": choose, "States": _kept(choose, states)}}, data

    def _copy(self, name: str) -> str:
        copy = copy_of(name, self._next())
        self.copies[copy] = name
        return copy

    def _renamed(self, states: Mapping[str, State]) -> States:
        """Copies of the states of a branch with those inside, each under another name."""
        names = {name: self._copy(original(name)) for name in states}
        return {names[name]: self._rename(state, names) for name, state in states.items()}

    def _rename(self, state: State, names: Mapping[str, str]) -> State:
        copy = {key: names[value] if key in ("Next", "Default") else value for key, value in state.items()}
        for key in ("Choices", "Catch"):
            if key in state:
                copy[key] = [{**each, "Next": names[each["Next"]]} for each in state[key]]
        if "Branches" in state:
            copy["Branches"] = [self._machine(each) for each in state["Branches"]]
        if "ItemProcessor" in state:
            copy["ItemProcessor"] = self._machine(state["ItemProcessor"])
        return copy

    def _machine(self, machine: Mapping[str, Json]) -> dict[str, Json]:
        states = self._renamed(machine["States"])
        return {**machine, "StartAt": named(states, original(machine["StartAt"])), "States": states}


def _merge_of(fork: State) -> str:
    """JSONata of what several tokens give in one branch of a fork; empty: it takes one."""
    output = str(fork.get("Output", ""))
    if "$b.gone" in output:
        return _CHANGES
    return _LISTS if "$append($all, $r)" in output else ""


def _shape(tokens: Iterable[Token]) -> str:
    """The same for tokens that differ in nothing but in what they know."""

    def of(token: Token) -> Json:
        inner = [[branch.place, [of(each) for each in branch.tokens]] for branch in token.branches]
        child = sorted(token.child or ())
        return [token.state, bool(token.since), sorted(token.known), child, token.before is None, inner]

    return json.dumps([of(token) for token in tokens])


def _kept(start: str, states: States) -> States:
    """The states that something leads to, in their order."""
    kept = reached([start], states)
    return {name: _leading(state, kept) for name, state in states.items() if name in kept}


def _leading(state: State, kept: set[str]) -> State:
    """A state that leads back to none but those who are there."""
    if not back(state) - kept:
        return state
    rules = [rule for rule in state["Choices"] if rule["Next"] in kept]
    return {**state, "Choices": rules, "Default": rules[-1]["Next"]}


def _pruned(machine: dict[str, Json]) -> dict[str, Json]:
    """A machine without the states that nothing leads to, in its branches too."""
    states = {name: dict(state) for name, state in _kept(machine["StartAt"], machine["States"]).items()}
    for state in states.values():
        if "Branches" in state:
            state["Branches"] = [_pruned(branch) for branch in state["Branches"]]
        if "ItemProcessor" in state:
            state["ItemProcessor"] = _pruned(state["ItemProcessor"])
    return {**machine, "States": states}


def _given(token: Token, path: str) -> str:
    """JSONata of what a token knows; in a fork that was entered for it, with what that gives to its branches."""
    if token.given is None:
        return f"$merge([$states.input, {{'_dpc': $sift($states.input._dpc, function($v, $k) {{ $k != '{MOVED}' }})}}])"
    if not token.inside:
        return f"{path}.given"
    reserved = f"{{'_dpc': $merge([{path}.given._dpc, $states.input._dpc])}}"
    return f"$merge([$states.input, {path}.given, {reserved}])"


def _asl(text: str) -> str:
    return f"{{% {text} %}}"
