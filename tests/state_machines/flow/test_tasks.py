"""Tasks as they run: data in and out in both dialects, retries, incidents, errors, jobs."""

import json
from typing import Any

import pytest

from state_machines.compilation import CompiledProcess
from state_machines.compile import compile_bpmn
from state_machines.diagnostics import has_errors
from state_machines.library import CONNECTORS, Connector, Library
from tests.state_machines.flow.drawing import Drawing, error_definition, extension, io
from tests.state_machines.flow.world import FunctionError, World

LIBRARY = Library(connectors={**CONNECTORS, "shop": Connector("integration")})


def compiled(drawing: Drawing, library: Library = LIBRARY) -> CompiledProcess:
    compilation = compile_bpmn(drawing.bytes(), library=library)
    assert not has_errors(compilation.diagnostics), compilation.diagnostics
    return compilation.processes[0]


def one(job_type: str, more: str = "", retries: int = 3) -> Drawing:
    d = Drawing()
    d.start(), d.service("Work", job_type, more, retries), d.end()
    d.chain("Start", "Work", "End")
    return d


def test_the_function_is_given_what_the_protocol_says() -> None:
    d = one("shop", '<zeebe:taskHeaders><zeebe:header key="colour" value="red"/></zeebe:taskHeaders>')
    world = World(compiled(d), {"shop": lambda payload: {"n": 1}}).start({"x": 2.5}, "order-7")
    assert world.variables == {"x": 2.5, "n": 1}
    (call,) = world.calls
    assert call["connector"] == "shop"
    assert call["headers"] == {"colour": "red"}
    assert call["input"]["x"] == 2.5
    assert call["context"] == {
        "instanceId": "inst-1",
        "execution": world.execution,
        "processId": "process",
        "version": 3,
        "elementId": "Work",
        "state": "Work",
        "businessKey": "order-7",
        "enteredAt": "2026-01-05T08:00:00.000Z",
        "attempt": 0,
    }


def test_camunda_8_mappings_replace_the_merge_of_results() -> None:
    d = one("shop", io("in order.id = =id", "in order.note = new", "in again = =order.id + 1", "out got.n = =n * 2"))
    world = World(compiled(d), {"shop": lambda payload: {"n": 4, "noise": 1}}).start({"id": 5, "got": {"old": 1}})
    assert world.calls[0]["input"] == {"order": {"id": 5, "note": "new"}, "again": 6}
    assert world.variables == {"id": 5, "got": {"old": 1, "n": 8}}


def test_result_expression_and_variable_of_connectors() -> None:
    d = Drawing()
    headers = (
        '<zeebe:taskHeaders><zeebe:header key="resultVariable" value="all"/>'
        '<zeebe:header key="resultExpression" value="={name: response.body.name, code: status}"/></zeebe:taskHeaders>'
    )
    inside = f'<zeebe:taskDefinition type="io.camunda:http-json:1"/>{headers}'
    d.start(), d.add("serviceTask", "Work", extension(inside), zeebe__modelerTemplate="x"), d.end()
    d.chain("Start", "Work", "End")
    answer = {"status": 200, "body": {"name": "Ada"}}
    world = World(compiled(d), {"io.camunda:http-json:1": lambda payload: answer}).start()
    assert world.variables == {"all": answer, "name": "Ada", "code": 200}


def erring(type_: str, expression: str) -> Drawing:
    """A connector with an error expression, and an event for its error."""
    d = Drawing()
    d.root("error", "E", errorCode="GONE")
    header = f'<zeebe:taskHeaders><zeebe:header key="errorExpression" value="{expression}"/></zeebe:taskHeaders>'
    inside = extension(f'<zeebe:taskDefinition type="{type_}"/>{header}')
    d.start(), d.add("serviceTask", "Work", inside, zeebe__modelerTemplate="x"), d.end(), d.end("Gone")
    d.boundary("Caught", "Work", error_definition("E"))
    d.chain("Start", "Work", "End"), d.chain("Caught", "Gone")
    return d


