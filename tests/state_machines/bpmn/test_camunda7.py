"""What the reader makes of Camunda 7's extensions."""

import pytest

from state_machines.bindings import Bound
from state_machines.bpmn.model import (
    CallActivity,
    Entries,
    Event,
    Expression,
    IoMapping,
    Items,
    Model,
    MultiInstance,
    Task,
    Text,
)
from state_machines.bpmn.reader import read_bpmn
from tests.state_machines.bpmn.samples import around, extended, flow, process, throw


def read(body: str, roots: str = "") -> Model:
    model, found = read_bpmn(process(body, "camunda7", roots))
    assert model is not None
    assert found == ()
    return model


def task(element: str, roots: str = "") -> Task:
    node = next(n for n in read(around(element), roots).processes[0].scope.walk() if n.id == "x")
    assert isinstance(node, Task)
    return node


def juel(text: str, line: int) -> Expression:
    return Expression(text, "juel", line)


def test_user_task_says_who_when_and_with_which_form() -> None:
    x = task(
        '<userTask id="x" name="Check&#10;it" camunda:formKey="check" camunda:assignee="${clerk}"'
        ' camunda:candidateUsers="a,b" camunda:candidateGroups="office" camunda:dueDate="${due}"'
        ' camunda:followUpDate="2027-01-01" camunda:priority="70"/>'
    )
    assert (x.name, x.kind) == ("Check it", "user")
    assert x.form is not None
    assert x.form.key == "check"
    who = x.assignment
    assert (who.assignee, who.due_date) == (juel("clerk", x.line), juel("due", x.line))
    assert (who.candidate_users, who.candidate_groups) == (Text("a,b", x.line), Text("office", x.line))
    assert (who.follow_up_date, who.priority) == (Text("2027-01-01", x.line), Text("70", x.line))


def test_deployed_form_is_named_by_its_file() -> None:
    form = task('<userTask id="x" camunda:formKey="camunda-forms:deployment:forms/check.form"/>').form
    assert form is not None
    assert form.key == "check"


def test_form_fields_are_a_form() -> None:
    fields = (
        '<camunda:formData><camunda:formField id="kind" label="Kind" type="enum" defaultValue="${k}">'
        '<camunda:value id="a" name="A"/><camunda:validation><camunda:constraint name="required" config="true"/>'
        "</camunda:validation></camunda:formField></camunda:formData>"
    )
    form = task(extended("userTask", fields)).form
    assert form is not None
    (field,) = form.fields
    assert (field.id, field.label, field.type, field.options) == ("kind", "Kind", "enum", (("a", "A"),))
    assert field.constraints == {"required": "true"}
    assert isinstance(field.default, Expression)


def test_potential_owners_of_plain_bpmn_are_users_and_groups() -> None:
    owner = (
        "<potentialOwner><resourceAssignmentExpression><formalExpression>user(ann), group(office), bank"
        "</formalExpression></resourceAssignmentExpression></potentialOwner>"
    )
    who = task(f'<userTask id="x">{owner}</userTask>').assignment
    assert who.candidate_users == Text("ann", who.candidate_users.line if who.candidate_users else 0)
    assert isinstance(who.candidate_groups, Text)
    assert who.candidate_groups.text == "office,bank"


def test_lane_is_the_group_of_tasks_that_name_nobody() -> None:
    lanes = (
        '<laneSet id="l"><lane id="a" name="Branch"><flowNodeRef>s</flowNodeRef><flowNodeRef>x</flowNodeRef>'
        '<childLaneSet id="c"><lane id="b" name="Back office"><flowNodeRef>x</flowNodeRef></lane></childLaneSet>'
        "</lane></laneSet>"
    )
    scope = read(lanes + around('<userTask id="x"/>')).processes[0].scope
    start, x = scope.nodes[0], scope.nodes[1]
    assert (start.lane, x.lane) == ("Branch", "Back office")
    assert isinstance(x, Task)
    assert x.assignment.candidate_groups == Text("Back office", x.line)
    named = read(lanes + around('<userTask id="x" camunda:assignee="ann"/>')).processes[0].scope.nodes[1]
    assert isinstance(named, Task)
    assert named.assignment.candidate_groups is None


