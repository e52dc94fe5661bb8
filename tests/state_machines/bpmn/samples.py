"""Small BPMN files for the tests: a head for each dialect, shorthands, and broken models for every finding."""

HEADS = {
    "bpmn": "",
    "camunda7": 'modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.23.0"',
    "camunda8": 'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.7.0"',
}


def definitions(content: str, dialect: str = "bpmn") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
        ' xmlns:modeler="http://camunda.org/schema/modeler/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xmlns:other="urn:other" {HEADS[dialect]} id="d" targetNamespace="urn:test">\n{content}\n</definitions>'
    ).encode()


def process(body: str, dialect: str = "bpmn", roots: str = "", attributes: str = "") -> bytes:
    return definitions(f'<process id="p" isExecutable="true" {attributes}>\n{body}\n</process>{roots}', dialect)


def flow(flow_id: str, source: str, target: str, content: str = "") -> str:
    return f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{content}</sequenceFlow>'


def when(text: str) -> str:
    return f"<conditionExpression>{text}</conditionExpression>"


def script(node_id: str) -> str:
    return f'<scriptTask id="{node_id}" scriptFormat="feel"><script>null</script></scriptTask>'


def around(node: str, node_id: str = "x") -> str:
    """Start, the node, end."""
    return f'<startEvent id="s"/>{node}<endEvent id="e"/>{flow("f1", "s", node_id)}{flow("f2", node_id, "e")}'


def extended(tag: str, extensions: str, attributes: str = "", content: str = "") -> str:
    """An element `x` with extension elements."""
    return f'<{tag} id="x" {attributes}><extensionElements>{extensions}</extensionElements>{content}</{tag}>'


def throw(definition: str) -> str:
    return f'<intermediateThrowEvent id="x">{definition}</intermediateThrowEvent>'


def catch(definition: str) -> str:
    return f'<intermediateCatchEvent id="x">{definition}</intermediateCatchEvent>'


def date(text: str) -> str:
    return f"<timerEventDefinition><timeDate>{text}</timeDate></timerEventDefinition>"


_OUTPUT = '<zeebe:ioMapping><zeebe:output source="{}" target="b"/></zeebe:ioMapping>'
LINE = '<startEvent id="s"/><endEvent id="e"/>' + flow("f1", "s", "e")
INNER = '<startEvent id="s2"/><endEvent id="e2"/>' + flow("g", "s2", "e2")
BOUNDARY = '<boundaryEvent id="b" attachedToRef="x">{}</boundaryEvent>'
TIMER = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"
CONDITION = "<conditionalEventDefinition><condition>= a</condition></conditionalEventDefinition>"
MESSAGE = '<message id="m" name="paid"/>'