def test_the_connector_is_told_its_error_expression() -> None:
    d = erring("io.camunda:http-json:1", "=bpmnError(error.code, error.message)")
    world = World(compiled(d), {"io.camunda:http-json:1": lambda payload: {"headers": payload["headers"]}}).start()
    assert world.variables == {"headers": {"errorExpression": "=bpmnError(error.code, error.message)"}}


@pytest.mark.parametrize(
    ("type_", "expression", "words"),
    [
        ("io.camunda:http-json:1", "=jobError(error.message, {}, 3)", "takes a message alone"),
        ("io.camunda:http-json:1", "=bpmnError(1)", "takes a code, a message"),
        ("dpc:document", "=bpmnError(1, 2)", "has no error expression"),
        ("io.camunda:http-json:1", "=if error then", "cannot be read"),
    ],
)
def test_error_expressions_that_cannot_be_kept_to_are_refused(type_: str, expression: str, words: str) -> None:
    found = compile_bpmn(erring(type_, expression).bytes()).diagnostics
    assert [words in each.message for each in found if each.severity == "error"] == [True]


def camunda7(inside: str, tag: str = "serviceTask", **attributes: str) -> Drawing:
    d = Drawing("camunda7")
    d.start(), d.add(tag, "Work", extension(inside), **attributes), d.end()
    d.chain("Start", "Work", "End")
    return d


def test_a_connector_sees_what_its_task_maps_and_is_given_its_own() -> None:
    inner = (
        "<camunda:connector><camunda:connectorId>shop</camunda:connectorId><camunda:inputOutput>"
        '<camunda:inputParameter name="url">a/${host}</camunda:inputParameter>'
        '<camunda:outputParameter name="got">${response}</camunda:outputParameter>'
        "</camunda:inputOutput></camunda:connector>"
    )
    outer = (
        '<camunda:inputOutput><camunda:inputParameter name="host">${x}</camunda:inputParameter>'
        '<camunda:outputParameter name="first">${got.a}</camunda:outputParameter></camunda:inputOutput>'
    )
    d = Drawing("camunda7")
    d.start(), d.add("serviceTask", "Work", extension(inner + outer)), d.end()
    d.chain("Start", "Work", "End")
    world = World(compiled(d), {"shop": lambda payload: {"response": {"a": payload["input"]}}}).start({"x": 1})
    assert world.variables == {"x": 1, "got": {"a": {"url": "a/1"}}, "first": {"url": "a/1"}}


def test_camunda_7_connector_gives_only_what_is_mapped() -> None:
    d = camunda7(
        "<camunda:connector><camunda:connectorId>http-connector</camunda:connectorId><camunda:inputOutput>"
        '<camunda:inputParameter name="url">http://a.example</camunda:inputParameter>'
        '<camunda:inputParameter name="payload"><camunda:map><camunda:entry key="n">${n + 1}</camunda:entry>'
        '<camunda:entry key="t">x</camunda:entry></camunda:map></camunda:inputParameter>'
        '<camunda:inputParameter name="list"><camunda:list><camunda:value>${n}</camunda:value>'
        "<camunda:value>y</camunda:value></camunda:list></camunda:inputParameter>"
        '<camunda:outputParameter name="name">${response.name}</camunda:outputParameter>'
        '<camunda:outputParameter name="code">${statusCode}</camunda:outputParameter>'
        "</camunda:inputOutput></camunda:connector>"
    )
    answer = {"response": {"name": "Ada"}, "statusCode": 200, "headers": {}}
    world = World(compiled(d), {"http-connector": lambda payload: answer}).start({"n": 1})
    assert world.calls[0]["input"] == {"url": "http://a.example", "payload": {"n": 2, "t": "x"}, "list": [1, "y"]}
    assert world.variables == {"n": 1, "name": "Ada", "code": 200}


