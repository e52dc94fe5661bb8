"""Events on activities that run several times and on call activities: they end, or accompany, all there is at once."""

from datetime import timedelta
from typing import Any

import pytest

from tests.state_machines.flow.drawing import Drawing, error_definition, extension, message_definition, timer
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_calls import child, zeebe
from tests.state_machines.flow.test_calls import compiled as named
from tests.state_machines.flow.test_control_flow import compiled
from tests.state_machines.flow.test_loops import EACH, USER, cardinality, multi, standard

INNER = (
    f'<bpmn:startEvent id="In"/><bpmn:userTask id="Ask">{USER}</bpmn:userTask>'
    '<bpmn:sequenceFlow id="i1" sourceRef="In" targetRef="Ask"/>'
)
LOOPS = {
    "parallel": multi(**EACH),
    "sequential": multi(True, **EACH),
    "standard": standard("=true", testBefore="true"),
}


def interrupted(tag: str, inside: str, definition: str, interrupting: bool = True, **attributes: str) -> Drawing:
    d = Drawing()
    d.start(), d.end(), d.end("Stopped_"), d.script("Stopped", "stopped", "true")
    d.message("stop"), d.root("signal", "s_stop", name="stop")
    d.add(tag, "Work", inside, **attributes)
    d.add("boundaryEvent", "Stop", definition, attachedToRef="Work", cancelActivity=str(interrupting).lower())
    d.chain("Start", "Work", "End"), d.chain("Stop", "Stopped", "Stopped_")
    return d


def left_open(platform: Platform) -> list[Any]:
    """Whatever still waits or subscribes, once an instance has ended."""
    rows = [item for item in platform.tables["waits"].values() if item.get("token")]
    return rows + [row for row in platform.tables["messages"].values() if row["sk"].startswith("SUB#")]


