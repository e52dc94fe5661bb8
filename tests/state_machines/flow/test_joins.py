"""Nets of any shape against a token game: which elements pass how often, in any order of what waits."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.asl.lint import lint
from state_machines.compilation import CompiledProcess
from tests.effort import effort
from tests.state_machines.flow.drawing import Drawing, message_definition
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_control_flow import compiled
from tests.state_machines.flow.token_game import AmbiguousError, Game, Net

MAX_STEPS = 14
MAX_TOKENS = 6


def drawn(net: Net) -> CompiledProcess:
    d = Drawing()
    tags = {"start": "startEvent", "end": "endEvent"}
    for node, kind in net.kinds.items():
        if kind == "task":
            d.user(node)
        elif kind == "event":
            definition = message_definition(d.message(node, "=1"))
            d.add("boundaryEvent", node, definition, attachedToRef=net.beside[node], cancelActivity="false")
        elif kind in tags:
            d.add(tags[kind], node)
        else:
            chooses = kind in ("exclusive", "inclusive") and len(net.leaving(node)) > 1
            default = {"default": net.leaving(node)[0].id} if chooses else {}
            d.add(f"{kind}Gateway", node, **default)
    for flow in net.flows:
        chooses = net.kinds[flow.source] in ("exclusive", "inclusive") and flow.number
        test = "=" if net.kinds[flow.source] == "exclusive" else "&gt;"
        d.flow(flow.source, flow.target, f"=n {test} {flow.number}" if chooses else "", flow.id)
    process = compiled(d)
    assert lint(process.machines["main"]) == ()
    return process


def play(net: Net, choose: Any, lost: list[bool] | None = None) -> tuple[Platform, str, Game]:
    """`choose` is given the tasks that wait and the events that can come; it returns one, and the number that a task
    says. Until all has ended."""
    platform, game = Platform([drawn(net)]), Game(net)
    platform.lost = list(lost or [])
    arn = platform.start("process", {"a": 0})
    platform.run()
    for step in range(MAX_STEPS):
        open_ = sorted(wait["elementId"] for wait in platform.open() if wait["kind"] == "user")
        assert open_ == game.waiting
        if not open_ or len(open_) > MAX_TOKENS:
            break
        task, number = choose([*open_, *(event for event, beside in net.beside.items() if beside in open_)])
        try:
            game.hear(task) if task in net.beside else game.do(task, number)
        except AmbiguousError:
            return platform, arn, game
        if task in net.beside:
            platform.publish(task, "1")
            platform.run()
        else:
            platform.do(task, {"n": number, task: step, "last": step})
        platform.pass_time(timedelta(minutes=10))
        platform.restart()
    if not game.waiting:
        assert platform.status(arn) == ("incident" if game.stuck else "completed")
    seen = sum((platform.completed(each) for each in platform.of_instance(arn)), Counter[str]())
    assert {node: seen[node] for node in game.seen} == dict(game.seen)
    return platform, arn, game


def net(edges: dict[str, str], **kinds: str) -> Net:
    """Nodes are tasks, or what `kinds` says; `End...` and `Start` are what they are called."""
    names = dict.fromkeys(("Start", *edges, *(target for targets in edges.values() for target in targets.split())))
    found = Net(dict.fromkeys(names, "task") | {name: "end" for name in names if name.startswith("End")})
    found.kinds |= {"Start": "start", **kinds}
    for source, targets in edges.items():
        for target in targets.split():
            found.connect(source, target)
    return found


IDIOM = {"Start": "Fork", "Fork": "A B", "A": "Inner", "Inner": "C D", "B": "D", "C": "E", "D": "Work", "Work": "E"}


@effort(15)
@given(st.data(), st.lists(st.booleans(), max_size=4))
def test_the_last_to_arrive_goes_on(data: st.DataObject, lost: list[bool]) -> None:
    idiom = net({**IDIOM, "E": "Last", "Last": "End"}, **dict.fromkeys(("Fork", "Inner", "D", "E"), "parallel"))
    platform, arn, _ = play(idiom, lambda open_: (data.draw(st.sampled_from(open_)), 0), lost)
    variables = platform.variables(arn)
    assert variables["last"] == variables["Last"] == 4
    assert {"A", "B", "C", "Work", "Last"} <= set(variables)


def first(open_: list[str]) -> tuple[str, int]:
    return open_[0], 0


def test_a_join_that_waits_for_ever_is_an_incident() -> None:
    gates = {"Fork": "parallel", "J": "parallel"}
    edges = {"Start": "Fork", "Fork": "A B", "A": "J J", "B": "J End", "J": "End2"}
    platform, arn, _ = play(net(edges, **gates), first)
    assert platform.status(arn) == "completed"
    edges = {"Start": "Fork", "Fork": "A B C", "A": "J", "B": "M", "C": "M", "M": "J", "J": "End"}
    platform, arn, game = play(net(edges, **gates), first)
    assert game.stuck
    (incident,) = platform.open("incident")
    assert incident["error"] == "Deadlock"
    platform.answer(incident, "skip", {})
    assert platform.run().status(arn) == "completed"


@pytest.mark.parametrize("last", ["End", "J1"])
def test_one_token_may_set_off_several_joins(last: str) -> None:
    """Two inclusive joins wait for the token that ends, or comes to one of them: each goes on by itself."""
    edges = {"Start": "Fork", "Fork": "A B C", "A": "J1", "B": "J2", "C": "X", "X": f"{last} J2 J1"}
    found = net(
        {**edges, "J1": "W1", "J2": "W2", "W1": "End1", "W2": "End2"},
        **{"Fork": "parallel", "J1": "inclusive", "J2": "inclusive", "X": "exclusive"},
    )
    platform, arn, game = play(found, first)
    assert game.seen["W1"] == game.seen["W2"] == 1
    assert platform.status(arn) == "completed"
    assert len(platform.of_instance(arn)) > 2
    assert {"A", "B", "C", "W1", "W2"} <= set(platform.variables(arn))


KINDS = st.sampled_from(["task", "task", "parallel", "parallel", "merge", "inclusive", "xor", "or"])


@dataclass
class Sketch:
    """A net in the making. A choice is a task and the gateway behind it."""

    net: Net
    entries: list[str]
    exits: list[str]

    def put(self, i: int, kind: str) -> None:
        self.entries.append(f"n{i}")
        self.exits.append(f"n{i}")
        self.net.kinds[f"n{i}"] = {"merge": "exclusive"}.get(kind, kind)
        if kind in ("xor", "or"):
            self.exits[-1] = f"g{i}"
            self.net.kinds |= {f"n{i}": "task", f"g{i}": "exclusive" if kind == "xor" else "inclusive"}
            self.net.connect(f"n{i}", f"g{i}")

    def full(self, i: int) -> bool:
        """A gateway that has no task to choose for it leads to one node only."""
        chooses = self.net.kinds[self.exits[i]] in ("exclusive", "inclusive")
        return chooses and self.exits[i] == self.entries[i] and bool(self.net.leaving(self.exits[i]))

    def lead(self, source: int, target: str) -> None:
        if not self.full(source):
            self.net.connect(self.exits[source], target)


@st.composite
def nets(draw: st.DrawFn, *, cycles: bool) -> Net:
    """A random net: forks, joins with any sources before them, choices behind a task of their own; each is reached.

    Ways back lead to tasks only, so that no token can run in circles without end.
    """
    size = draw(st.integers(3, 7))
    sketch = Sketch(Net({"Start": "start"}), [], [])
    for i in range(size):
        sketch.put(i, draw(KINDS) if i else draw(st.sampled_from(["parallel", "or"])))
    sketch.net.connect("Start", "n0")
    for i in range(1, size):
        for source in draw(st.lists(st.integers(0, i - 1), min_size=1, max_size=2)):
            sketch.lead(source, sketch.entries[i])
        if not sketch.net.entering(sketch.entries[i]):
            sketch.lead(draw(st.sampled_from([j for j in range(i) if not sketch.full(j)])), sketch.entries[i])
    tasks = [entry for entry in sketch.entries if sketch.net.kinds[entry] == "task"]
    for source in draw(st.lists(st.integers(0, size - 1), max_size=2)) if cycles and tasks else []:
        sketch.lead(source, draw(st.sampled_from(tasks)))
    for i in range(size):
        if not sketch.net.leaving(sketch.exits[i]) or draw(st.booleans()):
            sketch.net.kinds[f"End{i}"] = "end"
            sketch.lead(i, f"End{i}")
    return sketch.net


@effort(25)
@given(nets(cycles=False), st.data())
def test_random_nets(net: Net, data: st.DataObject) -> None:
    play(net, lambda open_: (data.draw(st.sampled_from(open_)), data.draw(st.integers(0, 3))))


@effort(25)
@given(nets(cycles=True), st.data())
def test_random_nets_with_ways_back(net: Net, data: st.DataObject) -> None:
    play(net, lambda open_: (data.draw(st.sampled_from(open_)), data.draw(st.integers(0, 3))))


@effort(25)
@given(nets(cycles=True), st.data())
def test_random_nets_with_events_beside_tasks(net: Net, data: st.DataObject) -> None:
    tasks = sorted(node for node, kind in net.kinds.items() if kind == "task")
    for at, task in enumerate(data.draw(st.lists(st.sampled_from(tasks), min_size=1, max_size=2)) if tasks else []):
        net.kinds[f"Event{at}"] = "event"
        net.beside[f"Event{at}"] = task
        # A gateway that chooses reads what the task before it says.
        targets = [n for n, kind in net.kinds.items() if kind not in ("start", "event") and not n.startswith("g")]
        net.connect(f"Event{at}", data.draw(st.sampled_from(targets)))
    play(net, lambda open_: (data.draw(st.sampled_from(open_)), data.draw(st.integers(0, 3))))