def test_camunda_7_inputs_are_local_and_results_stay() -> None:
    d = camunda7(
        '<camunda:inputOutput><camunda:inputParameter name="local">${x}</camunda:inputParameter>'
        '<camunda:outputParameter name="twice">${result + local}</camunda:outputParameter></camunda:inputOutput>',
        camunda__type="external",
        camunda__topic="shop",
    )
    world = World(compiled(d), {"shop": lambda payload: {"result": 5, "local": 7}}).start({"x": 1})
    assert world.calls[0]["input"] == {"local": 1}
    assert world.variables == {"x": 1, "result": 5, "twice": 12}


def test_a_document_overwrites_no_variable_that_nobody_mapped() -> None:
    d = camunda7(
        '<camunda:inputOutput><camunda:inputParameter name="template">letter</camunda:inputParameter>'
        '<camunda:outputParameter name="contract">${documentId}</camunda:outputParameter></camunda:inputOutput>',
        camunda__type="external",
        camunda__topic="dpc:document",
    )
    answer = {"documentId": "d-1", "name": "letter.pdf", "size": 9}
    world = World(compiled(d), {"dpc:document": lambda payload: answer}).start({"name": "Ada"})
    assert world.variables == {"name": "Ada", "contract": "d-1"}


def test_scripts_and_expressions_run_in_the_machine() -> None:
    d = Drawing()
    d.start(), d.script("Sum", "sum", "a + b"), d.script("List", "list", "[a]"), d.script("None", "none", "nothing")
    d.end()
    d.chain("Start", "Sum", "List", "None", "End")
    world = World(compiled(d)).start({"a": 1, "b": 2})
    assert world.variables == {"a": 1, "b": 2, "sum": 3, "list": [1], "none": None}
    assert world.walk() == ["Start", "f1", "Sum", "f2", "List", "f3", "None", "f4", "End"]


def flaky(failures: int, error: str = "ConnectorUnavailable") -> Any:
    left = [failures]

    def function(payload: dict[str, Any]) -> dict[str, Any]:
        if left[0]:
            left[0] -= 1
            raise FunctionError(error, "no line")
        return {"ok": payload["input"].get("hint", True)}

    return function


def test_retries_then_incident_then_retry() -> None:
    d = one("shop", '<zeebe:taskHeaders><zeebe:header key="retryBackoff" value="PT2S"/></zeebe:taskHeaders>')
    world = World(compiled(d), {"shop": flaky(4)}).start()
    assert len(world.calls) == 1
    world.pass_time(seconds=2)
    assert len(world.calls) == 2
    world.pass_time(seconds=2)
    assert [call["context"]["attempt"] for call in world.calls] == [0, 1, 2]
    assert world.open() == ["Work!"]
    incident = world.record("Work", "incident")
    assert (incident["error"], incident["incidentType"]) == ("ConnectorUnavailable", "failedTask")
    assert "no line" in incident["cause"]
    world.resolve("Work", "retry", {"hint": "edited"}).pass_time(seconds=9)
    assert world.variables == {"hint": "edited", "ok": "edited"}
    assert world.walk() == ["Start", "f1", "Work", "f2", "End"]


def test_waits_between_tries_may_differ() -> None:
    waits = "<camunda:failedJobRetryTimeCycle>PT10S, PT1M,PT5M</camunda:failedJobRetryTimeCycle>"
    d = camunda7(waits, camunda__type="external", camunda__topic="shop")
    world = World(compiled(d), {"shop": flaky(6)}).start()
    for seconds, calls in ((9, 1), (1, 2), (59, 2), (1, 3), (299, 3), (1, 4), (999, 4)):
        world.pass_time(seconds=seconds)
        assert len(world.calls) == calls
    assert [call["context"]["attempt"] for call in world.calls] == [0, 1, 2, 3]
    assert len({call["context"]["enteredAt"] for call in world.calls}) == 1
    assert world.open() == ["Work!"]
    world.resolve("Work", "retry", {"hint": "edited"}).pass_time(seconds=10)
    assert len(world.calls) == 6
    world.pass_time(seconds=60)
    assert world.variables == {"hint": "edited", "ok": "edited"}
    assert [call["context"]["attempt"] for call in world.calls] == [0, 1, 2, 3, 0, 1, 2]
    assert world.walk() == ["Start", "f1", "Work", "f2", "End"]