EVENTS = {
    "message": (message_definition("m_stop"), lambda p: p.publish("stop")),
    "signal": ('<bpmn:signalEventDefinition signalRef="s_stop"/>', lambda p: p.broadcast("stop")),
    "timer": (timer("PT1H"), lambda p: p.pass_time(timedelta(hours=1))),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("tag", ["userTask", "subProcess"])
def test_an_event_that_interrupts_ends_all_instances(tag: str, loop: str, event: str) -> None:
    definition, happen = EVENTS[event]
    element, inside = ("Work", USER) if tag == "userTask" else ("Ask", INNER)
    platform = Platform([compiled(interrupted(tag, LOOPS[loop] + inside, definition))])
    arn = platform.start("process", {"people": ["a", "b", "c"], "person": "outer"})
    platform.run().do(element, {"seen": 1})
    assert len(platform.open()) == (2 if loop == "parallel" else 1)
    happen(platform), platform.run()
    assert platform.status(arn) == "completed"
    assert platform.variables(arn) == {"people": ["a", "b", "c"], "person": "outer", "seen": 1, "stopped": True}
    assert left_open(platform) == []
    completed = platform.completed(arn)
    assert completed[element] == 1
    assert (completed["Stop"], completed["Stopped_"], completed["End"]) == (1, 1, 0)


@pytest.mark.parametrize("loop", LOOPS)
def test_an_event_that_comes_too_late_finds_nobody(loop: str) -> None:
    platform = Platform([compiled(interrupted("userTask", LOOPS[loop] + USER, EVENTS["message"][0]))])
    arn = platform.start("process", {"people": ["a"]})
    platform.run().do("Work")
    if loop == "standard":
        return
    assert (platform.status(arn), platform.variables(arn)) == ("completed", {"people": ["a"]})
    assert left_open(platform) == []


@pytest.mark.parametrize("loop", ["parallel", "sequential"])
def test_events_that_do_not_interrupt_leave_the_instances_alone(loop: str) -> None:
    d = interrupted("userTask", LOOPS[loop] + USER, EVENTS["message"][0], interrupting=False)
    platform = Platform([compiled(d)])
    arn = platform.start("process", {"people": ["a", "b"]})
    platform.run()
    for _ in range(2):
        platform.publish("stop"), platform.run()
    platform.do("Work").do("Work")
    assert platform.variables(arn) == {"people": ["a", "b"], "stopped": True}
    assert platform.completed(arn)["Stopped"] == 2
    assert left_open(platform) == []


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("watched", [True, False])
def test_errors_of_one_instance_end_all(loop: str, watched: bool) -> None:
    service = extension('<zeebe:taskDefinition type="work"/>')
    d = interrupted("serviceTask", LOOPS[loop] + service, error_definition())
    if watched:
        d.boundary("Late", "Work", timer("PT1H")), d.end("Late_"), d.chain("Late", "Late_")
    platform = Platform([compiled(d)])
    arn = platform.start("process", {"people": ["a", "b"], "person": "outer"})
    platform.run().fail(platform.open()[0], "E")
    platform.run()
    assert platform.variables(arn) == {"people": ["a", "b"], "person": "outer", "stopped": True}
    assert left_open(platform) == []


def test_errors_out_of_loops_inside_scopes_leave_no_loop_variables() -> None:
    inner = Drawing()
    (
        inner.start("In"),
        inner.add("serviceTask", "Do", extension('<zeebe:taskDefinition type="work"/>') + LOOPS["sequential"]),
    )
    inner.flow("In", "Do", flow_id="i1")
    platform = Platform([compiled(interrupted("subProcess", "".join(inner.lines), error_definition()))])
    arn = platform.start("process", {"people": ["a", "b"]})
    platform.run().fail(platform.open()[0], "E")
    assert platform.run().variables(arn) == {"people": ["a", "b"], "stopped": True}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("loop", ["", multi(False, cardinality("2")), multi(True, cardinality("2"))])
def test_events_on_call_activities_end_what_was_called(event: str, loop: str) -> None:
    definition, happen = EVENTS[event]
    parent = interrupted("callActivity", zeebe() + loop, definition)
    platform = Platform([named(parent, "parent"), named(child(), "child")])
    arn = platform.start("parent", {"a": 1, "b": 2})
    platform.run()
    assert len(platform.open()) == (2 if 'isSequential="false"' in loop else 1)
    happen(platform), platform.run()
    assert platform.status(arn) == "completed"
    assert platform.variables(arn) == {"a": 1, "b": 2, "stopped": True}
    assert left_open(platform) == []
    called = [each for each, process in platform.executions.items() if process == "child"]
    assert {platform.status(each) for each in called} == {"failed"}


def test_errors_out_of_called_processes_end_all_instances() -> None:
    raising = Drawing()
    raising.root("error", "e", errorCode="E")
    raising.start(), raising.user("Ask"), raising.add("endEvent", "End", error_definition("e"))
    raising.chain("Start", "Ask", "End")
    parent = interrupted("callActivity", zeebe() + multi(**EACH), error_definition())
    platform = Platform([named(parent, "parent"), named(raising, "child")])
    arn = platform.start("parent", {"people": ["a", "b", "c"]})
    platform.run().do("Ask")
    assert platform.variables(arn) == {"people": ["a", "b", "c"], "stopped": True}
    assert left_open(platform) == []


@pytest.mark.parametrize("event", EVENTS)
def test_what_instances_gave_stays_when_the_scope_around_them_is_interrupted(event: str) -> None:
    definition, happen = EVENTS[event]
    inner = Drawing()
    inner.start("In"), inner.add("userTask", "Ask", USER + LOOPS["parallel"]), inner.flow("In", "Ask", flow_id="i1")
    platform = Platform([compiled(interrupted("subProcess", "".join(inner.lines), definition))])
    arn = platform.start("process", {"people": ["a", "b"]})
    platform.run().do("Ask", {"seen": 1})
    happen(platform), platform.run()
    assert platform.variables(arn) == {"people": ["a", "b"], "seen": 1, "stopped": True}
    assert left_open(platform) == []
