"""Wait points as they run: records, correlation, boundary events, time."""

import json
from xml.sax.saxutils import quoteattr

import pytest

from state_machines.compilation import CompiledProcess
from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from tests.state_machines.flow.drawing import (
    Drawing,
    extension,
    io,
    message_definition,
    signal_definition,
    timer,
)
from tests.state_machines.flow.world import World


def compiled(drawing: Drawing) -> CompiledProcess:
    compilation = compile_bpmn(drawing.bytes())
    assert not has_errors(compilation.diagnostics), compilation.diagnostics
    return compilation.processes[0]


@pytest.mark.parametrize(("dialect", "written"), [("camunda7", "form-${kind}"), ("camunda8", '="form-" + kind')])
def test_an_expression_chooses_the_form(dialect: str, written: str) -> None:
    d = Drawing(dialect)
    d.start(), d.end()
    if dialect == "camunda7":
        d.add("userTask", "Check", camunda__formKey=written)
    else:
        d.add("userTask", "Check", extension(f"<zeebe:userTask/><zeebe:formDefinition formId={quoteattr(written)}/>"))
    d.chain("Start", "Check", "End")
    process = compiled(d)
    assert (process.references.forms, process.references.any_form) == ((), True)
    assert World(process).start({"kind": "a"}).record("Check")["formKey"] == "form-a"


def test_the_form_of_a_start_event_has_a_fixed_key() -> None:
    d = Drawing("camunda7")
    d.add("startEvent", "Start", camunda__formKey="${kind}"), d.end(), d.chain("Start", "End")
    assert [each.code for each in compile_bpmn(d.bytes()).diagnostics if each.severity == "error"] == ["BPMN-007"]


def test_a_user_task_writes_its_record() -> None:
    d = Drawing("camunda7")
    d.start(), d.end()
    d.add(
        "userTask",
        "Check",
        name="Check it",
        camunda__formKey="check",
        camunda__assignee="${boss}",
        camunda__candidateGroups="back-office,sales",
        camunda__dueDate="2026-02-01T00:00:00Z",
        camunda__priority="${prio}",
    )
    d.chain("Start", "Check", "End")
    world = World(compiled(d)).start({"boss": "ada", "prio": 70, "pi": 3.25}, "key-1")
    record = world.record("Check")
    variables = json.loads(record.pop("variables"))
    assert {key: value for key, value in variables.items() if key != "_dpc"} == {"boss": "ada", "prio": 70, "pi": 3.25}
    assert len(record.pop("token")) > 10
    assert record == {
        "pk": "inst-1",
        "sk": "wait#Check@1767600000000",
        "kind": "user",
        "elementId": "Check",
        "elementName": "Check it",
        "elementType": "userTask",
        "processId": "process",
        "version": "3",
        "businessKey": "key-1",
        "execution": world.execution,
        "since": "2026-01-05T08:00:00.000Z",
        "timeoutAt": "",
        "exact": "true",
        "events": "[]",
        "formKey": "check",
        "assignee": "ada",
        "candidateUsers": "",
        "candidateGroups": "back-office,sales",
        "dueDate": "2026-02-01T00:00:00Z",
        "followUpDate": "",
        "priority": "70",
    }


def bounded() -> Drawing:
    d = Drawing()
    d.start(), d.user("Work"), d.end()
    d.chain("Start", "Work", "End")
    d.boundary("Late", "Work", timer("PT24H"))
    d.boundary("Withdrawn", "Work", message_definition(d.message("withdrawn", "=order")))
    d.boundary("Closing", "Work", signal_definition(d.root("signal", "s", name="closing time")))
    for event in ("Late", "Withdrawn", "Closing"):
        d.end(f"{event}End"), d.flow(event, f"{event}End", flow_id=f"to{event}")
    return d


def test_boundary_events_of_a_user_task() -> None:
    process = compiled(bounded())
    world = World(process).start({"order": "a b/ü"})
    record = world.record("Work")
    assert record["timeoutAt"] == "2026-01-06T08:00:00.000Z"
    assert json.loads(record["events"]) == [
        {"kind": "message", "name": "withdrawn", "elementId": "Withdrawn", "key": "a b/ü"},
        {"kind": "signal", "name": "closing time", "elementId": "Closing"},
    ]
    assert {item["pk"] for item in world.messages.values()} == {
        "MESSAGE#withdrawn#a%20b%2F%C3%BC",
        "SIGNAL#closing%20time",
    }
    world.answer("Work", {"done": True})
    assert world.walk() == ["Start", "f1", "Work", "f2", "End"]
    world = World(process).start({"order": "a b/ü"})
    assert world.publish("message", "withdrawn", "a b/ü", {"why": "x"}) == 1
    assert world.walk() == ["Start", "f1", "Work!", "Withdrawn", "toWithdrawn", "WithdrawnEnd"]
    assert world.variables == {"order": "a b/ü", "why": "x"}
    world = World(process).start()
    assert world.publish("signal", "closing time") == 1
    assert world.walk()[-4:] == ["Work!", "Closing", "toClosing", "ClosingEnd"]


