"""Random block-structured processes with an oracle: a tree that draws itself, and that plays itself as BPMN means it.

The oracle knows nothing of the compiler: tokens walk the tree, branches of a fork change copies of the variables.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.state_machines.flow.drawing import Drawing, error_definition, timer

NAMES = ("a", "b", "c")


@dataclass
class Drawn:
    """A drawing with running numbers."""

    drawing: Drawing = field(default_factory=Drawing)
    count: int = 0

    def id(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"


@dataclass
class Play:
    """What the oracle has seen: how often each node and flow was passed."""

    seen: Counter[str] = field(default_factory=Counter)

    def over(self, flow: str, node: str = "") -> None:
        self.seen.update([flow] + ([node] if node else []))


@dataclass
class Task:
    """`variable := other + 1` by a script; what waits for a user, a message or a minute; or nothing."""

    kind: str
    variable: str
    source: str
    id: str = ""
    entry: str = ""

    def draw(self, to: Drawn, before: str, flow: str = "", condition: str = "") -> tuple[str, str]:
        self.id = to.id("t")
        if self.kind == "script":
            to.drawing.script(self.id, self.variable, f"{self.source} + 1")
        elif self.kind == "user":
            to.drawing.user(self.id)
        elif self.kind == "receiveTask":
            to.drawing.add(self.kind, self.id, messageRef=to.drawing.message(self.id))
        else:
            inside = timer("PT1M") if self.kind == "intermediateCatchEvent" else ""
            to.drawing.add(self.kind, self.id, inside)
        self.entry = to.drawing.flow(before, self.id, condition, flow)
        return self.id, ""

    def play(self, variables: dict[str, Any], play: Play) -> dict[str, Any]:
        play.over(self.entry, self.id)
        return {**variables, self.variable: variables[self.source] + 1} if self.kind == "script" else variables


@dataclass
class Sequence:
    """One after the other; empty: the flow alone."""

    parts: list[Any]

    def draw(self, to: Drawn, before: str, flow: str = "", condition: str = "") -> tuple[str, str]:
        if not self.parts:
            return before, flow
        for part in self.parts:
            before, _ = part.draw(to, before, flow, condition)
            flow, condition = "", ""
        return before, ""

    def play(self, variables: dict[str, Any], play: Play) -> dict[str, Any]:
        for part in self.parts:
            variables = part.play(variables, play)
        return variables


@dataclass
class Split:
    """A parallel, exclusive or inclusive block. Branches are drawn between two gateways."""

    kind: str
    branches: list[Sequence]
    variable: str
    ids: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    exits: list[str] = field(default_factory=list)
    entry: str = ""

    def draw(self, to: Drawn, before: str, flow: str = "", condition: str = "") -> tuple[str, str]:
        split, join = to.id("s"), to.id("j")
        self.ids = [split, join]
        self.entries, self.exits = [], []
        tag = f"{self.kind}Gateway"
        default = {} if self.kind == "parallel" else {"default": f"{split}_0"}
        to.drawing.add(tag, split, **default)
        to.drawing.add(tag, join)
        self.entry = to.drawing.flow(before, split, condition, flow)
        for i, branch in enumerate(self.branches):
            first = f"{split}_{i}"
            test = "" if self.kind == "parallel" or i == 0 else f"={self.variable} &gt; {i}"
            self.entries.append(first)
            if branch.parts:
                last, _ = branch.draw(to, split, first, test)
                self.exits.append(to.drawing.flow(last, join))
            else:
                to.drawing.flow(split, join, test, first)
                self.exits.append("")
        return join, ""

    def play(self, variables: dict[str, Any], play: Play) -> dict[str, Any]:
        play.over(self.entry, self.ids[0])
        results = [self._branch(i, variables, play) for i in self._taken(variables)]
        play.over(self.ids[1])
        merged = dict(variables)
        for result in results:
            merged.update({k: v for k, v in result.items() if k not in variables or variables[k] != v})
        return merged

    def _taken(self, variables: dict[str, Any]) -> list[int]:
        value = variables[self.variable]
        true = [i for i in range(1, len(self.branches)) if isinstance(value, int) and value > i]
        if self.kind == "parallel":
            return list(range(len(self.branches)))
        return (true[:1] if self.kind == "exclusive" else true) or [0]

    def _branch(self, i: int, variables: dict[str, Any], play: Play) -> dict[str, Any]:
        if not self.branches[i].parts:
            play.over(self.entries[i])
            return variables
        result = self.branches[i].play(variables, play)
        play.over(self.exits[i])
        return result


@dataclass
class Loop:
    """Repeats its body while a counter of its own is small; the counter is raised by a script behind the body."""

    body: Sequence
    turns: int
    ids: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    counter: str = ""
    """The variable; it keeps its name when the loop is drawn again."""

    def draw(self, to: Drawn, before: str, flow: str = "", condition: str = "") -> tuple[str, str]:
        meet, count, check = to.id("m"), to.id("n"), to.id("x")
        self.ids = [meet, count, check]
        d = to.drawing
        d.add("exclusiveGateway", meet)
        n = self.counter = self.counter or f"v{count}"
        d.script(count, n, f"if {n} = null then 1 else {n} + 1")
        d.add("exclusiveGateway", check, default=f"{check}_out")
        self.flows = [d.flow(before, meet, condition, flow)]
        last, _ = self.body.draw(to, meet)
        self.flows.append(d.flow(last, count))
        self.flows.append(d.flow(count, check))
        self.flows.append(d.flow(check, meet, f"={n} &lt; {self.turns}", f"{check}_back"))
        after = d.add("manualTask", to.id("o"))
        self.ids.append(after)
        self.flows.append(d.flow(check, after, "", f"{check}_out"))
        return after, ""

    def play(self, variables: dict[str, Any], play: Play) -> dict[str, Any]:
        meet, count, check, after = self.ids
        play.over(self.flows[0])
        while True:
            play.over(meet)
            variables = self.body.play(variables, play)
            play.over(self.flows[1], count)
            variables = {**variables, self.counter: variables.get(self.counter, 0) + 1}
            play.over(self.flows[2], check)
            if variables[self.counter] >= self.turns:
                break
            play.over(self.flows[3])
        play.over(self.flows[4], after)
        return variables


@dataclass
class Sub:
    """An embedded sub-process around its body."""

    body: Sequence
    ids: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)

    def draw(self, to: Drawn, before: str, flow: str = "", condition: str = "") -> tuple[str, str]:
        sub, begin, end = to.id("u"), to.id("b"), to.id("e")
        self.ids = [sub, begin, end]
        self.flows = [to.drawing.flow(before, sub, condition, flow)]
        outer, to.drawing.lines = to.drawing.lines, []
        to.drawing.start(begin), to.drawing.end(end)
        last, _ = self.body.draw(to, begin)
        self.flows.append(to.drawing.flow(last, end))
        inside, to.drawing.lines = "".join(to.drawing.lines), outer
        to.drawing.add("subProcess", sub, inside)
        return sub, ""

    def play(self, variables: dict[str, Any], play: Play) -> dict[str, Any]:
        sub, begin, end = self.ids
        play.over(self.flows[0], begin)
        variables = self.body.play(variables, play)
        play.over(self.flows[1], end)
        play.over(sub)
        return variables


@dataclass
class Multi:
    """A sub-process around its body that runs several times, one after the other or side by side."""

    body: Sequence
    times: int
    sequential: bool
    ids: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)

    def draw(self, to: Drawn, before: str, flow: str = "", condition: str = "") -> tuple[str, str]:
        self.ids = ids = [to.id("r"), to.id("b"), to.id("e")]
        self.flows = [to.drawing.flow(before, ids[0], condition, flow)]
        outer, to.drawing.lines = to.drawing.lines, []
        to.drawing.start(ids[1]), to.drawing.end(ids[2])
        last, _ = self.body.draw(to, ids[1])
        self.flows.append(to.drawing.flow(last, ids[2]))
        inside, to.drawing.lines = "".join(to.drawing.lines), outer
        loop = f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(self.sequential).lower()}">'
        loop += f"<bpmn:loopCardinality>{self.times}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
        to.drawing.add("subProcess", ids[0], loop + inside)
        return ids[0], ""

    def play(self, variables: dict[str, Any], play: Play) -> dict[str, Any]:
        play.over(self.flows[0])
        merged = dict(variables)
        for _ in range(self.times):
            before = merged if self.sequential else variables
            after = self._once(before, play)
            merged.update({k: v for k, v in after.items() if k not in before or before[k] != v})
        return merged

    def _once(self, variables: dict[str, Any], play: Play) -> dict[str, Any]:
        play.over(self.ids[1])
        variables = self.body.play(variables, play)
        play.over(self.flows[1], self.ids[2])
        play.over(self.ids[0])
        return variables


@dataclass
class Guarded:
    """A sub-process that ends by an error where a variable is large enough; both ways meet again behind it."""

    body: Sequence
    variable: str
    least: int
    ids: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)

    def draw(self, to: Drawn, before: str, flow: str = "", condition: str = "") -> tuple[str, str]:
        d = to.drawing
        sub, begin, check, bad, good, caught, meet = self.ids = [to.id(prefix) for prefix in "ubxegcm"]
        self.flows = [d.flow(before, sub, condition, flow)]
        outer, d.lines = d.lines, []
        d.start(begin), d.end(good), d.add("exclusiveGateway", check, default=f"{check}_good")
        d.add("endEvent", bad, error_definition(d.root("error", f"r{sub}", errorCode=sub)))
        last, _ = self.body.draw(to, begin)
        self.flows.append(d.flow(last, check))
        self.flows.append(d.flow(check, bad, f"={self.variable} &gt; {self.least}", f"{check}_bad"))
        self.flows.append(d.flow(check, good, "", f"{check}_good"))
        inside, d.lines = "".join(d.lines), outer
        d.add("subProcess", sub, inside), d.boundary(caught, sub, error_definition(f"r{sub}"))
        d.add("exclusiveGateway", meet)
        self.flows += [d.flow(sub, meet), d.flow(caught, meet)]
        return meet, ""

    def play(self, variables: dict[str, Any], play: Play) -> dict[str, Any]:
        sub, begin, check, bad, good, caught, meet = self.ids
        play.over(self.flows[0], begin)
        variables = self.body.play(variables, play)
        play.over(self.flows[1], check)
        if variables[self.variable] > self.least:
            play.over(self.flows[2], bad)
            play.over(f"{sub}!")
            play.over(self.flows[5], caught)
        else:
            play.over(self.flows[3], good)
            play.over(self.flows[4], sub)
        play.over(meet)
        return variables


class ConflictError(Exception):
    """Branches that are cut off have written one variable: which of them counts is not said."""


@dataclass
class Cut:
    """A sub-process of branches that all have ended when one more throws an error, which takes the token behind it."""

    branches: list[Sequence]
    ids: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    ways: list[tuple[str, str, str]] = field(default_factory=list)
    """Of each branch the flows in and out, and its end."""

    def draw(self, to: Drawn, before: str, flow: str = "", condition: str = "") -> tuple[str, str]:
        d = to.drawing
        sub, begin, split, late, bad, caught, meet = self.ids = [to.id(prefix) for prefix in "ubstxcm"]
        self.flows, self.ways = [d.flow(before, sub, condition, flow)], []
        outer, d.lines = d.lines, []
        d.start(begin), d.add("parallelGateway", split)
        self.flows.append(d.flow(begin, split))
        for branch in self.branches:
            first, end = to.id("k"), to.id("e")
            d.end(end)
            last, _ = branch.draw(to, split, first)
            self.ways.append((first, d.flow(last, end) if branch.parts else "", end))
            if not branch.parts:
                d.flow(split, end, "", first)
        d.add("intermediateCatchEvent", late, timer(f"PT{longest(self)}M"))
        d.add("endEvent", bad, error_definition(d.root("error", f"r{sub}", errorCode=sub)))
        self.flows += [d.flow(split, late), d.flow(late, bad)]
        inside, d.lines = "".join(d.lines), outer
        d.add("subProcess", sub, inside), d.boundary(caught, sub, error_definition(f"r{sub}"))
        d.add("exclusiveGateway", meet)
        self.flows += [d.flow(caught, meet), d.flow(sub, meet)]
        return meet, ""

    def play(self, variables: dict[str, Any], play: Play) -> dict[str, Any]:
        sub, begin, split, late, bad, caught, meet = self.ids
        play.over(self.flows[0], begin)
        play.over(self.flows[1], split)
        merged = dict(variables)
        for branch, (first, last, end) in zip(self.branches, self.ways, strict=True):
            play.over(last or first)
            after = branch.play(variables, play)
            play.over(end)
            changed = {k: v for k, v in after.items() if k not in variables or variables[k] != v}
            if any(merged.get(name) != variables.get(name) for name in changed):
                raise ConflictError
            merged |= changed
        play.over(self.flows[2], late)
        play.over(self.flows[3], bad)
        play.over(f"{sub}!")
        play.over(self.flows[4], caught)
        play.over(meet)
        return merged


def longest(part: Any) -> int:
    """Minutes within which a part has ended for certain."""
    match part:
        case Task():
            return 1
        case Sequence():
            return sum(map(longest, part.parts))
        case Split() | Cut():
            return sum(map(longest, part.branches)) + 1
        case Loop():
            return longest(part.body) * part.turns
        case Multi():
            return longest(part.body) * part.times
    return longest(part.body)


def tasks() -> st.SearchStrategy[Task]:
    quiet = ["manualTask", "task", "intermediateThrowEvent"]
    kinds = st.sampled_from(["script", "script", "user", "receiveTask", "intermediateCatchEvent", *quiet])
    return st.builds(Task, kinds, st.sampled_from(NAMES), st.sampled_from(NAMES))


def sequences(parts: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[Sequence]:
    return st.builds(Sequence, st.lists(parts, min_size=least, max_size=3))


def _grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    branches = st.lists(sequences(inner), min_size=2, max_size=3)
    kinds = st.sampled_from(["parallel", "exclusive", "inclusive"])
    return st.one_of(
        st.builds(Split, kinds, branches, st.sampled_from(NAMES)),
        st.builds(Loop, sequences(inner), st.integers(1, 2)),
        st.builds(Sub, sequences(inner)),
        st.builds(Cut, st.lists(sequences(inner), min_size=1, max_size=2)),
        st.builds(Guarded, sequences(inner), st.sampled_from(NAMES), st.integers(0, 4)),
        st.builds(Multi, sequences(inner), st.integers(0, 3), st.booleans()),
    )


def processes() -> st.SearchStrategy[Sequence]:
    return sequences(st.recursive(tasks(), _grow, max_leaves=10), least=1)


def drawn(tree: Sequence) -> tuple[bytes, str]:
    """The file of a process that is `tree` between a start and an end event, and the id of its last flow."""
    to = Drawn()
    to.drawing.start(), to.drawing.end()
    last, _ = tree.draw(to, "Start")
    final = to.drawing.flow(last, "End")
    return to.drawing.bytes(), final
