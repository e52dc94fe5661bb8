"""What is said of a whole process and around it: pools, lanes, global tasks, what is drawn without a gateway."""

import re
from collections.abc import Mapping

from tests.docs.notation import DIALECTS, USER8, Dialect, activity, expression, extended, file, flows

Whole = Mapping[str, tuple[str, str, str]]
"""By dialect: (body, other roots, attributes of the process)."""

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


def _woken_condition(test: str, attributes: str = "", extension: str = "") -> str:
    inside = f"{extended(extension) if extension else ''}<condition>{test}</condition>"
    definition = f"<conditionalEventDefinition{attributes}>{inside}</conditionalEventDefinition>"
    caught = f'<boundaryEvent id="b" attachedToRef="x">{definition}</boundaryEvent><endEvent id="be"/>'
    return LINE + caught + flows("b>be")


def _with(extension: str) -> str:
    return LINE.replace('<userTask id="x"/>', f'<userTask id="x">{extended(extension)}</userTask>')


def _decided(attributes: str) -> str:
    rule = f'<businessRuleTask id="x" camunda:decisionRef="d" camunda:resultVariable="r"{attributes}/>'
    return LINE.replace('<userTask id="x"/>', rule)


def _decided8(binding: str) -> str:
    called = f'<zeebe:calledDecision decisionId="d" resultVariable="r" {binding}/>'
    return LINE.replace('<userTask id="x"/>', f'<businessRuleTask id="x">{extended(called)}</businessRuleTask>')


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
_END = '<endEvent id="e"/>'
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


_NAMELESS = re.sub(r'sequenceFlow id="\w+"', "sequenceFlow", LINE)
_UNDECLARED = LINE.replace(_END, '<endEvent id="e"><errorEventDefinition errorRef="gone"/></endEvent>')
_WEEKLY = LINE.replace(
    '"s"/>', '"s"><timerEventDefinition><timeCycle>0 0 8 * * 2-6</timeCycle></timerEventDefinition></startEvent>', 1
)


def _bare(dialect: Dialect) -> str:
    fork = '<exclusiveGateway id="g"/><endEvent id="f"/>' + flows(
        "x>g", "g>e", f"g>f?{expression('y &gt; 1', dialect)}"
    )
    return LINE.replace(flows("x>e"), fork)


def _coded(kind: str, dialect: Dialect) -> tuple[str, str, str]:
    """An end event that throws what an expression names."""
    end = f'<endEvent id="e"><{kind}EventDefinition {kind}Ref="coded"/></endEvent>'
    return LINE.replace(_END, end), f'<{kind} id="coded" {kind}Code="{expression("y", dialect)}"/>', ""


def _sent(extension: str, signal: str) -> str:
    given = extended(extension) if extension else ""
    definition = f'<signalEventDefinition signalRef="{signal}">{given}</signalEventDefinition>'
    return f'<intermediateThrowEvent id="x">{definition}</intermediateThrowEvent>'


