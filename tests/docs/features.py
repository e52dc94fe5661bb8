"""What the dialects say beside the elements: mappings, people, forms, jobs, calls, data. Each as a tiny model."""

from collections.abc import Mapping

from tests.docs.notation import DIALECTS, Dialect, activity, extended, file, flows

Written = Mapping[Dialect, tuple[str, str, str, str]]
"""By dialect: (tag, attributes, extensions, content) of the one node of the process."""

JOB7 = ' camunda:type="external" camunda:topic="w"'
JOB8 = '<zeebe:taskDefinition type="w"/>'
Whole = Mapping[str, tuple[str, str, str]]
"""By dialect: (body, other roots, attributes of the process)."""

USER8 = "<zeebe:userTask/>"


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
                    '<camunda:field name="a"><camunda:string>b</camunda:string></camunda:field>',
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
            "Java class",
            {"camunda7": ("serviceTask", ' camunda:class="com.example.Work"', "", "")},
        ),
        (
            "delegate expression",
            {"camunda7": ("serviceTask", ' camunda:delegateExpression="${bean}"', "", "")},
        ),
        (
            "expression that computes",
            {"camunda7": ("serviceTask", ' camunda:expression="${a + 1}" camunda:resultVariable="b"', "", "")},
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
            "script in another language",
            dict.fromkeys(("bpmn", "camunda7"), ("scriptTask", ' scriptFormat="groovy"', "", "<script>x = 1</script>")),
        ),
    ]
)


LINE = f'<startEvent id="s"/><userTask id="x"/><endEvent id="e"/>{flows("s>x", "x>e")}'


def _performer(tag: str) -> str:
    inner = "<resourceAssignmentExpression><expression>user</expression></resourceAssignmentExpression>"
    return LINE.replace('<userTask id="x"/>', f'<userTask id="x"><{tag}>{inner}</{tag}></userTask>')


def _global(tag: str, dialect: Dialect) -> str:
    kind = tag.removeprefix("global")
    local = activity(f"{kind[0].lower()}{kind[1:]}", "g", dialect)
    local = local.replace(f"<{kind[0].lower()}", f"<global{kind[0]}", 1)
    return local.replace(f"</{kind[0].lower()}{kind[1:]}>", f"</{tag}>")


def _calls_global(tag: str) -> Whole:
    called = '<zeebe:calledElement processId="g"/>'
    eight = f'<callActivity id="x">{extended(called)}</callActivity>'
    calls = dict.fromkeys(("bpmn", "camunda7"), '<callActivity id="x" calledElement="g"/>') | {"camunda8": eight}
    ends = f'<startEvent id="s"/><endEvent id="e"/>{flows("s>x", "x>e")}'
    return {d: (ends + calls[d], _global(tag, d), "") for d in DIALECTS}


def _error_variables(kind: str, attributes: str) -> str:
    definition = f'<{kind}EventDefinition {kind}Ref="{kind[:3]}"{attributes}/>'
    caught = f'<boundaryEvent id="b" attachedToRef="x">{definition}</boundaryEvent><endEvent id="be"/>'
    return LINE + caught + flows("b>be")


def _woken_condition() -> str:
    condition = '<condition xsi:type="tFormalExpression">${y == 1}</condition>'
    definition = f'<conditionalEventDefinition camunda:variableName="y">{condition}</conditionalEventDefinition>'
    caught = f'<boundaryEvent id="b" attachedToRef="x">{definition}</boundaryEvent><endEvent id="be"/>'
    return LINE + caught + flows("b>be")


def _decided(attributes: str) -> str:
    rule = f'<businessRuleTask id="x" camunda:decisionRef="d" camunda:resultVariable="r"{attributes}/>'
    return LINE.replace('<userTask id="x"/>', rule)


_POOL = '<collaboration id="c"><participant id="pool" name="Pool" processRef="p"/></collaboration>'
_LANES = (
    '<laneSet id="ls"><lane id="l" name="Office"><flowNodeRef>x</flowNodeRef><childLaneSet id="cl"><lane id="l2" '
    'name="Desk"><flowNodeRef>x</flowNodeRef></lane></childLaneSet></lane></laneSet>'
)
_REFERRED = '<intermediateCatchEvent id="x"><eventDefinitionRef>t</eventDefinitionRef></intermediateCatchEvent>'
_TIMER = '<timerEventDefinition id="t"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
_RECEIVED = '<receiveTask id="x"><operationRef>op</operationRef></receiveTask>'
_EDGES = (
    '<userTask id="x"><documentation>Why</documentation><incoming>f_s_x</incoming><outgoing>f_x_e</outgoing></userTask>'
)
_TASK = '<userTask id="x"/>'
_COMPLEX = "<complexGateway id='x'><activationCondition>=a</activationCondition></complexGateway>"
_PROPERTY = {
    "camunda7": '<camunda:properties><camunda:property name="a" value="b"/></camunda:properties>',
    "camunda8": '<zeebe:properties><zeebe:property name="a" value="b"/></zeebe:properties>',
}
_SCRIPTED = (
    '<camunda:inputOutput><camunda:inputParameter name="a"><camunda:script scriptFormat="feel">1</camunda:script>'
    "</camunda:inputParameter></camunda:inputOutput>"
)

