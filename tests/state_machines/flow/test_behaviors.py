"""Multi-instances that throw an event as their instances end: each time, or the first time."""

import pytest

from state_machines.compile import compile_bpmn
from tests.state_machines.flow.drawing import Drawing, extension
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_control_flow import compiled
from tests.state_machines.flow.test_loop_events import left_open
from tests.state_machines.flow.test_loops import USER

SCRIPT = extension('<zeebe:script expression="=loopCounter" resultVariable="last"/>')


def throwing(tag: str, inside: str, behavior: str, kind: str, interrupting: bool, sequential: bool) -> Drawing:
    d = Drawing()
    d.root("signal", "s", name="ended"), d.root("escalation", "e", escalationCode="ended")
    definition = f'<bpmn:{kind}EventDefinition id="thrown" {kind}Ref="{kind[0]}"/>'
    d.roots.append(definition)
    d.start(), d.end(), d.end("Heard_"), d.script("Heard", "heard", "true")
    attributes = f'isSequential="{str(sequential).lower()}" behavior="{behavior}"'
    loop = f'<bpmn:multiInstanceLoopCharacteristics {attributes} {behavior.lower()}BehaviorEventRef="thrown">'
    loop += "<bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    d.add(tag, "Work", inside + loop)
    cancels, caught = str(interrupting).lower(), definition.replace('id="thrown" ', "")
    d.add("boundaryEvent", "Hear", caught, attachedToRef="Work", cancelActivity=cancels)
    d.chain("Start", "Work", "End"), d.chain("Hear", "Heard", "Heard_")
    return d


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("kind", ["signal", "escalation"])
@pytest.mark.parametrize("behavior", ["None", "One"])
@pytest.mark.parametrize("tag", ["scriptTask", "userTask"])
def test_an_event_that_interrupts_ends_it_after_the_first(tag: str, behavior: str, kind: str, sequential: bool) -> None:
    d = throwing(tag, USER if tag == "userTask" else SCRIPT, behavior, kind, True, sequential)
    platform = Platform([compiled(d)])
    arn = platform.start("process")
    platform.run()
    if tag == "userTask":
        platform.do("Work")
    completed = platform.completed(arn)
    assert platform.status(arn) == "completed"
    assert (completed["Hear"], completed["Heard_"], completed["End"]) == (1, 1, 0)
    assert platform.variables(arn).items() >= {"heard": True}.items()
    assert "loopCounter" not in platform.variables(arn)
    assert left_open(platform) == []


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("kind", ["signal", "escalation"])
@pytest.mark.parametrize(("behavior", "times"), [("None", 3), ("One", 1)])
@pytest.mark.parametrize("tag", ["scriptTask", "userTask"])
def test_an_event_that_does_not_interrupt_is_handled_each_time(
    tag: str, behavior: str, times: int, kind: str, sequential: bool
) -> None:
    d = throwing(tag, USER if tag == "userTask" else SCRIPT, behavior, kind, False, sequential)
    platform = Platform([compiled(d)])
    arn = platform.start("process")
    platform.run()
    for _ in range(3 if tag == "userTask" else 0):
        platform.do("Work")
    completed = platform.completed(arn)
    assert platform.status(arn) == "completed"
    assert (completed["Hear"], completed["Heard"], completed["End"]) == (times, times, 1)
    assert left_open(platform) == []


def test_events_that_nobody_could_catch_are_refused() -> None:
    d = throwing("scriptTask", SCRIPT, "None", "signal", True, True)
    d.roots[-1] = d.roots[-1].replace("signalEventDefinition", "terminateEventDefinition")
    found = compile_bpmn(d.bytes())
    assert any("terminate event" in diagnostic.message for diagnostic in found.diagnostics)
