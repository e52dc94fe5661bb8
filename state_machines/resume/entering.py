"""The machine that begins with tokens standing where they stood, out of the process's own machine.

What a token stands in, and each fork around it, becomes a copy that goes on where it was: a fork's branches begin with
their own tokens, a wait point takes over its record, a timer waits for what is left of it. Whatever follows is the
process's own. Works on definitions as Amazon States Language has them, in JSON.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from state_machines.resume.standing import inside
from state_machines.resume.token import MOVED, Branch, Token, begin_of, copy_of, moved, original
from state_machines.resume.waiting import going_on, waited_for

Json = Any
State = dict[str, Json]
States = dict[str, State]

INPUT = f"$states.context.Execution.Input._dpc.{MOVED}"
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


def entered(definition: Mapping[str, Json], tokens: tuple[Token, ...]) -> Entered:
    """The machine in which the tokens go on."""
    entering = _Entering()
    states = dict(definition["States"])
    start, data = entering.segment(states, tokens, INPUT, _VARIABLES)
    machine = {**definition, "StartAt": start, "States": _reached(start, states)}
    return Entered(machine, data, entering.copies)


@dataclass
class _Entering:
    copies: dict[str, str] = field(default_factory=dict)
    number: int = 0

    def _next(self) -> int:
        self.number += 1
        return self.number

    def segment(self, states: States, tokens: tuple[Token, ...], path: str, merge: str) -> tuple[str, dict[str, Json]]:
        """Adds to the states of a branch those with which its tokens go on; where it starts, and what they are given.

        `path` is JSONata of that; `merge` JSONata of what several tokens give at the end of the branch.
        """
        if len(tokens) == 1:
            start, data = self._token(states, tokens[0], f"{path}.t0")
            return start, {"t0": data}
        if not merge:
            raise CannotEnterError("Several tokens cannot go on in one run of what stands here.")
        own = dict(states)
        given: dict[str, Json] = {}
        branches = []
        for at, token in enumerate(tokens):
            inner = self._renamed(own)
            start, given[f"t{at}"] = self._token(inner, token, f"{path}.t{at}")
            branches.append({"StartAt": start, "States": _reached(start, inner)})
        name = self._copy("")
        states[name] = {"Type": "Parallel", "Branches": branches, "Output": _asl(merge), "End": True}
        return name, given

    def _token(self, states: States, token: Token, path: str) -> tuple[str, dict[str, Json]]:
        number = self._next()
        name = token.state or original(next(iter(states)))  # what has ended is known by its branch
        begin = begin_of(name, number)
        self.copies[begin] = name
        variable = moved(number)
        data = {"state": token.state, "given": token.given, "known": dict(token.known), "since": token.since}
        data |= {"execution": token.execution, "runs": token.runs, "branches": {}, "number": number}
        data |= {"before": token.before, "child": token.child}
        known = {name: _asl(f"{path}.known.{name}") for name in token.known}
        state: State = {"Type": "Pass", "Assign": {variable: _asl(path), **known}, "Output": _asl(f"{path}.given")}
        states[begin] = state
        if not token.state:
            self._end(states, begin, token, path)
            return begin, data
        here = _named(states, token.state)
        if not token.since:
            state["Next"] = here
            return begin, data
        name = copy_of(token.state, number)
        self.copies[name] = token.state
        state["Next"] = name
        states[name] = going_on(states[here], f"${variable}")
        if token.child is not None:
            states[name] = waited_for(states[name], f"${variable}.child", ended="result" in token.child)
        if token.branches or "Branches" in states[here]:
            states[name], data["branches"] = self._fork(states[name], token, f"${variable}.branches")
        return begin, data

    def _end(self, states: States, begin: str, token: Token, path: str) -> None:
        """What has ended gives what it gave; whoever reads the history finds what it knew (docs/records.md)."""
        if token.before is None:
            states[begin]["End"] = True
            return
        end = begin_of(begin, self.number)
        self.copies[end] = self.copies[begin]
        states[begin] |= {"Output": _asl(f"{path}.before"), "Next": end}
        states[end] = {"Type": "Pass", "Output": _asl(f"{path}.given"), "End": True}

    def _fork(self, fork: State, token: Token, path: str) -> tuple[State, dict[str, Json]]:
        if "ItemProcessor" in fork:
            return self._map(fork, token, path)
        branches, data = [], dict[str, Json]()
        come_to = {branch.place: branch.tokens for branch in token.branches}
        for place, branch in enumerate(fork["Branches"]):
            states = self._renamed(branch["States"])
            if place in come_to:
                start, data[f"b{place}"] = self.segment(states, come_to[place], f"{path}.b{place}", _merge_of(fork))
            else:
                start = _named(states, original(branch["StartAt"]))
            branches.append({"StartAt": start, "States": _reached(start, states)})
        return {**fork, "Branches": branches}, data

    def _map(self, fork: State, token: Token, path: str) -> tuple[State, dict[str, Json]]:
        """Items that have the same states share copies; those that have not begun begin as ever."""
        processor = fork["ItemProcessor"]
        states, data = self._renamed(processor["States"]), dict[str, Json]()
        shapes: dict[str, list[Branch]] = {}
        for branch in token.branches:
            shapes.setdefault(_shape(branch.tokens), []).append(branch)
        choose = self._copy(token.state)
        which = f"$lookup({path}, 'b' & {ITEM})"
        rules = []
        for branches in shapes.values():
            number = self.number
            for branch in branches:
                self.number = number  # the same copies for all
                start, data[f"b{branch.place}"] = self.segment(states, branch.tokens, which, "")
            places = [f"b{branch.place}" for branch in branches]
            rules.append({"Condition": _asl(f"('b' & {ITEM}) in {json.dumps(places)}"), "Next": start})
        begin = _named(states, original(processor["StartAt"]))
        states[choose] = {"Type": "Choice", "Choices": rules, "Default": begin} if rules else {"Type": "Pass", "Next": begin}
        return {**fork, "ItemProcessor": {**processor, "StartAt": choose, "States": _reached(choose, states)}}, data

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
        return {**machine, "StartAt": _named(states, original(machine["StartAt"])), "States": states}


def _named(states: Mapping[str, State], name: str) -> str:
    """What a state is called among copies."""
    return name if name in states else next(each for each in states if original(each) == name and "~~" not in each)


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


def _reached(start: str, states: States) -> States:
    """The states that something leads to, in their order."""
    seen, pending = set[str](), [start]
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += _targets(states[name])
    return {name: state for name, state in states.items() if name in seen}


def _targets(state: State) -> list[str]:
    ways = [state, *state.get("Choices", ()), *state.get("Catch", ())]
    return [way[key] for way in ways for key in ("Next", "Default") if key in way]


def _asl(text: str) -> str:
    return f"{{% {text} %}}"
