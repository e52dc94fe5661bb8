"""Random block-structured processes end with the variables and the walk that a token game on the drawing gives."""

from collections import Counter

from hypothesis import HealthCheck, given, settings

from state_machines.asl.lint import lint
from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from tests.state_machines.flow.blocks import Drawn, Play, Sequence, processes
from tests.state_machines.flow.world import World


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(processes())
def test_machine_and_token_game_agree(tree: Sequence) -> None:
    to = Drawn()
    to.drawing.start(), to.drawing.end()
    last, _ = tree.draw(to, "Start")
    final = to.drawing.flow(last, "End")
    compilation = compile_bpmn(to.drawing.bytes())
    assert not has_errors(compilation.diagnostics), compilation.diagnostics
    process = compilation.processes[0]
    assert lint(process.machines["main"]) == ()
    given_variables = {"a": 1, "b": 2, "c": 3}
    play = Play(Counter(["Start"]))
    expected = tree.play(given_variables, play)
    play.over(final, "End")
    world = World(process).start(given_variables)
    while world.waits:
        wait = min(world.waits.values(), key=lambda w: w["elementId"])
        assert wait["kind"] == "user"
        world._answer(wait, wait["elementId"], {})
    assert world.status == "SUCCEEDED"
    assert world.variables == expected
    assert world.counts() == play.seen