def test_each_instance_has_tries_and_waits_of_its_own() -> None:
    waits = "<camunda:failedJobRetryTimeCycle>PT10S,PT1M</camunda:failedJobRetryTimeCycle>"
    each = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="items" camunda:elementVariable="item"/>'
    d = Drawing("camunda7")
    d.start(), d.end()
    d.add("serviceTask", "Work", extension(waits) + each, camunda__type="external", camunda__topic="shop")
    d.chain("Start", "Work", "End")
    world = World(compiled(d), {"shop": flaky(3)}).start({"items": [1, 2]})
    world.pass_time(seconds=10)
    assert [call["context"]["attempt"] for call in world.calls] == [0, 0, 1, 1]
    world.pass_time(seconds=60)
    assert len(world.calls) == 5 and world.walk()[-1] == "End"


@pytest.mark.parametrize("topic", ["work", "shop"])
def test_expressions_give_injected_fields(topic: str) -> None:
    fields = (
        '<camunda:field name="a"><camunda:expression>to ${x}</camunda:expression></camunda:field>'
        '<camunda:field name="b" expression="${x + 1}"/><camunda:field name="c" stringValue="${x}"/>'
    )
    d = camunda7(fields, camunda__type="external", camunda__topic=topic)
    world = World(compiled(d), {"shop": lambda payload: {}}).start({"x": 1})
    headers = world.calls[0]["headers"] if topic == "shop" else json.loads(world.record("Work", "job")["headers"])
    assert headers == {"a": "to 1", "b": "2", "c": "${x}"}


def mapped(topic: str, expression: str = "externalTask.errorMessage == &quot;no&quot;") -> Drawing:
    mapping = f'<camunda:errorEventDefinition id="x" errorRef="e" expression="${{{expression}}}"/>'
    d = camunda7(mapping, camunda__type="external", camunda__topic=topic)
    d.root("error", "e", errorCode="No", **{"camunda:errorMessage": "not ${y}"})
    return d


def test_a_workers_job_tells_which_errors_its_end_may_mean() -> None:
    record = World(compiled(mapped("work"))).start().record("Work", "job")
    condition = 'externalTask.errorMessage == "no"'
    told = {
        "code": "No",
        "condition": condition,
        "language": "juel",
        "message": {"text": "not ${y}", "language": "juel"},
    }
    assert json.loads(record["errors"]) == [told]


def test_error_mappings_are_for_workers_and_must_be_readable() -> None:
    for drawing in (mapped("shop"), mapped("work", "bean.test(x)")):
        assert has_errors(compile_bpmn(drawing.bytes(), library=LIBRARY).diagnostics)


def test_a_workers_job_knows_the_modelled_waits() -> None:
    waits = "<camunda:failedJobRetryTimeCycle>PT10S,PT1M</camunda:failedJobRetryTimeCycle>"
    world = World(compiled(camunda7(waits, camunda__class="com.example.Work"))).start()
    record = world.record("Work", "job")
    assert (int(record["retries"]), json.loads(record["retryWaits"])) == (3, [10, 60])


def test_skipping_an_incident_goes_on_with_the_given_variables() -> None:
    world = World(compiled(one("shop")), {"shop": flaky(9, "ConnectorRejected")}).start({"x": 1})
    assert len(world.calls) == 1
    world.resolve("Work", "skip", {"ok": False})
    assert world.variables == {"x": 1, "ok": False}
    assert world.walk() == ["Start", "f1", "Work", "f2", "End"]


def with_errors(codes: dict[str, str], kind: str = "shop") -> Drawing:
    d = Drawing("camunda7")
    d.start(), d.end()
    d.add("serviceTask", "Work", camunda__type="external", camunda__topic=kind)
    d.chain("Start", "Work", "End")
    for event, code in codes.items():
        error = d.root("error", f"e_{event}", name=event, errorCode=code) if code else ""
        d.boundary(event, "Work", error_definition(error).replace("/>", ' camunda:errorCodeVariable="code"/>'))
        d.end(f"{event}End")
        d.flow(event, f"{event}End", flow_id=f"to{event}")
    return d