WHOLE: Mapping[str, Whole] = {
    "ad-hoc activities chosen by an expression": {"camunda8": (LINE.replace(_TASK, _CHOSEN), "", "")},
    "event thrown by a multi-instance": {d: (LINE.replace(_TASK, _THROWING), _THROWN, "") for d in DIALECTS},
    "pools": dict.fromkeys(DIALECTS, (LINE, _POOL, "")),
    "lanes": dict.fromkeys(DIALECTS, (_LANES + LINE, "", "")),
    "documentation, incoming and outgoing": {d: (LINE.replace(_TASK, _EDGES), "", "") for d in DIALECTS},
    "scope without a start event": dict.fromkeys(DIALECTS, ('<userTask id="x"/><userTask id="y"/>', "", "")),
    "sequence flow without an id": dict.fromkeys(DIALECTS, (_NAMELESS, "", "")),
    "flow without a condition, behind an exclusive gateway without a default": {
        d: (_bare(d), "", "") for d in DIALECTS
    },
    "condition behind a parallel gateway": {d: (_bare(d).replace("exclusive", "parallel"), "", "") for d in DIALECTS},
    "receive task that names no message": dict.fromkeys(DIALECTS, (LINE.replace("userTask", "receiveTask"), "", "")),
    "error that the file does not declare": dict.fromkeys(("bpmn", "camunda7"), (_UNDECLARED, "", "")),
    "cron with weekdays as numbers": dict.fromkeys(DIALECTS, (_WEEKLY, "", "")),
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
    "form inside the model": {
        "camunda8": (
            extended('<zeebe:userTaskForm id="form">{}</zeebe:userTaskForm>')
            + _with('<zeebe:formDefinition formKey="camunda-forms:bpmn:form"/>'),
            "",
            "",
        )
    },
    "candidate starter groups": {"camunda7": (LINE, "", ' camunda:candidateStarterGroups="g"')},
    "initiator": {"camunda7": (LINE.replace('"s"/>', '"s" camunda:initiator="who"/>', 1), "", "")},
    "variable that wakes a condition": {
        "camunda7": (_woken_condition("${y == 1}", ' camunda:variableName="y"'), "", ""),
        "camunda8": (_woken_condition("=y = 1", extension='<zeebe:conditionalFilter variableNames="y"/>'), "", ""),
    },
    "kind of writing that wakes a condition": {
        "camunda7": (_woken_condition("${y == 1}", ' camunda:variableEvents="create"'), "", ""),
        "camunda8": (
            _woken_condition("=y = 1", extension='<zeebe:conditionalFilter variableEvents="create"/>'),
            "",
            "",
        ),
    },
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
    "message of an error that is thrown": {
        "camunda7": (
            LINE.replace(_END, '<endEvent id="e"><errorEventDefinition errorRef="told"/></endEvent>'),
            '<error id="told" errorCode="T" camunda:errorMessage="${y}"/>',
            "",
        )
    },
    "variables of a signal that is thrown": {
        "camunda7": (LINE.replace(_TASK, _sent('<camunda:in source="y" target="z"/>', "sig")), "", "")
    },
    "name of a signal by an expression": {
        "camunda7": (LINE.replace(_TASK, _sent("", "named")), '<signal id="named" name="G-${y}"/>', ""),
        "camunda8": (LINE.replace(_TASK, _sent("", "named")), '<signal id="named" name="=&quot;G-&quot; + y"/>', ""),
    },
    "code of an error that is thrown by an expression": {d: _coded("error", d) for d in DIALECTS},
    "code of an escalation that is thrown by an expression": {d: _coded("escalation", d) for d in DIALECTS},
    "decision of the same deployment": {
        "camunda7": (_decided(' camunda:decisionRefBinding="deployment"'), "", ""),
        "camunda8": (_decided8('bindingType="deployment"'), "", ""),
    },
    "decision of a version": {
        "camunda7": (_decided(' camunda:decisionRefBinding="version" camunda:decisionRefVersion="2"'), "", "")
    },
    "decision of a version tag": {
        "camunda7": (_decided(' camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="a"'), "", ""),
        "camunda8": (_decided8('bindingType="versionTag" versionTag="a"'), "", ""),
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


def implicit(shape: str, dialect: Dialect) -> bytes:
    """What is drawn without a gateway."""
    work = "".join(activity("userTask", name, dialect) for name in ("x", "u", "v"))
    condition = "${a}" if dialect == "camunda7" else "=a"
    default = ' default="f_x_v"' if shape == "conditional and default flow" else ""
    first = f"x>u?{condition}" if shape != "several flows" else "x>u"
    work = work.replace('<userTask id="x"', f'<userTask id="x"{default}', 1)
    ends = '<startEvent id="s"/><endEvent id="e"/><endEvent id="e2"/>'
    return file(ends + work + flows("s>x", first, "x>v", "u>e", "v>e2"), dialect)