def test_connector_brings_its_own_mappings_and_retries() -> None:
    x = task(
        extended(
            "serviceTask",
            "<camunda:connector><camunda:inputOutput>"
            '<camunda:inputParameter name="url">https://bureau.example</camunda:inputParameter>'
            '<camunda:inputParameter name="headers"><camunda:map><camunda:entry key="Accept">text/plain</camunda:entry>'
            "</camunda:map></camunda:inputParameter>"
            '<camunda:inputParameter name="ids"><camunda:list><camunda:value>${a}</camunda:value></camunda:list>'
            "</camunda:inputParameter>"
            '<camunda:inputParameter name="sum"><camunda:script scriptFormat="feel">a + 1</camunda:script>'
            "</camunda:inputParameter>"
            '<camunda:outputParameter name="score">${response.score}</camunda:outputParameter>'
            "</camunda:inputOutput><camunda:connectorId>http-connector</camunda:connectorId></camunda:connector>"
            "<camunda:failedJobRetryTimeCycle>R3/PT2S</camunda:failedJobRetryTimeCycle>",
        )
    )
    assert x.job is not None
    assert (x.job.type, x.job.origin, x.job.retries, x.job.retry_waits) == ("http-connector", "connector", 3, ("PT2S",))
    n = x.inputs[0].value.line if isinstance(x.inputs[0].value, Text) else 0
    assert x.inputs == (
        IoMapping("url", Text("https://bureau.example", n)),
        IoMapping("headers", Entries(((Text("Accept", n), Text("text/plain", n)),))),
        IoMapping("ids", Items((juel("a", n),))),
        IoMapping("sum", Expression("a + 1", "feel", n)),
    )
    assert x.outputs == (IoMapping("score", juel("response.score", n)),)


def test_topics_classes_delegates_and_expressions_are_jobs() -> None:
    cases = {
        'camunda:type="external" camunda:topic="pay"': ("pay", "topic"),
        'camunda:class="org.Pay"': ("org.Pay", "class"),
        'camunda:delegateExpression="${payer}"': ("payer", "delegateExpression"),
        'camunda:expression="${bank.pay(sum)}" camunda:resultVariable="r"': ("bank.pay(sum)", "expression"),
    }
    for attributes, expected in cases.items():
        x = task(f'<sendTask id="x" {attributes}/>')
        assert x.job is not None
        assert (x.job.type, x.job.origin) == expected
        assert x.result_variable == ("r" if "resultVariable" in attributes else "")


def test_decision_with_its_result() -> None:
    decision = task(
        '<businessRuleTask id="x" camunda:decisionRef="score" camunda:mapDecisionResult="singleResult"'
        ' camunda:resultVariable="r" camunda:decisionRefBinding="version" camunda:decisionRefVersion="3"/>'
    ).decision
    assert decision is not None
    assert decision.bound == Bound("score", "version", "3")
    assert (decision.result_variable, decision.map_result) == ("r", "singleResult")


def test_call_activity_passes_what_is_listed() -> None:
    element = extended(
        "callActivity",
        '<camunda:in businessKey="${key}"/><camunda:in source="a" target="b"/>'
        '<camunda:in sourceExpression="${a.c}" target="c"/><camunda:out variables="all"/>',
        'calledElement="child" camunda:calledElementBinding="deployment"',
    )
    (x,) = (n for n in read(around(element)).processes[0].scope.nodes if isinstance(n, CallActivity))
    assert x.called is not None
    called = x.called
    assert (called.process, called.binding) == (Text("child", x.line), "deployment")
    assert (called.all_in, called.all_out) == (False, True)
    assert called.business_key == juel("key", x.line)
    assert called.ins == (IoMapping("b", juel("a", x.line)), IoMapping("c", juel("a.c", x.line)))


def test_multi_instance_over_a_named_variable() -> None:
    loop = task(
        '<task id="x"><multiInstanceLoopCharacteristics isSequential="true" camunda:collection="people"'
        ' camunda:elementVariable="one"><completionCondition>${nrOfCompletedInstances > 1}</completionCondition>'
        "</multiInstanceLoopCharacteristics></task>"
    ).loop
    assert isinstance(loop, MultiInstance)
    assert (loop.sequential, loop.element_variable) == (True, "one")
    assert loop.collection == juel("people", loop.line)
    assert loop.completion_condition == juel("nrOfCompletedInstances > 1", loop.line)