@pytest.mark.parametrize(
    ("codes", "code", "walk"),
    [
        ({"Rich": "rich", "Poor": "poor"}, "poor", ["Work!", "Poor", "toPoor", "PoorEnd"]),
        ({"Rich": "rich", "Poor": "poor"}, "rich", ["Work!", "Rich", "toRich", "RichEnd"]),
        ({"Any": "", "Poor": "poor"}, "rich", ["Work!", "Any", "toAny", "AnyEnd"]),
        ({"Any": "", "Poor": "poor"}, "poor", ["Work!", "Poor", "toPoor", "PoorEnd"]),
    ],
)
@pytest.mark.parametrize("kind", ["shop", "elsewhere"])
def test_errors_are_caught_by_code(kind: str, codes: dict[str, str], code: str, walk: list[str]) -> None:
    error = {"code": code, "message": "m", "variables": {"why": 1}}

    def fail(payload: dict[str, Any]) -> None:
        raise FunctionError("BpmnError", json.dumps(error))

    world = World(compiled(with_errors(codes, kind)), {"shop": fail}).start()
    if kind == "elsewhere":
        world.refuse("Work", "BpmnError", error)
    assert world.walk() == ["Start", "f1", *walk]
    assert world.variables == {"why": 1, "code": code}


def test_an_error_that_nobody_catches_is_an_incident() -> None:
    def fail(payload: dict[str, Any]) -> None:
        raise FunctionError("BpmnError", json.dumps({"code": "odd", "message": "", "variables": {}}))

    world = World(compiled(with_errors({"Poor": "poor"})), {"shop": fail}).start()
    assert world.record("Work", "incident")["error"] == "BpmnError"
    world.resolve("Work", "skip")
    assert world.walk() == ["Start", "f1", "Work", "f2", "End"]


def test_unknown_job_types_wait_for_a_worker() -> None:
    more = '<zeebe:taskHeaders><zeebe:header key="h" value="v"/></zeebe:taskHeaders>' + io("in a = =x", "out b = =n")
    world = World(compiled(one("elsewhere", more, retries=5))).start({"x": [1]})
    record = world.record("Work")
    assert {key: record[key] for key in ("kind", "jobType", "retries", "headers", "inputs", "exact")} == {
        "kind": "job",
        "jobType": "elsewhere",
        "retries": "5",
        "headers": '{"h":"v"}',
        "inputs": '{"a":[1]}',
        "exact": "true",
    }
    world.refuse("Work", "JobFailed", "out of order")
    assert world.open() == ["Work!"]
    world.resolve("Work", "retry").answer("Work", {"n": 3})
    assert world.variables == {"x": [1], "b": 3}


def test_placeholders_in_a_model_stay_text() -> None:
    d = one("shop", io("in a = ${dpc:function:decisions}", "in b = it's", "in c = {% $states %}"))
    text = json.dumps(compiled(d).machines["main"])
    assert text.count("${dpc:function:decisions}") == 0
    world = World(compiled(d), {"shop": lambda payload: {}}).start()
    assert world.calls[0]["input"] == {"a": "${dpc:function:decisions}", "b": "it's", "c": "{% $states %}"}


def test_what_jsonata_cannot_say_is_evaluated_by_the_function_before_the_element() -> None:
    hard = 'matches(name, "^A[[:alpha:]]+$")'
    d = Drawing()
    d.start(), d.end("Yes"), d.end("No"), d.add("exclusiveGateway", "Which", default="no")
    d.flow("Start", "Which", flow_id="begin")
    d.flow("Which", "Yes", "=" + hard.replace('"', "&quot;"), "yes"), d.flow("Which", "No", "", "no")
    process = compiled(d)
    (expression,) = process.report["expressions"]
    assert expression["verdict"] == "function"
    answers = iter([{"values": [None]}, {"values": [True]}])
    for walk in (["no", "No"], ["yes", "Yes"]):
        world = World(process, {"dpc:feel": lambda payload: next(answers)}).start({"name": "Ada"})
        assert world.calls[0]["input"]["expressions"] == [hard]
        assert world.calls[0]["input"]["context"]["name"] == "Ada"
        assert world.walk() == ["Start", "begin", "Which", *walk]


