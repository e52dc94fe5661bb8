"""Names of messages and signals that are computed, and what Camunda 7 says at what is thrown."""

import pytest

from state_machines.compile import compile_bpmn
from tests.state_machines.flow.drawing import (
    Drawing,
    error_definition,
    extension,
    message_definition,
    signal_definition,
)
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_compile import errors
from tests.state_machines.flow.test_control_flow import compiled
from tests.state_machines.flow.test_multiple_events import left_nothing, opened

NAMES = {"camunda7": "go-${x}", "camunda8": "=&quot;go-&quot; + x"}


def waiting(dialect: str, definition: str) -> Drawing:
    d = Drawing(dialect)
    inside = extension('<zeebe:subscription correlationKey="=&quot;1&quot;"/>') if dialect == "camunda8" else ""
    d.roots.append(f'<bpmn:message id="m" name="{NAMES[dialect]}">{inside}</bpmn:message>')
    d.roots.append(f'<bpmn:signal id="s" name="{NAMES[dialect]}"/>')
    d.start(), d.user("Work"), d.end(), d.end("Left")
    d.boundary("Event", "Work", definition)
    d.chain("Start", "Work", "End"), d.chain("Event", "Left")
    return d


@pytest.mark.parametrize("dialect", NAMES)
@pytest.mark.parametrize("kind", ["message", "signal"])
def test_who_waits_has_computed_the_name(dialect: str, kind: str) -> None:
    definition = message_definition("m") if kind == "message" else signal_definition("s")
    platform = Platform([compiled(waiting(dialect, definition))])
    arn = platform.start("process", {"x": "a/é"}, "1")
    send = platform.publish if kind == "message" else lambda name, _: platform.broadcast(name)
    platform.run()
    send("go-a", "1")
    assert opened(platform.run()) == ["Work"]
    send("go-a/é", "1")
    platform.run()
    assert (platform.completed(arn)["Left"], left_nothing(platform)) == (1, True)


def test_what_starts_a_process_has_a_fixed_name() -> None:
    d = Drawing("camunda7")
    d.roots.append('<bpmn:message id="m" name="go-${x}"/>')
    d.add("startEvent", "Start", message_definition("m")), d.end(), d.chain("Start", "End")
    assert errors(compile_bpmn(d.bytes())) == [("FLOW-002", "Start")]


def test_a_signal_takes_variables_along_and_an_error_its_message() -> None:
    d = Drawing("camunda7")
    d.root("signal", "s", name="go-${x}")
    d.root("error", "no", errorCode="No", **{"camunda:errorMessage": "not ${y}"})
    given = extension('<camunda:in source="x" target="y"/><camunda:in sourceExpression="${x + 1}" target="z"/>')
    d.add("parallelGateway", "Fork"), d.start(), d.user("Work"), d.end()
    thrown = f'<bpmn:signalEventDefinition signalRef="s">{given}</bpmn:signalEventDefinition>'
    d.add("intermediateThrowEvent", "Throw", thrown)
    d.chain("Start", "Fork", "Work", "Throw", "End")
    d.add("intermediateCatchEvent", "Catch", signal_definition("s"))
    inner = f'<bpmn:startEvent id="In"/><bpmn:endEvent id="Out">{error_definition("no")}</bpmn:endEvent>'
    d.add("subProcess", "Sub", f'{inner}<bpmn:sequenceFlow id="f" sourceRef="In" targetRef="Out"/>'), d.end("Told")
    d.boundary("Caught", "Sub", '<bpmn:errorEventDefinition errorRef="no" camunda:errorMessageVariable="said"/>')
    d.chain("Fork", "Catch", "Sub"), d.chain("Caught", "Told")
    platform = Platform([compiled(d)])
    arn = platform.start("process", {"x": 1})
    platform.run().do("Work")
    assert platform.variables(arn) == {"x": 1, "y": 1, "z": 2, "said": "not 1"}
