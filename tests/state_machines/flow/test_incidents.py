"""What goes wrong in a running instance parks it, with words and a way on; it never just fails."""

from datetime import timedelta

import pytest

from state_machines.by_reference.values import in_memory
from state_machines.compile import compile_bpmn
from tests.state_machines.flow.drawing import Drawing, io, timer
from tests.state_machines.flow.platform import Platform
from tests.state_machines.flow.test_control_flow import compiled
from tests.state_machines.flow.test_scopes import mark, platform, scope

AT_HAND = (1_000_000, 1_000_000)
"""Limits by which no value stands elsewhere."""


@pytest.mark.parametrize("where", ["catch", "task", "scope"])
def test_a_computed_time_that_is_none_is_an_incident(where: str) -> None:
    d = Drawing()
    definition = timer("=pause")
    d.start(), d.end()
    if where == "catch":
        d.add("intermediateCatchEvent", "Pause", definition), d.chain("Start", "Pause", "End")
    elif where == "task":
        d.user("Work"), d.boundary("Late", "Work", definition), d.chain("Start", "Work", "End"), d.flow("Late", "End")
    else:
        at = mark(d, "body")
        d.start("Begin"), d.user("Work"), d.chain("Begin", "Work"), scope(d, "Sub", at)
        d.boundary("Late", "Sub", definition), d.chain("Start", "Sub", "End")
        d.flow("Late", "End")
    world = platform(d)
    arn = world.start("process", {"pause": "soon"})
    world.run()
    (incident,) = world.open("incident")
    world.answer(incident, "retry", {"pause": "PT1H"})
    world.run()
    assert (world.status(arn), world.open("incident")) == ("active", [])
    world.pass_time(timedelta(hours=2))
    assert (world.status(arn), world.tables["waits"]) == ("completed", {})


def test_a_computed_due_date_that_is_none_is_an_incident() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.end(), d.chain("Start", "Work", "End")
    d.lines[1] = d.lines[1].replace("<zeebe:userTask/>", '<zeebe:userTask/><zeebe:taskSchedule dueDate="=due"/>')
    world = platform(d)
    arn = world.start("process", {"due": "soon"})
    world.run()
    (incident,) = world.open("incident")
    assert "The due date is not a date and time" in incident["cause"]
    world.answer(incident, "retry", {"due": "2027-01-31T12:00:00Z"})
    assert [wait["dueDate"] for wait in world.run().open()] == ["2027-01-31T12:00:00Z"]
    world.start("process", {"due": "P1DT2H"})
    assert world.run().open()[-1]["dueDate"] == "2026-01-06T10:00:00.000Z"
    for due in (None, "2027-01-31", "2027-01-31T12:00:00.5+01:00"):
        world.start("process", {"due": due})
        assert {wait["kind"] for wait in world.run().open()} == {"user"}
    assert world.status(arn) == "active"


def test_what_a_model_says_wrongly_or_only_for_another_engine_is_reported() -> None:
    d = Drawing("camunda7")
    d.start(), d.end()
    d.add("userTask", "Late", camunda__dueDate="tomorrow")
    d.add("serviceTask", "Java", camunda__class="org.acme.Ship")
    d.chain("Start", "Late", "Java", "End")
    found = {(f.code, f.severity, f.element_id) for f in compile_bpmn(d.bytes()).diagnostics}
    assert {("FLOW-012", "error", "Late"), ("FLOW-055", "info", "Java")} <= found
    d.add("scriptTask", "Groovy", "<bpmn:script>1</bpmn:script>", scriptFormat="groovy")
    said = [
        f.message for f in compile_bpmn(d.bytes()).diagnostics if f.element_id == "Groovy" and f.severity == "error"
    ]
    assert len(said) == 1 and "groovy" in said[0]


def test_an_output_that_fails_is_offered_again_and_not_the_call() -> None:
    d = Drawing()
    d.start(), d.service("Call", "http-connector", io("out total = =string(amount) + text")), d.end()
    d.user("Work"), d.chain("Start", "Call", "Work", "End")
    called: list[object] = []

    def answer(payload: object) -> object:
        called.append(payload)
        return {"amount": 7}

    world = platform(d, **{"http-connector": answer})
    world.storage = in_memory(*AT_HAND)
    arn = world.start("process", {"text": "x" * 130_000})
    world.run()
    (incident,) = world.open("incident")
    assert "more than 250,000 bytes" in incident["cause"]
    world.answer(incident, "retry", {"text": "!"})
    world.run()
    assert ([wait["elementId"] for wait in world.open()], len(called)) == (["Work"], 1)
    world.do("Work")
    assert (world.status(arn), world.variables(arn)["total"]) == ("completed", "7!")


def _many(name: str, kilobytes: int) -> dict[str, str]:
    """Variables that are so small that each stays at hand, and so many that they are too large."""
    return {f"{name}{i}": "x" * 990 for i in range(kilobytes)}


def test_variables_that_are_too_large_are_an_incident_before_they_are_handed_on() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.end(), d.chain("Start", "Work", "End")
    world = platform(d)
    arn = world.start("process", _many("a", 120))
    assert [wait["elementId"] for wait in world.run().open()] == ["Work"], world.status(arn)
    world.do("Work", _many("b", 135))
    (incident,) = world.open("incident")
    assert "more than 250,000 bytes" in incident["cause"]
    world.answer(incident, "skip", {"b": ""})
    assert (world.run().status(arn), world.tables["waits"]) == ("completed", {})


@pytest.mark.parametrize("before", ["", "choice", "script", "branch"])
def test_a_script_that_makes_more_than_a_state_hands_on_is_an_incident(before: str) -> None:
    d = Drawing()
    d.start(), d.end(), d.user("After"), d.script("Join", "both", "text + text")
    if before == "choice":
        d.add("exclusiveGateway", "Which", default="no"), d.flow("Start", "Which"), d.flow("Which", "End", "", "no")
        d.flow("Which", "Join", "=1 = 1", "yes")
    elif before == "script":
        d.script("Trim", "text", "text + &quot;&quot;"), d.chain("Start", "Trim", "Join")
    elif before == "branch":
        d.add("parallelGateway", "Fork"), d.chain("Start", "Fork", "Join"), d.chain("Fork", "End")
    else:
        d.chain("Start", "Join")
    d.chain("Join", "After", "End")
    world = Platform([compiled(d)], limits=AT_HAND)
    arn = world.start("process", {"text": "x" * 130_000})
    world.run()
    (incident,) = world.open("incident")
    assert (incident["error"], "more than 250,000 bytes" in incident["cause"]) == ("VariablesTooLarge", True)
    world.answer(incident, "retry", {"text": "!"})
    world.run().do("After")
    assert (world.status(arn), world.variables(arn)["both"]) == ("completed", "!!")
    assert world.completed(arn)["Join"] == 1


def test_scripts_that_may_make_much_cost_no_more_transitions() -> None:
    def transitions(expression: str) -> object:
        d = Drawing()
        d.start(), d.user("Work"), d.end(), d.script("One", "n", expression), d.user("Next")
        d.chain("Start", "One", "Work", "Next", "End")
        return compiled(d).report["transitionsOnHappyPath"]

    assert transitions("n + n") == transitions("n + 1")
