"""Call activities: what goes in and out, how long it waits, errors and timers, which versions are called."""

from datetime import timedelta
from typing import Any

import pytest

from state_machines.compilation import CompiledProcess
from state_machines.compile import compile_bpmn
from tests.state_machines.flow.drawing import Drawing, error_definition, extension, io, timer
from tests.state_machines.flow.platform import Platform


def compiled(drawing: Drawing, process_id: str) -> CompiledProcess:
    source = drawing.bytes().replace(b'<bpmn:process id="process"', f'<bpmn:process id="{process_id}"'.encode())
    compilation = compile_bpmn(source)
    assert compilation.processes, compilation.diagnostics
    return compilation.processes[0]


def caller(inside: str, dialect: str = "camunda8", **attributes: str) -> Drawing:
    d = Drawing(dialect)
    d.start(), d.add("callActivity", "Call", inside, **attributes), d.end()
    d.chain("Start", "Call", "End")
    return d


def zeebe(more: str = "", **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return extension(f'<zeebe:calledElement processId="child"{given}/>{more}')


def child() -> Drawing:
    d = Drawing()
    d.start(), d.user("Ask"), d.script("Sum", "sum", "a + b"), d.end()
    d.chain("Start", "Ask", "Sum", "End")
    return d


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (zeebe(), {"a": 1, "x": 0, "b": 2, "sum": 3}),
        (zeebe(io("in b = =a", "out total = =sum + x")), {"a": 1, "x": 0, "total": 3}),
        (zeebe(propagateAllChildVariables="false"), {"a": 1, "x": 0}),
        (zeebe(io("in a = =x + 5"), propagateAllParentVariables="false"), {"a": 1, "x": 0, "b": 2, "sum": 7}),
    ],
)
def test_variables_go_in_and_come_out(inside: str, expected: dict[str, Any]) -> None:
    platform = Platform([compiled(caller(inside), "parent"), compiled(child(), "child")])
    parent = platform.start("parent", {"a": 1, "x": 0}, "K-1")
    platform.run()
    (wait,) = platform.open()
    assert (wait["elementId"], wait["processId"], wait["businessKey"]) == ("Ask", "child", "K-1")
    assert wait["pk"] != "inst-1"
    platform.do("Ask", {"b": 2})
    assert platform.status(parent) == "completed"
    assert platform.variables(parent) == expected
    assert platform.completed(parent) == {"Start": 1, "Call": 1, "End": 1}
    (called,) = (arn for arn, process in platform.executions.items() if process == "child")
    assert platform.completed(called)["Sum"] == 1
    about: Any = platform.simulator.describe(called).input
    assert about["_dpc"]["parent"] == {
        "instanceId": "inst-1",
        "elementId": "Call",
        "execution": parent,
        "errors": [],
        "escalations": [],
    }


def test_variables_of_camunda_7_are_named() -> None:
    named = (
        '<camunda:in source="a" target="b"/><camunda:in sourceExpression="${a + 1}" target="a"/>'
        '<camunda:in businessKey="${key}"/><camunda:out source="sum" target="total"/>'
    )
    parent = compiled(caller(extension(named), "camunda7", calledElement="child"), "parent")
    platform = Platform([parent, compiled(child(), "child")])
    arn = platform.start("parent", {"a": 1, "key": "K-7"})
    platform.run()
    assert platform.open()[0]["businessKey"] == "K-7"
    platform.do("Ask")
    assert platform.variables(arn) == {"a": 1, "key": "K-7", "total": 3}


@pytest.mark.parametrize("key", ["#{execution.processBusinessKey}", "${execution.getBusinessKey()}"])
def test_the_business_key_may_be_handed_on(key: str) -> None:
    inside = extension(f'<camunda:in businessKey="{key}"/>')
    parent = compiled(caller(inside, "camunda7", calledElement="child"), "parent")
    platform = Platform([parent, compiled(child(), "child")])
    platform.start("parent", {}, "K-7")
    assert platform.run().open()[0]["businessKey"] == "K-7"


def test_local_variables_of_camunda_7_stay_local() -> None:
    inside = extension(
        '<camunda:in variables="all" local="true"/><camunda:out source="sum" target="total" local="true"/>'
        '<camunda:inputOutput><camunda:inputParameter name="a">${x + 1}</camunda:inputParameter>'
        '<camunda:outputParameter name="twice">${total * 2}</camunda:outputParameter></camunda:inputOutput>'
    )
    parent = compiled(caller(inside, "camunda7", calledElement="child"), "parent")
    platform = Platform([parent, compiled(child(), "child")])
    arn = platform.start("parent", {"x": 1, "secret": True})
    platform.run()
    assert "secret" not in platform.open()[0]["variables"]
    platform.do("Ask", {"b": 3})
    assert platform.variables(arn) == {"x": 1, "secret": True, "twice": 10}


def raising(dialect: str = "camunda8") -> Drawing:
    d = Drawing(dialect)
    d.root("error", "e1", errorCode="E1"), d.root("error", "e2", errorCode="E2")
    d.start(), d.user("Ask"), d.user("Beside"), d.add("parallelGateway", "Fork"), d.end("Fine")
    d.add("exclusiveGateway", "Which", default="second")
    d.add("endEvent", "One", error_definition("e1")), d.add("endEvent", "Two", error_definition("e2"))
    d.chain("Start", "Fork", "Ask", "Which"), d.chain("Fork", "Beside", "Fine")
    d.flow("Which", "One", "=n = 1"), d.flow("Which", "Two", "", "second")
    return d


