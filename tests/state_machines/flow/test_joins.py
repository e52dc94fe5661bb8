"""Joins that close no block, against a token game: which elements pass how often, in any order of what waits."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from state_machines.asl.lint import lint
from state_machines.compilation import CompiledProcess
from tests.state_machines.flow.drawing import Drawing
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_control_flow import compiled

Edges = dict[str, list[str]]


def drawn(edges: Edges, gates: set[str]) -> CompiledProcess:
    """Gates are parallel gateways, everything else a user task; `End...` an end."""
    d = Drawing()
    d.start()
    for node in sorted({*edges, *(target for targets in edges.values() for target in targets)} - {"Start"}):
        if node in gates:
            d.add("parallelGateway", node)
        elif node.startswith("End"):
            d.end(node)
        else:
            d.user(node)
    for source, targets in edges.items():
        for i, target in enumerate(targets):
            d.flow(source, target, flow_id=f"{source}_{target}_{i}")
    process = compiled(d)
    assert lint(process.machines["main"]) == ()
    return process


class Game:
    """Tokens on flows and in tasks, as BPMN 2.0.2 clause 13 moves them."""

    def __init__(self, edges: Edges, gates: set[str]) -> None:
        self.edges, self.gates = edges, gates
        self.incoming: dict[str, list[str]] = {}
        for source, targets in edges.items():
            for i, target in enumerate(targets):
                self.incoming.setdefault(target, []).append(f"{source}_{target}_{i}")
        self.waiting: Counter[str] = Counter()
        self.arrived: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self._leave("Start")

    def _leave(self, node: str) -> None:
        self.seen[node] += 1
        for i, target in enumerate(self.edges.get(node, ())):
            flow = f"{node}_{target}_{i}"
            if target not in self.gates:
                if target.startswith("End"):
                    self.seen[target] += 1
                else:
                    self.waiting[target] += 1
                continue
            self.arrived[flow] += 1
            if all(self.arrived[each] for each in self.incoming[target]):
                self.arrived.subtract(self.incoming[target])
                self._leave(target)

    def do(self, task: str) -> None:
        self.waiting[task] -= 1
        self._leave(task)

    @property
    def stuck(self) -> bool:
        return any(self.arrived.values())


def play(edges: Edges, gates: set[str], order: Any, lost: list[bool] | None = None) -> tuple[Platform, str, Game]:
    platform, game = Platform([drawn(edges, gates)]), Game(edges, gates)
    platform.lost = list(lost or [])
    arn = platform.start("process", {"a": 0})
    platform.run()
    steps = 0
    while +game.waiting:
        open_ = sorted(wait["elementId"] for wait in platform.open() if wait["kind"] == "user")
        assert open_ == sorted((+game.waiting).elements())
        task = order(open_)
        steps += 1
        platform.do(task, {task: steps, "last": steps})
        game.do(task)
        platform.pass_time(timedelta(minutes=10))
    assert platform.status(arn) == ("incident" if game.stuck else "completed")
    done = platform.completed(arn)
    assert {node: done[node] for node in game.seen} == dict(game.seen)
    return platform, arn, game


IDIOM: Edges = {
    "Start": ["Fork"],
    "Fork": ["A", "B"],
    "A": ["Inner"],
    "Inner": ["C", "D"],
    "B": ["D"],
    "C": ["E"],
    "D": ["Work"],
    "Work": ["E"],
    "E": ["Last"],
    "Last": ["End"],
}
GATES = {"Fork", "Inner", "D", "E"}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.lists(st.booleans(), max_size=4))
def test_the_last_to_arrive_goes_on(data: st.DataObject, lost: list[bool]) -> None:
    platform, arn, _ = play(IDIOM, GATES, lambda open_: data.draw(st.sampled_from(open_)), lost)
    variables = platform.variables(arn)
    assert variables["last"] == variables["Last"] == 5
    assert {"A", "B", "C", "Work", "Last"} <= set(variables)


def test_a_join_that_waits_for_ever_is_an_incident() -> None:
    edges: Edges = {"Start": ["Fork"], "Fork": ["A", "B"], "A": ["J", "J"], "B": ["J", "End"], "J": ["End2"]}
    platform, arn, _ = play(edges, {"Fork", "J"}, lambda open_: open_[0])
    assert platform.status(arn) == "completed"
    edges = {"Start": ["Fork"], "Fork": ["A", "B", "C"], "A": ["J"], "B": ["M"], "C": ["M"], "M": ["J"], "J": ["End"]}
    platform, arn, game = play(edges, {"Fork", "J"}, lambda open_: open_[0])
    assert game.stuck
    (incident,) = platform.open("incident")
    assert incident["error"] == "Deadlock"
    platform.answer(incident, "skip", {})
    assert platform.run().status(arn) == "completed"


@st.composite
def networks(draw: st.DrawFn) -> tuple[Edges, set[str]]:
    """A random net without circles: forks, joins with any sources before them, tasks; each node is reached."""
    size = draw(st.integers(3, 7))
    gates = {f"n{i}" for i in range(size) if draw(st.booleans())} | {"n0"}
    edges: Edges = {"Start": ["n0"]}
    for i in range(1, size):
        for source in draw(st.lists(st.integers(0, i - 1), min_size=1, max_size=2)):
            edges.setdefault(f"n{source}", []).append(f"n{i}")
    for i in range(size):
        edges.setdefault(f"n{i}", []).append(f"End{i}") if f"n{i}" not in edges else None
    return edges, gates


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks(), st.data())
def test_random_nets(net: tuple[Edges, set[str]], data: st.DataObject) -> None:
    edges, gates = net
    play(edges, gates, lambda open_: data.draw(st.sampled_from(open_)))