@pytest.mark.parametrize(("expression", "status"), [("${a + b}", "SUCCEEDED"), ("${bean.work(a)}", "RUNNING")])
def test_an_expression_is_computed_unless_it_calls_a_bean(expression: str, status: str) -> None:
    d = camunda7("", camunda__expression=expression, camunda__resultVariable="sum")
    process = compiled(d)
    assert bool(process.references.job_types) == (status == "RUNNING")
    world = World(process).start({"a": 1, "b": 2})
    assert world.status == status
    assert status == "RUNNING" or world.variables["sum"] == 3


def test_the_initiator_becomes_a_variable() -> None:
    d = Drawing("camunda7")
    d.add("startEvent", "Start", camunda__initiator="who"), d.end()
    d.chain("Start", "End")
    world = World(compiled(d)).start()
    assert world.variables == {"who": ""}
    assert world.walk() == ["Start", "f1", "End"]


def test_mappings_of_an_event_that_gives_nothing_are_refused() -> None:
    d = Drawing()
    d.start(), d.add("endEvent", "End", extension(io("out a = =b")) + "<bpmn:terminateEventDefinition/>")
    d.chain("Start", "End")
    found = [x for x in compile_bpmn(d.bytes()).diagnostics if x.severity == "error"]
    assert [x.element_id for x in found] == ["End"]


def test_a_script_that_the_function_evaluates() -> None:
    d = Drawing()
    d.start(), d.end(), d.script("Hard", "year", "date and time(day).year"), d.script("Next", "next", "year + 1")
    d.chain("Start", "Hard", "Next", "End")
    process = compiled(d)
    assert [e["verdict"] for e in process.report["expressions"]] == ["function", "native"]
    world = World(process, {"dpc:feel": lambda payload: {"values": [2026]}}).start({"day": "2026-01-05"})
    assert world.variables == {"day": "2026-01-05", "year": 2026, "next": 2027}
    assert world.walk() == ["Start", "f1", "Hard", "f2", "Next", "f3", "End"]


def test_computations_cost_no_transitions_behind_a_task() -> None:
    d = Drawing()
    d.start(), d.user("Ask"), d.script("Sum", "sum", "a + b"), d.script("Twice", "twice", "sum * 2"), d.end()
    d.chain("Start", "Ask", "Sum", "Twice", "End")
    process = compiled(d)
    world = World(process).start({"a": 1}).answer("Ask", {"b": 2})
    assert world.variables == {"a": 1, "b": 2, "sum": 3, "twice": 6}
    assert world.walk() == ["Start", "f1", "Ask", "f2", "Sum", "f3", "Twice", "f4", "End"]
    assert process.report["transitionsOnHappyPath"] == 1


def test_names_of_tasks_may_be_computed() -> None:
    d = Drawing("camunda7")
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    (
        d.start(),
        d.add(
            "userTask", "Work", f"{loop}</bpmn:multiInstanceLoopCharacteristics>", name="Call ${who} (${loopCounter})"
        ),
    )
    d.end(), d.chain("Start", "Work", "End")
    world = World(compiled(d)).start({"who": "Ada"})
    assert {wait["elementName"] for wait in world.waits.values()} == {"Call Ada (0)", "Call Ada (1)"}


def test_injected_fields_are_headers_as_they_turn_out_to_be() -> None:
    d = camunda7(
        '<camunda:field name="a" stringValue="${x}"/><camunda:field name="b" expression="${x + 1}"/>'
        '<camunda:field name="c"><camunda:expression>no ${x}</camunda:expression></camunda:field>',
        camunda__class="org.Work",
    )
    world = World(compiled(d)).start({"x": 1})
    assert json.loads(world.record("Work")["headers"]) == {"a": "${x}", "b": "2", "c": "no 1"}