BAD_NOTATION: list[tuple[str, str, bytes]] = [
    ("BPMN-001", "", b"<definitions"),
    ("BPMN-002", "", b"<html/>"),
    ("BPMN-002", "", definitions(MESSAGE)),
    ("BPMN-003", "p", process(LINE + '<sequenceflow sourceRef="s" targetRef="e"/>')),
    ("BPMN-004", "x", process(around('<task id="x" startQuantity="2"/>'))),
    ("BPMN-004", "c", process(LINE + '<choreographyTask id="c"/>')),
    ("BPMN-005", "x", process(around('<task id="x" camunda:asyncBefore="true"/>'), "camunda7")),
    ("BPMN-006", "x", process(around(extended("task", '<camunda:executionListener class="A"/>')), "camunda7")),
    ("BPMN-006", "x", process(around(extended("userTask", "<zeebe:taskListeners/>")), "camunda8")),
    ("BPMN-006", "x", process(around('<userTask id="x" camunda:topic="t"/>'), "camunda7")),
    ("BPMN-006", "x", process(around(extended("task", "<camunda:unheardOf/>")), "camunda7")),
    ("BPMN-006", "x", process(around(extended("task", "<zeebe:unheardOf/>")), "camunda8")),
    ("BPMN-006", "x", process(around(extended("userTask", "<camunda:connector/>")), "camunda7")),
    ("BPMN-006", "x", process(around(extended("manualTask", '<zeebe:taskDefinition type="t"/>')), "camunda8")),
    (
        "BPMN-006",
        "x",
        process(
            around(extended("callActivity", '<camunda:in variables="all" unheardOf="true"/>', 'calledElement="c"')),
            "camunda7",
        ),
    ),
    (
        "BPMN-005",
        "x",
        process(around(extended("userTask", '<zeebe:formDefinition formId="f" bindingType="latest"/>')), "camunda8"),
    ),
    ("BPMN-012", "x", process(around('<task id="x" colour="red"/>'))),
    ("BPMN-007", "x", process(around(extended("serviceTask", '<zeebe:taskDefinition type=""/>')), "camunda8")),
    ("BPMN-007", "x", process(around('<serviceTask id="x" camunda:type="external"/>'), "camunda7")),
    ("BPMN-007", "x", process(around('<callActivity id="x"/>'))),
    ("BPMN-007", "x", process(around('<scriptTask id="x"/>'))),
    ("BPMN-007", "x", process(around('<task id="x" isForCompensation="maybe"/>'))),
    ("BPMN-007", "x", process(around('<task id="x"><multiInstanceLoopCharacteristics/></task>'))),
    ("BPMN-007", "x", process(around(catch(TIMER.format(""))))),
    (
        "BPMN-008",
        "x",
        process(around('<receiveTask id="x" messageRef="gone"/>')),
    ),
    (
        "BPMN-008",
        "x",
        process(around(throw('<signalEventDefinition signalRef="gone"/>'))),
    ),
    (
        "BPMN-008",
        "e",
        process('<startEvent id="s"/><endEvent id="e"><errorEventDefinition/></endEvent>' + flow("f", "s", "e")),
    ),
    (
        "BPMN-008",
        "a",
        definitions(
            f'<process id="p" isExecutable="true">{LINE}</process><collaboration id="c">'
            '<participant id="a" processRef="gone"/></collaboration>'
        ),
    ),
    ("BPMN-009", "f1", process(LINE.replace("</sequenceFlow>", when("true") + "</sequenceFlow>"), "camunda7")),
    ("BPMN-009", "x", process(around(extended("manualTask", _OUTPUT.format("a"))), "camunda8")),
    ("BPMN-009", "f1", process(LINE.replace("</sequenceFlow>", when("  ") + "</sequenceFlow>"))),
    ("BPMN-010", "x", process(around('<scriptTask id="x" scriptFormat="groovy"><script>1</script></scriptTask>'))),
    (
        "BPMN-010",
        "f1",
        process(
            LINE.replace(
                "</sequenceFlow>", '<conditionExpression language="groovy">x</conditionExpression></sequenceFlow>'
            )
        ),
    ),
    ("BPMN-011", "", process(LINE + '<task name="nameless"/>')),
    ("BPMN-012", "x", process(around(extended("task", "<other:thing/>")))),
]
"""(code, element, file): the reader says exactly this code, and says it on the element."""

