"""Random block-structured processes end with the variables and the walk that a token game on the drawing gives."""

from collections import Counter

from hypothesis import assume, given
from hypothesis import strategies as st

from state_machines.asl.lint import lint
from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from tests.effort import effort
from tests.state_machines.flow.blocks import ConflictError, Play, Sequence, drawn, processes
from tests.state_machines.flow.drawing import Drawing
from tests.state_machines.flow.world import World


@effort(110)
@given(processes())
def test_machine_and_token_game_agree(tree: Sequence) -> None:
    source, final = drawn(tree)
    compilation = compile_bpmn(source)
    assert not has_errors(compilation.diagnostics), compilation.diagnostics
    process = compilation.processes[0]
    assert lint(process.machines["main"]) == ()
    given_variables = {"a": 1, "b": 2, "c": 3}
    play = Play(Counter(["Start"]))
    try:
        expected = tree.play(given_variables, play)
    except ConflictError:
        return
    play.over(final, "End")
    world = World(process).start(given_variables)
    while world.status == "RUNNING":
        world.restart()
        if world.waits:
            wait = min(world.waits.values(), key=lambda w: w["elementId"])
            if "_rounds_find" in wait.get("cause", ""):
                return  # a round may have so many events that the next one has an execution, which this world has not
            assert wait["kind"] in ("user", "message")
            world._answer(wait, wait["elementId"], {})
        else:
            world.pass_time(minutes=1)
    assert world.status == "SUCCEEDED"
    assert world.variables == expected
    assert world.counts() == play.seen


@st.composite
def jumps(draw: st.DrawFn) -> list[list[int]]:
    """For each of up to five gateways, up to three targets: other gateways (0...), tasks (100...), the end (-1)."""
    size = draw(st.integers(1, 5))
    targets = st.one_of(st.integers(0, size - 1), st.integers(100, 100 + size - 1), st.just(-1))
    return draw(st.lists(st.lists(targets, min_size=1, max_size=3), min_size=size, max_size=size))


@effort(110)
@given(jumps())
def test_arbitrary_cycles_of_choices(graph: list[list[int]]) -> None:
    """Task i counts and leads to gateway i; a gateway's k-th flow is taken at `n = k + 1`, its last by default."""
    d = Drawing()
    d.start(), d.end()
    names = {-1: "End", **{i: f"g{i}" for i in range(len(graph))}, **{100 + i: f"t{i}" for i in range(len(graph))}}
    flows: list[list[str]] = []
    for i, targets in enumerate(graph):
        d.script(f"t{i}", "n", "if n = 6 then 0 else n + 1")
        d.add("exclusiveGateway", f"g{i}", default=f"g{i}_{len(targets)}")
        d.flow(f"t{i}", f"g{i}", flow_id=f"t{i}_out")
        flows.append([f"g{i}_{k}" for k in range(len(targets) + 1)])
        for k, target in enumerate(targets):
            d.flow(f"g{i}", names[target], f"=n = {k + 1}", f"g{i}_{k}")
        # The way out of every cycle, so that the model has an end to reach.
        d.flow(f"g{i}", "End", "", f"g{i}_{len(targets)}")
    d.flow("Start", "t0", flow_id="begin")
    compilation = compile_bpmn(d.bytes())
    assert not has_errors(compilation.diagnostics), compilation.diagnostics
    process = compilation.processes[0]
    assert lint(process.machines["main"]) == ()
    walk, n, at = ["Start", "begin"], 0, 100
    while at != -1 and len(walk) < 200:
        walk.append(names[at])
        if at >= 100:
            n, at = (n + 1) % 7, at - 100
            walk.append(f"t{at}_out")
            continue
        k = n - 1
        taken = k if 0 <= k < len(graph[at]) else len(graph[at])
        walk.append(flows[at][taken])
        at = graph[at][taken] if taken < len(graph[at]) else -1
    assume(at == -1)  # a circle of gateways alone never ends
    world = World(process).start({"n": 0})
    assert world.status == "SUCCEEDED"
    assert world.variables == {"n": n}
    assert world.walk() == [*walk, "End"]