def test_a_timer_ends_the_wait_and_removes_all_its_records() -> None:
    world = World(compiled(bounded())).start({"order": 1}).pass_time(hours=23, minutes=59)
    assert world.open() == ["Work"]
    world.pass_time(minutes=1)
    assert world.status == "SUCCEEDED"
    assert world.walk() == ["Start", "f1", "Work!", "Late", "toLate", "LateEnd"]
    assert (world.waits, world.messages) == ({}, {})


def test_an_incident_of_a_wait_is_parked_and_repaired() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.end(), d.end("LateEnd")
    d.chain("Start", "Work", "End")
    d.boundary("Late", "Work", timer("=patience")), d.flow("Late", "LateEnd")
    world = World(compiled(d)).start({"patience": "soon"})
    assert world.open() == ["Work!"]
    world.resolve("Work", "retry", {"patience": "PT1H"}).pass_time(hours=1)
    assert world.walk()[-2:] == ["f3", "LateEnd"]


def test_receive_task_without_a_key_correlates_by_business_key() -> None:
    d = Drawing("camunda7")
    d.start(), d.add("receiveTask", "Await", messageRef=d.message("answer")), d.end()
    d.chain("Start", "Await", "End")
    world = World(compiled(d)).start({}, "case-9")
    assert world.publish("message", "answer", "case-9", {"text": "yes"}) == 1
    assert world.variables == {"text": "yes"}


def test_the_property_overrides_the_key() -> None:
    d = Drawing("camunda7")
    inside = '<camunda:properties><camunda:property name="correlationKey" value="${customer.id}"/></camunda:properties>'
    d.start(), d.end()
    d.add("intermediateCatchEvent", "Await", extension(inside) + message_definition(d.message("answer")))
    d.chain("Start", "Await", "End")
    world = World(compiled(d)).start({"customer": {"id": 17}}, "case-9")
    assert world.publish("message", "answer", "case-9") == 0
    assert world.publish("message", "answer", "17") == 1


def test_outputs_of_a_message_event() -> None:
    d = Drawing()
    d.start(), d.end()
    definition = message_definition(d.message("answer", "=id"))
    d.add("intermediateCatchEvent", "Await", extension(io("out got = =text")) + definition)
    d.chain("Start", "Await", "End")
    world = World(compiled(d)).start({"id": "x"})
    world.publish("message", "answer", "x", {"text": "yes", "noise": 1})
    assert world.variables == {"id": "x", "got": "yes"}


def test_re_entered_waits_have_keys_of_their_own() -> None:
    d = Drawing()
    d.start(), d.user("Work"), d.end(), d.add("exclusiveGateway", "Done", default="again")
    d.add("exclusiveGateway", "Back")
    d.chain("Start", "Back", "Work", "Done")
    d.flow("Done", "End", "=done"), d.flow("Done", "Back", flow_id="again")
    world = World(compiled(d)).start()
    first = world.record("Work")["sk"]
    world.pass_time(seconds=1).answer("Work", {"done": False})
    assert world.record("Work")["sk"] != first
    world.answer("Work", {"done": True})
    assert world.counts()["Work"] == 2


def test_workers_are_interrupted_in_their_wait_and_functions_by_a_watcher() -> None:
    def drawn(job_type: str) -> Drawing:
        d = Drawing()
        d.start(), d.service("Work", job_type), d.end(), d.end("LateEnd")
        d.chain("Start", "Work", "End")
        cycle = timer("R3/PT1H").replace("timeDuration", "timeCycle")
        d.boundary("Late", "Work", cycle), d.flow("Late", "LateEnd")
        return d

    world = World(compiled(drawn("elsewhere"))).start().pass_time(hours=1)
    assert world.walk() == ["Start", "f1", "Work!", "Late", "f3", "LateEnd"]
    watched = compiled(drawn("dpc:document")).machines["main"]["States"]
    assert any(state["Type"] == "Parallel" for state in watched.values())