def catching(dialect: str = "camunda8") -> Drawing:
    d = caller(zeebe(), dialect)
    d.root("error", "e1", errorCode="E1")
    d.boundary("Caught", "Call", error_definition("e1")), d.user("Repair"), d.end("Other")
    d.chain("Caught", "Repair", "Other")
    return d


def test_errors_of_the_called_process_reach_the_caller() -> None:
    processes = [compiled(catching(), "parent"), compiled(raising(), "child")]
    platform = Platform(processes)
    arn = platform.start("parent")
    platform.run().do("Ask", {"n": 1})
    assert [wait["elementId"] for wait in platform.open()] == ["Repair"]
    platform.do("Repair")
    assert platform.status(arn) == "completed"
    assert ("Call", "failed") in platform.passages(arn)


def test_errors_that_the_caller_does_not_catch_end_it_where_the_model_is_drawn_for_no_engine() -> None:
    platform = Platform([compiled(catching("bpmn"), "parent"), compiled(raising("bpmn"), "child")])
    arn = platform.start("parent")
    platform.run().do("Ask", {"n": 2})
    assert platform.status(arn) == "failed"
    assert platform.simulator.describe(arn).error == "error:E2"
    called = next(a for a, process in platform.executions.items() if process == "child")
    assert platform.simulator.describe(called).status == "SUCCEEDED"
    arn = platform.start("child")
    platform.run().do("Ask", {"n": 2})
    assert platform.simulator.describe(arn).error == "error:E2"


def test_a_timer_stops_the_called_process() -> None:
    d = caller(zeebe())
    d.boundary("Late", "Call", timer("PT1H")), d.end("TooLate"), d.chain("Late", "TooLate")
    platform = Platform([compiled(d, "parent"), compiled(child(), "child")])
    arn = platform.start("parent", {"a": 1})
    platform.run().pass_time(timedelta(hours=1))
    assert platform.status(arn) == "completed"
    assert ("Call", "cancelled") in platform.passages(arn)
    called = next(a for a, process in platform.executions.items() if process == "child")
    assert platform.simulator.describe(called).status == "ABORTED"


def test_what_is_not_published_is_an_incident() -> None:
    platform = Platform([compiled(caller(zeebe()), "parent")])
    arn = platform.start("parent", {"a": 1})
    platform.run()
    (incident,) = platform.open("incident")
    assert (incident["elementId"], platform.status(arn)) == ("Call", "incident")
    assert "no published process" in incident["cause"]


def bound(binding: str, version: str = "", dialect: str = "camunda8") -> Drawing:
    if dialect == "camunda8":
        tag = {"versionTag": version} if version else {}
        return caller(zeebe(bindingType=binding, **tag))
    name = {"version": "calledElementVersion", "versionTag": "calledElementVersionTag"}.get(binding)
    names = {f"camunda__{name}": version} if name else {}
    return caller(
        extension('<camunda:in variables="all"/>'),
        "camunda7",
        calledElement="${which}",
        camunda__calledElementBinding=binding,
        **names,
    )


def tagged() -> CompiledProcess:
    d = child()
    d.lines.insert(0, extension('<zeebe:versionTag value="spring"/>'))
    return compiled(d, "child")


@pytest.mark.parametrize(
    ("drawing", "called"),
    [
        (bound("latest", dialect="camunda7"), True),
        (bound("version", "1", "camunda7"), True),
        (bound("version", "${n}", "camunda7"), True),
        (bound("version", "2", "camunda7"), False),
        (bound("versionTag", "spring", "camunda7"), True),
        (bound("versionTag", "${tag}", "camunda7"), True),
        (bound("versionTag", "spring"), True),
        (bound("versionTag", "autumn"), False),
        (bound("deployment", dialect="camunda7"), True),
        (bound("deployment"), True),
    ],
)
def test_which_version_is_called(drawing: Drawing, called: bool) -> None:
    platform = Platform([compiled(drawing, "parent"), tagged()])
    platform.start("parent", {"n": 1, "tag": "spring", "which": "child"})
    platform.run()
    assert [(wait["elementId"], wait["kind"]) for wait in platform.open()] == [
        ("Ask", "user") if called else ("Call", "incident")
    ]


def test_what_was_not_deployed_together_is_an_incident_until_it_is() -> None:
    platform = Platform([compiled(bound("deployment"), "parent"), tagged()])
    platform.apart = {"child"}
    platform.start("parent")
    (incident,) = platform.run().open("incident")
    platform.apart = set()
    platform.answer(incident, "retry", {})
    assert [wait["elementId"] for wait in platform.run().open()] == ["Ask"]


def test_called_instances_of_one_call_activity() -> None:
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    d = caller(zeebe() + loop + "</bpmn:multiInstanceLoopCharacteristics>")
    platform = Platform([compiled(d, "parent"), compiled(child(), "child")])
    arn = platform.start("parent", {"a": 1})
    platform.run()
    assert len({wait["pk"] for wait in platform.open()}) == 2
    platform.do("Ask", {"b": 1}).do("Ask", {"b": 2})
    assert platform.completed(arn)["Call"] == 2