BAD_MODELS: list[tuple[str, str, bytes]] = [
    ("BPMN-101", "p", definitions(f'<process id="p" isExecutable="false">{LINE}</process>')),
    ("BPMN-102", "e", process(LINE.replace('"f1"', '"e"'))),
    ("BPMN-103", "f2", process(LINE + flow("f2", "s", "gone"))),
    (
        "BPMN-103",
        "f2",
        process(
            around(f'<subProcess id="x">{INNER}</subProcess>').replace(
                flow("f2", "x", "e"), flow("f2", "x", "e").replace('"f2"', '"f3"') + flow("f2", "x", "inner")
            )
        ),
    ),
    ("BPMN-104", "x", process(around('<task id="x" default="f1"/>'))),
    (
        "BPMN-104",
        "f2",
        process(around('<task id="x" default="f2"/>').replace(flow("f2", "x", "e"), flow("f2", "x", "e", when("=a")))),
    ),
    ("BPMN-105", "b", process(LINE + BOUNDARY.format(TIMER.format("PT1S")) + flow("g", "b", "e"))),
    ("BPMN-106", "p", process("")),
    ("BPMN-106", "t", process(LINE + '<startEvent id="t"/>' + flow("g", "t", "e"))),
    ("BPMN-106", "x", process(around('<subProcess id="x"/>'))),
    (
        "BPMN-106",
        "v",
        process(LINE + '<subProcess id="v" triggeredByEvent="true">' + INNER + "</subProcess>"),
    ),
    ("BPMN-107", "x", process(LINE + '<task id="x"/>' + flow("g", "x", "e"))),
    ("BPMN-108", "x", process('<startEvent id="s"/><task id="x"/>' + flow("f", "s", "x"))),
    ("BPMN-109", "e", process(LINE + '<endEvent id="e2"/>' + flow("g", "e", "e2"))),
    ("BPMN-110", "s", process(around('<task id="x"/>') + flow("g", "x", "s"))),
    ("BPMN-111", "b", process(around('<task id="x"/>' + BOUNDARY.format(TIMER.format("PT1S"))))),
    ("BPMN-112", "b", process(around('<task id="x"/>' + BOUNDARY.format("<compensateEventDefinition/>")))),
    (
        "BPMN-112",
        "x",
        process(around(throw('<compensateEventDefinition activityRef="gone"/>'))),
    ),
    ("BPMN-113", "f2", process(around('<exclusiveGateway id="x"/>') + flow("g", "x", "e", when("=a")))),
    ("BPMN-114", "g", process(around('<parallelGateway id="x"/>') + flow("g", "x", "e", when("=a")))),
    ("BPMN-115", "e", process(around('<eventBasedGateway id="x"/>'))),
    (
        "BPMN-116",
        "x",
        process(
            '<startEvent id="s"/><intermediateThrowEvent id="x"><linkEventDefinition name="l"/>'
            "</intermediateThrowEvent>" + flow("f", "s", "x")
        ),
    ),
    (
        "BPMN-117",
        "e",
        process('<startEvent id="s"/><endEvent id="e"><cancelEventDefinition/></endEvent>' + flow("f", "s", "e")),
    ),
    ("BPMN-118", "f1", process(LINE.replace("</sequenceFlow>", when("=_dpc.version = 1") + "</sequenceFlow>"))),
    (
        "BPMN-118",
        "x",
        process(
            around(extended("task", '<zeebe:ioMapping><zeebe:input source="=1" target="_dpc"/></zeebe:ioMapping>')),
            "camunda8",
        ),
    ),
    ("BPMN-119", "f1", process(LINE.replace("</sequenceFlow>", when("=a ===") + "</sequenceFlow>"))),
    (
        "BPMN-119",
        "f1",
        process(LINE.replace("</sequenceFlow>", when("${a &amp;&amp;}") + "</sequenceFlow>"), "camunda7"),
    ),
    ("BPMN-119", "x", process(around('<scriptTask id="x"><script>if then</script></scriptTask>'))),
    *(
        (
            "BPMN-120",
            "x",
            process(around(catch(TIMER.format(text)))),
        )
        for text in ("24 hours", "P", "PT", "P1DT", "PT1H30", "1D")
    ),
    (
        "BPMN-120",
        "x",
        process(around(catch(date("2027-02-30")))),
    ),
    ("BPMN-120", "x", process(around(catch(TIMER.format("0 0 8 ? * 2-6").replace("timeDuration", "timeCycle"))))),
    ("BPMN-121", "x", process(around('<userTask id="x"/>'))),
    ("BPMN-122", "x" * 81, process(around(f'<task id="{"x" * 81}"/>', "x" * 81))),
    ("BPMN-123", "x", process(around('<complexGateway id="x"/>'))),
    ("BPMN-124", "x", process(around('<serviceTask id="x"/>'), "camunda7")),
    ("BPMN-124", "x", process(around('<sendTask id="x"/>'), "camunda8")),
    ("BPMN-125", "x", process(around('<intermediateCatchEvent id="x"/>'))),
    (
        "BPMN-125",
        "e",
        process('<startEvent id="s"/><endEvent id="e">' + TIMER.format("PT1S") + "</endEvent>" + flow("f", "s", "e")),
    ),
    (
        "BPMN-125",
        "b",
        process(
            around(
                '<task id="x"/><boundaryEvent id="b" attachedToRef="x" cancelActivity="false">'
                "<errorEventDefinition/></boundaryEvent>"
            )
            + flow("g", "b", "e")
        ),
    ),
    (
        "BPMN-128",
        "x",
        process(
            around(
                extended(
                    "manualTask",
                    '<zeebe:properties><zeebe:property name="inbound.type" value="io.camunda:webhook:1"/>'
                    "</zeebe:properties>",
                )
            ),
            "camunda8",
        ),
    ),
    ("BPMN-127", "x", process(around('<callActivity id="x" calledElement="p"/>'))),
    (
        "BPMN-126",
        "v",
        process(
            LINE
            + '<subProcess id="v" triggeredByEvent="true"><startEvent id="s2">'
            + CONDITION
            + '</startEvent><endEvent id="e2"/>'
            + flow("h", "s2", "e2")
            + "</subProcess>"
            + flow("g", "v", "e")
        ),
    ),
]
"""(code, element, file): the reader is content, and the rules say exactly this code, on the element."""
