"""What the dialects say beside the elements: mappings, people, forms, jobs, calls, data. Each at one tiny element."""

from collections.abc import Mapping

from tests.docs.notation import USER8, Dialect, extended, file, flows

Written = Mapping[Dialect, tuple[str, str, str, str]]
"""By dialect: (tag, attributes, extensions, content) of the one node of the process."""

JOB7 = ' camunda:type="external" camunda:topic="w"'
JOB8 = '<zeebe:taskDefinition type="w"/>'


def _user(name: str, seven: str, eight: str) -> tuple[str, Written]:
    return name, {"camunda7": ("userTask", seven, "", ""), "camunda8": ("userTask", "", USER8 + eight, "")}


def _io(seven: str) -> str:
    return f"<camunda:inputOutput>{seven}</camunda:inputOutput>"


def _called(eight: str) -> tuple[str, str, str, str]:
    return "callActivity", "", f"<zeebe:calledElement {eight}/>", ""


def _calling(seven: str, inside: str = "") -> tuple[str, str, str, str]:
    return "callActivity", f' calledElement="q"{seven}', inside, ""


FEATURES: Mapping[str, Written] = dict(
    [
        (
            "input mapping",
            {
                "camunda7": (
                    "userTask",
                    "",
                    _io('<camunda:inputParameter name="a">${b}</camunda:inputParameter>'),
                    "",
                ),
                "camunda8": (
                    "serviceTask",
                    "",
                    JOB8 + '<zeebe:ioMapping><zeebe:input source="=b" target="a"/></zeebe:ioMapping>',
                    "",
                ),
            },
        ),
        (
            "output mapping",
            {
                "camunda7": (
                    "userTask",
                    "",
                    _io('<camunda:outputParameter name="a">${b}</camunda:outputParameter>'),
                    "",
                ),
                "camunda8": (
                    "serviceTask",
                    "",
                    JOB8 + '<zeebe:ioMapping><zeebe:output source="=b" target="a"/></zeebe:ioMapping>',
                    "",
                ),
            },
        ),
        (
            "mapping of maps and lists",
            {
                "camunda7": (
                    "userTask",
                    "",
                    _io(
                        '<camunda:inputParameter name="a"><camunda:map><camunda:entry key="k">${b}</camunda:entry>'
                        '</camunda:map></camunda:inputParameter><camunda:inputParameter name="c"><camunda:list>'
                        "<camunda:value>1</camunda:value></camunda:list></camunda:inputParameter>"
                    ),
                    "",
                )
            },
        ),
        _user("assignee", ' camunda:assignee="${who}"', '<zeebe:assignmentDefinition assignee="=who"/>'),
        _user("candidate users", ' camunda:candidateUsers="a,b"', '<zeebe:assignmentDefinition candidateUsers="a,b"/>'),
        _user(
            "candidate groups",
            ' camunda:candidateGroups="g"',
            '<zeebe:assignmentDefinition candidateGroups="=groups"/>',
        ),
        _user(
            "due and follow-up date",
            ' camunda:dueDate="${at}" camunda:followUpDate="2030-01-01T00:00:00Z"',
            '<zeebe:taskSchedule dueDate="=at" followUpDate="2030-01-01T00:00:00Z"/>',
        ),
        _user("priority", ' camunda:priority="${p}"', '<zeebe:priorityDefinition priority="=p"/>'),
        _user("form by id", ' camunda:formRef="f"', '<zeebe:formDefinition formId="f"/>'),
        _user("form by key", ' camunda:formKey="f"', '<zeebe:formDefinition formKey="f"/>'),
        _user("form by an expression", ' camunda:formKey="${f}"', '<zeebe:formDefinition formId="=f"/>'),
        (
            "form properties in the model",
            {
                "camunda7": (
                    "userTask",
                    "",
                    '<camunda:formProperty id="a" name="A" type="enum" required="true"><camunda:value id="v" name="V"/>'
                    "</camunda:formProperty>",
                    "",
                )
            },
        ),
        (
            "form fields in the model",
            {
                "camunda7": (
                    "userTask",
                    "",
                    '<camunda:formData><camunda:formField id="a" type="string"><camunda:validation>'
                    '<camunda:constraint name="required"/></camunda:validation></camunda:formField></camunda:formData>',
                    "",
                )
            },
        ),
        (
            "performers of plain BPMN",
            {
                "bpmn": (
                    "userTask",
                    "",
                    "",
                    "<potentialOwner><resourceAssignmentExpression><formalExpression>group</formalExpression>"
                    "</resourceAssignmentExpression></potentialOwner>",
                )
            },
        ),
        (
            "job type or topic",
            {"camunda7": ("serviceTask", JOB7, "", ""), "camunda8": ("serviceTask", "", JOB8, "")},
        ),
        (
            "job headers or injected fields",
            {
                "camunda7": (
                    "serviceTask",
                    JOB7,
                    '<camunda:field name="a"><camunda:string>b</camunda:string></camunda:field>'
                    '<camunda:field name="c"><camunda:expression>${d}</camunda:expression></camunda:field>',
                    "",
                ),
                "camunda8": (
                    "serviceTask",
                    "",
                    JOB8 + '<zeebe:taskHeaders><zeebe:header key="a" value="b"/></zeebe:taskHeaders>',
                    "",
                ),
            },
        ),
        (
            "injected field by an expression",
            {
                "camunda7": (
                    "serviceTask",
                    JOB7,
                    '<camunda:field name="a"><camunda:expression>${a}</camunda:expression></camunda:field>',
                    "",
                )
            },
        ),
        (
            "retries and retry time cycle",
            {
                "camunda7": (
                    "serviceTask",
                    JOB7,
                    "<camunda:failedJobRetryTimeCycle>R3/PT10S</camunda:failedJobRetryTimeCycle>",
                    "",
                ),
                "camunda8": ("serviceTask", "", '<zeebe:taskDefinition type="w" retries="5"/>', ""),
            },
        ),
        (
            "different waits between tries",
            {
                "camunda7": (
                    "serviceTask",
                    JOB7,
                    "<camunda:failedJobRetryTimeCycle>PT10S,PT1M,PT5M</camunda:failedJobRetryTimeCycle>",
                    "",
                ),
            },
        ),
        (
            "error by a condition on a worker's job",
            {
                "camunda7": (
                    "serviceTask",
                    JOB7,
                    '<camunda:errorEventDefinition id="m" errorRef="err" '
                    'expression="${externalTask.errorMessage == null}"/>',
                    "",
                ),
            },
        ),
        (
            "connector",
            {
                "camunda7": (
                    "serviceTask",
                    "",
                    "<camunda:connector><camunda:connectorId>http-connector</camunda:connectorId>"
                    '<camunda:inputOutput><camunda:inputParameter name="url">https://a.example</camunda:inputParameter>'
                    "</camunda:inputOutput></camunda:connector>",
                    "",
                ),
                "camunda8": ("serviceTask", "", '<zeebe:taskDefinition type="io.camunda:http-json:1"/>', ""),
            },
        ),
        (
            "error expression of a connector",
            {
                "camunda8": (
                    "serviceTask",
                    "",
                    '<zeebe:taskDefinition type="io.camunda:http-json:1"/><zeebe:taskHeaders>'
                    '<zeebe:header key="errorExpression" value="=bpmnError(error.code, error.message)"/>'
                    "</zeebe:taskHeaders>",
                    "",
                ),
            },
        ),
        (
            "Java class",
            {"camunda7": ("serviceTask", ' camunda:class="com.example.Work"', "", "")},
        ),
        (
            "delegate expression",
            {"camunda7": ("serviceTask", ' camunda:delegateExpression="${bean}"', "", "")},
        ),
        (
            "expression that computes",
            {"camunda7": ("serviceTask", ' camunda:expression="${a + 1}" camunda:resultVariableName="b"', "", "")},
        ),
        (
            "asynchronous before and after",
            {"camunda7": ("userTask", ' camunda:asyncBefore="true" camunda:asyncAfter="true"', "", "")},
        ),
        (
            "listener",
            {
                "camunda7": ("userTask", "", '<camunda:taskListener event="create" class="L"/>', ""),
                "camunda8": (
                    "userTask",
                    "",
                    USER8
                    + '<zeebe:taskListeners><zeebe:taskListener eventType="creating" type="l"/></zeebe:taskListeners>',
                    "",
                ),
            },
        ),
        (
            "decision: single entry into a variable",
            {
                "camunda7": (
                    "businessRuleTask",
                    ' camunda:decisionRef="d" camunda:mapDecisionResult="singleEntry" camunda:resultVariable="r"',
                    "",
                    "",
                ),
                "camunda8": (
                    "businessRuleTask",
                    "",
                    '<zeebe:calledDecision decisionId="d" resultVariable="r"/>',
                    "",
                ),
            },
        ),
        (
            "decision by an expression",
            {
                "camunda7": ("businessRuleTask", ' camunda:decisionRef="${d}" camunda:resultVariable="r"', "", ""),
                "camunda8": (
                    "businessRuleTask",
                    "",
                    '<zeebe:calledDecision decisionId="=d" resultVariable="r"/>',
                    "",
                ),
            },
        ),
        (
            "call: latest version",
            {
                "bpmn": _calling(""),
                "camunda7": _calling(' camunda:calledElementBinding="latest"'),
                "camunda8": _called('processId="q" bindingType="latest"'),
            },
        ),
        (
            "call: version of the same deployment",
            {
                "camunda7": _calling(' camunda:calledElementBinding="deployment"'),
                "camunda8": _called('processId="q" bindingType="deployment"'),
            },
        ),
        (
            "call: a version",
            {"camunda7": _calling(' camunda:calledElementBinding="version" camunda:calledElementVersion="2"')},
        ),
        (
            "call: a version tag",
            {
                "camunda7": _calling(' camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="a"'),
                "camunda8": _called('processId="q" bindingType="versionTag" versionTag="a"'),
            },
        ),
        (
            "call: the process by an expression",
            {
                "camunda7": ("callActivity", ' calledElement="${q}"', "", ""),
                "camunda8": _called('processId="=q"'),
            },
        ),
        (
            "call: a global task",
            {
                "bpmn": ("callActivity", ' calledElement="global"', "", ""),
                "camunda7": ("callActivity", ' calledElement="global"', "", ""),
                "camunda8": _called('processId="global"'),
            },
        ),
        (
            "call: variables and business key",
            {
                "camunda7": _calling(
                    "",
                    '<camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:in source="a" target="b"/>'
                    '<camunda:out sourceExpression="${c}" target="d"/>',
                ),
                "camunda8": _called(
                    'processId="q" propagateAllParentVariables="false" propagateAllChildVariables="false"'
                ),
            },
        ),
        (
            "call: all variables (Flowable)",
            {"camunda7": _calling(' camunda:inheritVariables="true"', "")},
        ),
        (
            "data object and property",
            {d: ("userTask", "", USER8 if d == "camunda8" else "", "") for d in ("bpmn", "camunda7", "camunda8")},
        ),
        (
            "number of instances",
            {
                d: (
                    "userTask",
                    "",
                    USER8 if d == "camunda8" else "",
                    "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                    "</multiInstanceLoopCharacteristics>",
                )
                for d in ("bpmn", "camunda7", "camunda8")
            },
        ),
        (
            "completion condition",
            {
                d: (
                    "userTask",
                    "",
                    USER8 if d == "camunda8" else "",
                    "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality><completionCondition>"
                    f"{'${done}' if d == 'camunda7' else '=done'}</completionCondition>"
                    "</multiInstanceLoopCharacteristics>",
                )
                for d in ("bpmn", "camunda7", "camunda8")
            },
        ),
        (
            "output collection",
            {
                "bpmn": (
                    "userTask",
                    "",
                    "",
                    "<multiInstanceLoopCharacteristics><loopDataInputRef>list</loopDataInputRef><loopDataOutputRef>all"
                    '</loopDataOutputRef><inputDataItem name="i"/><outputDataItem name="o"/>'
                    "</multiInstanceLoopCharacteristics>",
                ),
                "camunda8": (
                    "userTask",
                    "",
                    USER8,
                    "<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics "
                    'inputCollection="=list" inputElement="i" outputCollection="all" outputElement="=o"/>'
                    "</extensionElements></multiInstanceLoopCharacteristics>",
                ),
            },
        ),
        (
            "compensation that is not waited for",
            dict.fromkeys(
                ("bpmn", "camunda7", "camunda8"),
                ("intermediateThrowEvent", "", "", '<compensateEventDefinition waitForCompletion="false"/>'),
            ),
        ),
        (
            "script in another language",
            dict.fromkeys(("bpmn", "camunda7"), ("scriptTask", ' scriptFormat="groovy"', "", "<script>x = 1</script>")),
        ),
    ]
)


def feature(name: str, dialect: Dialect) -> bytes | None:
    """The model of a feature, or None where a dialect does not have it."""
    written = FEATURES[name].get(dialect)
    if written is None:
        return None
    tag, attributes, extension, content = written
    node = f'<{tag} id="x"{attributes}>{extended(extension)}{content}</{tag}>'
    data = (
        '<dataObject id="o"/><dataObjectReference id="r" name="O" dataObjectRef="o"/><property id="y" name="Y"/>'
        if name == "data object and property"
        else ""
    )
    return file(f'{data}<startEvent id="s"/>{node}<endEvent id="e"/>{flows("s>x", "x>e")}', dialect)
