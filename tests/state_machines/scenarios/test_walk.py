"""The path of a whole history against the walk of the tests' world and the telemetry's fold, over random processes."""

from collections import Counter

from hypothesis import given

from functions.telemetry.fold import Findings, Fold, Folder, LogEvent
from functions.telemetry.source_map import read_source_map
from state_machines.compile import compile_bpmn
from state_machines.scenarios.walk import walk
from tests.effort import effort
from tests.state_machines.flow.blocks import Sequence, drawn, processes
from tests.state_machines.flow.world import World


@effort(25)
@given(processes())
def test_elements_and_flows_of_random_processes(tree: Sequence) -> None:
    source, _ = drawn(tree)
    process = compile_bpmn(source).processes[0]
    world = World(process).start({"a": 1, "b": 2, "c": 3})
    while world.status == "RUNNING":
        if not world.waits:
            world.pass_time(minutes=1)
            continue
        wait = min(world.waits.values(), key=lambda w: w["elementId"])
        assert wait["elementId"] in walk(world.simulator.history(world.execution), process.source_map).elements
        world._answer(wait, wait["elementId"], {})
    found = walk(world.simulator.history(world.execution), process.source_map)
    assert Counter(found.elements) + found.flows == Counter(each.rstrip("!") for each in world.walk())
    folded = fold(world)
    assert Counter(found.elements) == Counter(passage.element for passage in folded.passages.values())
    assert found.flows == folded.flows
    assert found.open_states == []
    assert (found.elements[0], found.elements[-1]) == ("Start", "End")


def fold(world: World) -> Findings:
    folder = Folder(Fold(), read_source_map(world.process.source_map))
    for event in world.simulator.history(world.execution):
        details = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails") or {}
        at = event["timestamp"].isoformat()
        folder.apply(LogEvent(event["id"], event["previousEventId"], event["type"], details.get("name", ""), at))
    return folder.findings
