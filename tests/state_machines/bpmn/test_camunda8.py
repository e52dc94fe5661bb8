"""What the reader makes of Camunda 8's extensions and of plain BPMN."""

from typing import Any

import pytest

from state_machines.bpmn.model import (
    CallActivity,
    Event,
    Expression,
    IoMapping,
    Job,
    Message,
    Model,
    MultiInstance,
    StandardLoop,
    SubProcess,
    Task,
    Text,
)
from state_machines.bpmn.reader import read_bpmn
from tests.state_machines.bpmn.samples import TIMER, around, definitions, extended, flow, process, script


def read(body: str, roots: str = "", dialect: str = "camunda8") -> Model:
    model, found = read_bpmn(process(body, dialect, roots))
    assert model is not None
    assert found == ()
    return model


def task(element: str, roots: str = "", dialect: str = "camunda8") -> Task:
    node = next(n for n in read(around(element), roots, dialect).processes[0].scope.walk() if n.id == "x")
    assert isinstance(node, Task)
    return node


def test_user_task() -> None:
    x = task(
        extended(
            "userTask",
            '<zeebe:userTask/><zeebe:formDefinition formId="check"/>'
            '<zeebe:assignmentDefinition assignee="=clerk" candidateGroups="a,b" candidateUsers="=users"/>'
            '<zeebe:taskSchedule dueDate="=due" followUpDate="2027-01-01T00:00:00Z"/>'
            '<zeebe:priorityDefinition priority="60"/>',
        )
    )
    assert x.form is not None
    assert x.form.key == "check"
    who = x.assignment
    assert (who.assignee, who.candidate_users) == (
        Expression("clerk", "feel", x.line),
        Expression("users", "feel", x.line),
    )
    assert (who.candidate_groups, who.priority) == (Text("a,b", x.line), Text("60", x.line))
    assert who.due_date == Expression("due", "feel", x.line)


def test_job_with_mappings_and_headers() -> None:
    x = task(
        extended(
            "serviceTask",
            '<zeebe:taskDefinition type="pay" retries="5"/><zeebe:ioMapping><zeebe:input source="=a.b" target="c.d"/>'
            '<zeebe:input source="fixed" target="e"/><zeebe:output source="=r" target="f"/></zeebe:ioMapping>'
            '<zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders>'
            '<zeebe:properties><zeebe:property name="p" value="q"/></zeebe:properties>',
        )
    )
    assert x.job is not None
    assert (x.job.type, x.job.retries, x.job.headers, x.job.origin) == ("pay", 5, {"k": "v"}, "jobType")
    assert x.inputs == (IoMapping("c.d", Expression("a.b", "feel", x.line)), IoMapping("e", Text("fixed", x.line)))
    assert x.outputs == (IoMapping("f", Expression("r", "feel", x.line)),)
    assert x.properties == {"p": "q"}


def test_connector_says_where_its_result_goes() -> None:
    headers = (
        '<zeebe:taskHeaders><zeebe:header key="resultVariable" value="r"/>'
        '<zeebe:header key="retryBackoff" value="PT5S"/>'
        '<zeebe:header key="resultExpression" value="={s: response.body.s}"/></zeebe:taskHeaders>'
    )
    x = task(extended("serviceTask", '<zeebe:taskDefinition type="io.camunda:http-json:1"/>' + headers))
    assert x.job is not None
    assert (x.result_variable, x.job.retry_waits) == ("r", ("PT5S",))
    assert x.result_expression == Expression("{s: response.body.s}", "feel", x.line)
    worker = task(extended("serviceTask", '<zeebe:taskDefinition type="mine"/>' + headers))
    assert (worker.result_variable, worker.result_expression) == ("", None)


def test_error_expression_of_a_connector() -> None:
    def read_with(text: str) -> tuple[Any, list[str]]:
        header = f'<zeebe:taskHeaders><zeebe:header key="errorExpression" value="{text}"/></zeebe:taskHeaders>'
        element = extended("serviceTask", '<zeebe:taskDefinition type="io.camunda:http-json:1"/>' + header)
        model, found = read_bpmn(process(around(element), "camunda8"))
        assert model is not None
        (task,) = (node for node in model.processes[0].scope.nodes if node.id == "x")
        return task, [d.code for d in found if d.severity == "error"]

    task, found = read_with("=bpmnError(error.code, error.message)")
    assert (task.job.error_expression.text, found) == ("bpmnError(error.code, error.message)", [])
    assert read_with("bpmnError(1)")[1] == ["BPMN-007"]