def test_error_event_keeps_code_and_variables() -> None:
    body = (
        around('<task id="x"/>') + '<boundaryEvent id="b" attachedToRef="x"><errorEventDefinition errorRef="err"'
        ' camunda:errorCodeVariable="c" camunda:errorMessageVariable="m"/></boundaryEvent>' + flow("g", "b", "e")
    )
    scope = read(body, '<error id="err" name="Refused" errorCode="refused"/>').processes[0].scope
    (event,) = (n for n in scope.nodes if isinstance(n, Event) and n.position == "boundary")
    (definition,) = event.definitions
    assert (definition.code, definition.code_variable, definition.message_variable) == ("refused", "c", "m")
    assert (event.attached_to, event.interrupting) == ("x", True)


def test_equals_sign_is_text_in_this_dialect() -> None:
    x = task(extended("task", "<camunda:inputOutput><camunda:inputParameter name='a'>=b</camunda:inputParameter>"
                      "</camunda:inputOutput>"))  # fmt: skip
    assert isinstance(x.inputs[0].value, Text)
    assert x.inputs[0].value.text == "=b"


def test_text_mixed_with_expressions_stays_whole() -> None:
    who = task('<userTask id="x" camunda:assignee="${a}-${b}" camunda:candidateUsers="clerk-${branch}"/>').assignment
    assert isinstance(who.assignee, Expression)
    assert isinstance(who.candidate_users, Expression)
    assert (who.assignee.text, who.candidate_users.text) == ("${a}-${b}", "clerk-${branch}")


def test_braces_in_quotes_do_not_end_an_expression() -> None:
    who = task("""<userTask id="x" camunda:assignee="${a == '}' ? b : c}"/>""").assignment
    assert isinstance(who.assignee, Expression)
    assert who.assignee.text == "a == '}' ? b : c"


@pytest.mark.parametrize("namespace", ["flowable.org/bpmn", "activiti.org/bpmn", "operaton.org/schema/1.0/bpmn"])
def test_relatives_of_camunda_7_speak_its_language(namespace: str) -> None:
    element = '<userTask id="x" v:assignee="${clerk}" v:candidateGroups="office" v:formKey="check" v:category="c"/>'
    source = process(around(element)).replace(b'xmlns:other="', f'xmlns:v="http://{namespace}" xmlns:other="'.encode())
    model, found = read_bpmn(source)
    assert model is not None
    assert found == ()
    assert model.processes[0].dialect == "camunda7"
    x = next(n for n in model.processes[0].scope.walk() if n.id == "x")
    assert isinstance(x, Task)
    assert (x.assignment.assignee, x.assignment.candidate_groups) == (juel("clerk", x.line), Text("office", x.line))
    assert x.form is not None
    assert x.form.key == "check"


def test_a_result_may_have_its_former_name() -> None:
    assert task('<serviceTask id="x" camunda:expression="${a}" camunda:resultVariableName="r"/>').result_variable == "r"


def test_a_thrown_message_that_code_sends_needs_no_name() -> None:
    read(around(throw('<messageEventDefinition camunda:class="a.Sends"/>')))


def test_what_is_refused_in_a_part_is_shown_at_the_element_that_holds_it() -> None:
    wrong = '<dataInputAssociation id="i"><targetRef>n</targetRef><assignment id="a"/></dataInputAssociation>'
    _, found = read_bpmn(process(around(f'<userTask id="x">{wrong}</userTask>'), "camunda7"))
    assert [each.element_id for each in found] == ["x"]


def test_form_properties_are_form_fields() -> None:
    properties = (
        '<camunda:formProperty id="days" name="Days" type="long" required="true" default="3"/>'
        '<camunda:formProperty id="why" type="enum" writable="false"><camunda:value id="a" name="A"/>'
        "</camunda:formProperty>"
    )
    form = task(extended("userTask", properties)).form
    assert form is not None
    days, why = form.fields
    assert (days.label, days.type, days.constraints) == ("Days", "long", {"required": "true"})
    assert isinstance(days.default, Text)
    assert (why.label, why.options, why.constraints) == ("why", (("a", "A"),), {"readonly": "true"})