_CHOICE = '<zeebe:adHoc activeElementsCollection="=chosen"/>'
_CHOSEN = f'<adHocSubProcess id="x">{extended(_CHOICE)}<userTask id="y">{extended(USER8)}</userTask></adHocSubProcess>'
_THROWING = (
    '<userTask id="x"><multiInstanceLoopCharacteristics behavior="One" oneBehaviorEventRef="thrown"><loopCardinality>3'
    '</loopCardinality></multiInstanceLoopCharacteristics></userTask><boundaryEvent id="b" attachedToRef="x">'
    '<signalEventDefinition signalRef="sig"/></boundaryEvent><endEvent id="be"/>'
) + flows("b>be")
_THROWN = '<signalEventDefinition id="thrown" signalRef="sig"/>'

WHOLE: Mapping[str, Whole] = {
    "ad-hoc activities chosen by an expression": {"camunda8": (LINE.replace(_TASK, _CHOSEN), "", "")},
    "event thrown by a multi-instance": {d: (LINE.replace(_TASK, _THROWING), _THROWN, "") for d in DIALECTS},
    "pools": dict.fromkeys(DIALECTS, (LINE, _POOL, "")),
    "lanes": dict.fromkeys(DIALECTS, (_LANES + LINE, "", "")),
    "documentation, incoming and outgoing": {d: (LINE.replace(_TASK, _EDGES), "", "") for d in DIALECTS},
    "event definition of the file": {d: (LINE.replace(_TASK, _REFERRED), _TIMER, "") for d in DIALECTS},
    "message of an operation": {d: (LINE.replace(_TASK, _RECEIVED), "", "") for d in ("bpmn", "camunda7")},
    "activation condition": {d: (LINE.replace(_TASK, _COMPLEX), "", "") for d in DIALECTS},
    "human performer": {"bpmn": (_performer("humanPerformer"), "", "")},
    "performer": {"bpmn": (_performer("performer"), "", "")},
    "global user task": _calls_global("globalUserTask"),
    "global script task": _calls_global("globalScriptTask"),
    "global manual task": _calls_global("globalManualTask"),
    "global business rule task": _calls_global("globalBusinessRuleTask"),
    "properties of an element": {
        d: (LINE.replace(_TASK, f'<userTask id="x">{extended(p)}</userTask>'), "", "") for d, p in _PROPERTY.items()
    },
    "mapping by a FEEL script": {
        "camunda7": (LINE.replace(_TASK, f'<userTask id="x">{extended(_SCRIPTED)}</userTask>'), "", "")
    },
    "script in a file": {
        "camunda7": (
            LINE.replace(_TASK, '<scriptTask id="x" scriptFormat="feel" camunda:resource="deployment://x.feel"/>'),
            "",
            "",
        )
    },
    "version tag": {
        "camunda7": (LINE, "", ' camunda:versionTag="a"'),
        "camunda8": (extended('<zeebe:versionTag value="a"/>') + LINE, "", ""),
    },
    "candidate starter groups": {"camunda7": (LINE, "", ' camunda:candidateStarterGroups="g"')},
    "initiator": {"camunda7": (LINE.replace('"s"/>', '"s" camunda:initiator="who"/>', 1), "", "")},
    "variable that wakes a condition": {"camunda7": (_woken_condition(), "", "")},
    "variables of a caught error": {
        "camunda7": (
            _error_variables("error", ' camunda:errorCodeVariable="c" camunda:errorMessageVariable="m"'),
            "",
            "",
        )
    },
    "variable of a caught escalation": {
        "camunda7": (_error_variables("escalation", ' camunda:escalationCodeVariable="c"'), "", "")
    },
    "decision of the same deployment": {"camunda7": (_decided(' camunda:decisionRefBinding="deployment"'), "", "")},
    "decision of a version": {
        "camunda7": (_decided(' camunda:decisionRefBinding="version" camunda:decisionRefVersion="2"'), "", "")
    },
    "decision of a version tag": {
        "camunda7": (_decided(' camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="a"'), "", "")
    },
}


def whole(name: str, dialect: Dialect) -> bytes | None:
    """The model of a feature that is not one element's, or None where a dialect does not have it."""
    written = WHOLE[name].get(dialect)
    if written is None:
        return None
    body, roots, attributes = written
    if dialect == "camunda8":
        body = body.replace(_TASK, f'<userTask id="x">{extended(USER8)}</userTask>')
    return file(body, dialect, roots, attributes)


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


def implicit(shape: str, dialect: Dialect) -> bytes:
    """What is drawn without a gateway."""
    work = "".join(activity("userTask", name, dialect) for name in ("x", "u", "v"))
    condition = "${a}" if dialect == "camunda7" else "=a"
    default = ' default="f_x_v"' if shape == "conditional and default flow" else ""
    first = f"x>u?{condition}" if shape != "several flows" else "x>u"
    work = work.replace('<userTask id="x"', f'<userTask id="x"{default}', 1)
    ends = '<startEvent id="s"/><endEvent id="e"/><endEvent id="e2"/>'
    return file(ends + work + flows("s>x", first, "x>v", "u>e", "v>e2"), dialect)