def test_decision_script_and_called_process() -> None:
    decision = task(
        extended(
            "businessRuleTask", '<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="deployment"/>'
        )
    ).decision
    assert decision is not None
    assert (decision.decision, decision.result_variable, decision.binding) == (
        Text("d", decision.decision.line),
        "r",
        "deployment",
    )
    body = task(extended("scriptTask", '<zeebe:script expression="=a + 1" resultVariable="b"/>')).script
    assert body is not None
    assert (body.expression.text, body.result_variable) == ("a + 1", "b")
    element = extended(
        "callActivity",
        '<zeebe:calledElement processId="=which" propagateAllChildVariables="false" versionTag="v1"'
        ' bindingType="versionTag"/>',
    )
    (call,) = (n for n in read(around(element)).processes[0].scope.nodes if isinstance(n, CallActivity))
    assert call.called is not None
    assert call.called.process == Expression("which", "feel", call.line)
    assert (call.called.all_in, call.called.all_out) == (True, False)
    assert (call.called.binding, call.called.version) == ("versionTag", Text("v1", call.line + 0))


def test_multi_instance_collects_its_results() -> None:
    loop = task(
        '<task id="x"><multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics'
        ' inputCollection="=items" inputElement="item" outputCollection="all" outputElement="=one"/>'
        "</extensionElements>"
        "<completionCondition>=nrOfCompletedInstances > 1</completionCondition>"
        "</multiInstanceLoopCharacteristics></task>"
    ).loop
    assert isinstance(loop, MultiInstance)
    assert loop.collection == Expression("items", "feel", loop.line)
    assert (loop.element_variable, loop.output_collection) == ("item", "all")
    assert loop.output_element == Expression("one", "feel", loop.line)


def test_message_has_its_correlation_key() -> None:
    root = (
        '<message id="m" name="paid"><extensionElements><zeebe:subscription correlationKey="=orderId"/>'
        "</extensionElements></message>"
    )
    message = task('<receiveTask id="x" messageRef="m"/>', root).message
    assert message is not None
    assert (message.name, message.correlation_key) == ("paid", Expression("orderId", "feel", 5))


def test_throwing_message_event_has_its_job() -> None:
    element = extended(
        "intermediateThrowEvent",
        '<zeebe:taskDefinition type="mail"/>',
        content='<messageEventDefinition messageRef="m"/>',
    )
    scope = read(around(element), '<message id="m" name="paid"/>').processes[0].scope
    (event,) = (n for n in scope.nodes if isinstance(n, Event) and n.position == "intermediateThrow")
    assert event.job is not None
    assert event.job.type == "mail"


def test_operation_names_the_message_of_a_plain_receive_task() -> None:
    roots = (
        '<message id="m" name="paid"/><interface id="i" name="i"><operation id="o" name="o">'
        "<inMessageRef>m</inMessageRef></operation></interface>"
    )
    message = task('<receiveTask id="x" operationRef="o"/>', roots, "bpmn").message
    assert message is not None
    assert message.name == "paid"


def assumed(element: str) -> tuple[Task, tuple[str, ...]]:
    """A task of plain BPMN that leaves something open, and how loudly that is said."""
    model, found = read_bpmn(process(around(element)))
    assert model is not None
    (node,) = (n for n in model.processes[0].scope.walk() if isinstance(n, Task))
    return node, tuple(d.severity for d in found)


@pytest.mark.parametrize("kind", ["serviceTask", "businessRuleTask"])
def test_work_of_plain_bpmn_is_for_workers_under_its_operation_or_its_id(kind: str) -> None:
    roots = '<interface id="i" name="i"><operation id="o" name="charge-card"/></interface>'
    assert task(f'<{kind} id="x" operationRef="o"/>', roots, "bpmn").job == Job("charge-card")
    node, severities = assumed(f'<{kind} id="x" implementation="##unspecified"/>')
    assert (node.job, severities) == (Job("x"), ("warning",))


@pytest.mark.parametrize("element", ["sendTask", "receiveTask"])
def test_a_message_that_plain_bpmn_leaves_open_is_called_as_its_task(element: str) -> None:
    node, severities = assumed(f'<{element} id="x"/>')
    assert (node.message, severities) == (Message("x", "x"), ("info",))


