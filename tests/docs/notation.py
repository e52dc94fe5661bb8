"""How the three dialects write the same things: tasks, loops, event definitions, whole files."""

from collections.abc import Mapping
from typing import Literal

Dialect = Literal["bpmn", "camunda7", "camunda8"]
DIALECTS: tuple[Dialect, ...] = ("bpmn", "camunda7", "camunda8")
USER8 = "<zeebe:userTask/>"
_PLATFORMS: Mapping[Dialect, str] = {
    "bpmn": "",
    "camunda7": ' modeler:executionPlatform="Camunda Platform"',
    "camunda8": ' modeler:executionPlatform="Camunda Cloud"',
}
ROOTS = (
    '<message id="m" name="m"/><message id="mk" name="mk"><extensionElements><zeebe:subscription '
    'correlationKey="=key"/></extensionElements></message><signal id="sig" name="sig"/>'
    '<error id="err" errorCode="E" name="E"/><escalation id="esc" escalationCode="X" name="X"/>'
    '<interface id="i" name="i"><operation id="op" name="op"><inMessageRef>m</inMessageRef></operation></interface>'
    '<globalTask id="global" name="Global"/>'
)


def file(body: str, dialect: Dialect, roots: str = "", attributes: str = "") -> bytes:
    """A file with one process, `attributes` on it."""
    used = ROOTS if dialect == "camunda8" else ROOTS.replace("zeebe:subscription", "other:subscription")
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
        ' xmlns:modeler="http://camunda.org/schema/modeler/1.0" xmlns:other="urn:other"'
        f'{_PLATFORMS[dialect]} targetNamespace="t">{used}{roots}'
        f'<process id="p" isExecutable="true"{attributes}>{body}</process></definitions>'
    ).encode()


def flows(*pairs: str) -> str:
    """Sequence flows, each written `a>b`, with what stands behind it as its condition: `a>b?=x`."""
    written = []
    for pair in pairs:
        ends, _, condition = pair.partition("?")
        source, target = ends.split(">")
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        written.append(
            f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
    return "".join(written)


def expression(text: str, dialect: Dialect) -> str:
    """FEEL, or JUEL in Camunda 7."""
    return f"${{{text}}}" if dialect == "camunda7" else f"={text}"


def extended(*elements: str) -> str:
    """Extension elements, if there are any."""
    return f"<extensionElements>{''.join(elements)}</extensionElements>" if any(elements) else ""


def activity(tag: str, node_id: str, dialect: Dialect, inside: str = "", attributes: str = "") -> str:
    """An activity that is complete in its dialect; `inside` follows its extensions."""
    extension, own, content = _parts(tag, node_id, dialect)
    return f'<{tag} id="{node_id}"{own}{attributes}>{extended(extension)}{content}{inside}</{tag}>'


def _parts(tag: str, node_id: str, dialect: Dialect) -> tuple[str, str, str]:
    """(extension, attributes, content) of an activity."""
    job = '<zeebe:taskDefinition type="work"/>' if dialect == "camunda8" else ""
    topic = ' camunda:type="external" camunda:topic="work"' if dialect == "camunda7" else ""
    inner = (
        f'<startEvent id="{node_id}_s"/>{activity("userTask", f"{node_id}_t", dialect)}<endEvent id="{node_id}_e"/>'
        f"{flows(f'{node_id}_s>{node_id}_t', f'{node_id}_t>{node_id}_e')}"
        if tag in ("subProcess", "transaction")
        else ""
    )
    parts: Mapping[str, tuple[str, str, str]] = {
        "userTask": ("<zeebe:userTask/>" if dialect == "camunda8" else "", "", ""),
        "serviceTask": (job, topic, ""),
        "sendTask": (job, topic or (' messageRef="m"' if dialect == "bpmn" else ""), ""),
        "receiveTask": ("", ' messageRef="mk"' if dialect == "camunda8" else ' messageRef="m"', ""),
        "businessRuleTask": (
            '<zeebe:calledDecision decisionId="d" resultVariable="r"/>' if dialect == "camunda8" else "",
            ' camunda:decisionRef="d" camunda:resultVariable="r"' if dialect == "camunda7" else "",
            "",
        ),
        "scriptTask": (
            '<zeebe:script expression="=1" resultVariable="r"/>' if dialect == "camunda8" else "",
            "" if dialect == "camunda8" else ' scriptFormat="feel"',
            "" if dialect == "camunda8" else "<script>1</script>",
        ),
        "callActivity": (
            '<zeebe:calledElement processId="q"/>' if dialect == "camunda8" else "",
            "" if dialect == "camunda8" else ' calledElement="q"',
            "",
        ),
        "adHocSubProcess": ("", "", activity_pair(node_id, dialect) if tag == "adHocSubProcess" else ""),
    }
    return parts.get(tag, ("", "", inner))


def activity_pair(node_id: str, dialect: Dialect) -> str:
    """Two user tasks."""
    return activity("userTask", f"{node_id}_a", dialect) + activity("userTask", f"{node_id}_b", dialect)


def many(dialect: Dialect, sequential: bool) -> str:
    """A multi-instance over a list."""
    written = "true" if sequential else "false"
    if dialect == "camunda7":
        return (
            f'<multiInstanceLoopCharacteristics isSequential="{written}" camunda:collection="${{list}}" '
            'camunda:elementVariable="item"/>'
        )
    if dialect == "camunda8":
        loop = extended('<zeebe:loopCharacteristics inputCollection="=list" inputElement="item"/>')
    else:
        loop = '<loopDataInputRef>list</loopDataInputRef><inputDataItem name="item"/>'
    return f'<multiInstanceLoopCharacteristics isSequential="{written}">{loop}</multiInstanceLoopCharacteristics>'


def standard_loop(dialect: Dialect) -> str:
    """A loop with a condition and a maximum."""
    condition = f"<loopCondition>{expression('more', dialect)}</loopCondition>"
    return f'<standardLoopCharacteristics loopMaximum="3">{condition}</standardLoopCharacteristics>'


def definition(kind: str, dialect: Dialect, *, throws: bool = False) -> str:
    """The definition of an event; an empty text for none."""
    message = "mk" if dialect == "camunda8" and not throws else "m"
    worker = dialect == "camunda7" and throws
    topic = ' camunda:type="external" camunda:topic="work"' if worker else ""
    condition = f"<condition>{expression('x', dialect)}</condition>"
    singles = {
        "none": "",
        "message": f'<messageEventDefinition messageRef="{message}"{topic}/>',
        "timer (date)": _timer("<timeDate>2030-01-01T00:00:00Z</timeDate>"),
        "timer (duration)": _timer("<timeDuration>PT1H</timeDuration>"),
        "timer (cycle)": _timer("<timeCycle>R3/PT1H</timeCycle>"),
        "signal": '<signalEventDefinition signalRef="sig"/>',
        "error": '<errorEventDefinition errorRef="err"/>',
        "escalation": '<escalationEventDefinition escalationRef="esc"/>',
        "compensation": "<compensateEventDefinition/>",
        "conditional": f"<conditionalEventDefinition>{condition}</conditionalEventDefinition>",
        "link": '<linkEventDefinition name="l"/>',
        "terminate": "<terminateEventDefinition/>",
        "cancel": "<cancelEventDefinition/>",
    }
    several = singles["signal"] + (singles["message"] if throws else singles["timer (duration)"])
    return {**singles, "multiple": several, "parallel multiple": several}[kind]


def _timer(inside: str) -> str:
    return f"<timerEventDefinition>{inside}</timerEventDefinition>"