def test_event_definitions_may_stand_at_the_top() -> None:
    roots = f'<timerEventDefinition id="t">{TIMER.format("PT1S").split(">", 1)[1]}'
    body = around('<intermediateCatchEvent id="x"><eventDefinitionRef>t</eventDefinitionRef></intermediateCatchEvent>')
    (event,) = (n for n in read(body, roots, "bpmn").processes[0].scope.nodes if n.id == "x")
    assert isinstance(event, Event)
    (definition,) = event.definitions
    assert definition.timer is not None
    assert (definition.timer.type, definition.timer.value) == ("duration", Text("PT1S", definition.line))


def test_nested_scopes_loops_and_kinds() -> None:
    inner = f'<startEvent id="a"/>{script("b")}{flow("g", "a", "b")}'
    element = (
        f'<transaction id="x">{inner}<standardLoopCharacteristics testBefore="true" loopMaximum="3">'
        "<loopCondition>= n > 1</loopCondition></standardLoopCharacteristics></transaction>"
    )
    process_ = read(around(element), dialect="bpmn").processes[0]
    (x,) = (n for n in process_.scope.nodes if isinstance(n, SubProcess))
    assert (x.kind, [n.id for n in x.scope.nodes], [f.id for f in x.scope.flows]) == ("transaction", ["a", "b"], ["g"])
    assert isinstance(x.loop, StandardLoop)
    assert (x.loop.test_before, x.loop.maximum) == (True, 3)
    assert x.loop.condition == Expression("n > 1", "feel", x.line)
    assert [n.id for n in process_.scope.walk()] == ["s", "x", "a", "b", "e"]
    assert (x.incoming, x.outgoing) == (("f1",), ("f2",))


def test_global_task_becomes_a_process_that_can_be_called() -> None:
    content = (
        '<process id="p" isExecutable="true">' + around('<callActivity id="x" calledElement="g"/>') + "</process>"
        '<globalScriptTask id="g" name="Add" scriptLanguage="feel"><script>1 + 1</script></globalScriptTask>'
    )
    model, found = read_bpmn(definitions(content))
    assert model is not None
    assert found == ()
    assert [p.id for p in model.processes] == ["p", "g"]
    inner = model.processes[1].scope.nodes[1]
    assert isinstance(inner, Task)
    assert inner.script is not None
    assert inner.script.expression.text == "1 + 1"


def test_data_objects_take_the_name_that_is_drawn() -> None:
    data = '<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d" name="order"/><property id="q" name="n"/>'
    scope = read(data + around('<task id="x"/>'), dialect="bpmn").processes[0].scope
    assert [(d.id, d.name) for d in scope.data] == [("d", "order"), ("q", "n")]


def inside(form: str, name: str = "f") -> bytes:
    held = f'<extensionElements><zeebe:userTaskForm id="f">{form}</zeebe:userTaskForm></extensionElements>'
    shown = f'<zeebe:formDefinition formKey="camunda-forms:bpmn:{name}"/>'
    return process(held + around(extended("userTask", shown)), "camunda8")


def test_a_form_may_stand_inside_the_model() -> None:
    model, found = read_bpmn(inside('{"components": []}'))
    assert model is not None
    assert found == ()
    form = next(n for n in model.processes[0].scope.walk() if isinstance(n, Task)).form
    assert form is not None
    assert (form.key, form.source) == ("", '{"components": []}')


@pytest.mark.parametrize(("form", "name"), [("{", "f"), ("{}", "other")], ids=["no JSON", "not there"])
def test_a_form_inside_the_model_must_be_one(form: str, name: str) -> None:
    _, found = read_bpmn(inside(form, name))
    assert [each.element_id for each in found if each.severity == "error"] == ["x"]


@pytest.mark.parametrize(
    ("element", "roots"),
    [
        (
            '<intermediateCatchEvent id="x"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>',
            '<message id="m" name="m"><extensionElements><zeebe:subscription correlationKey="order"/>'
            "</extensionElements></message>",
        ),
        (
            '<manualTask id="x"><multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics'
            ' inputCollection="items"/></extensionElements></multiInstanceLoopCharacteristics></manualTask>',
            "",
        ),
    ],
    ids=["correlation key", "input collection"],
)
def test_what_must_be_an_expression_is_no_text(element: str, roots: str) -> None:
    _, found = read_bpmn(process(around(element), "camunda8", roots))
    assert [(each.code, each.element_id) for each in found] == [("BPMN-009", "x")]
    assert "Write it as =" in found[0].message
