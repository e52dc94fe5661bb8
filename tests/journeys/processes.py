"""Small processes that journeys deploy beside the demo's, in plain BPMN and Camunda 8 dialect."""

from itertools import pairwise

HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="http://example.org">'
)


def process(id_: str, body: str, outside: str = "") -> bytes:
    """A file with one executable process."""
    inner = f'{outside}<bpmn:process id="{id_}" name="{id_}" isExecutable="true">{body}</bpmn:process>'
    return f"{HEADER}{inner}</bpmn:definitions>".encode()


def line(*nodes: str) -> str:
    """Nodes (`tag#id` or `tag#id{inner}`) joined by sequence flows."""
    found, ids = [], []
    for node in nodes:
        head, _, inner = node.partition("{")
        tag, id_ = head.split("#")
        ids.append(id_)
        found.append(f'<bpmn:{tag} id="{id_}">{inner.removesuffix("}")}</bpmn:{tag}>')
    flows = [f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(ids)]
    return "".join(found + flows)


def every(cycle: str, id_: str = "reminders", note: str = "") -> bytes:
    """A process that a cycle starts, with one task."""
    timer = f"<bpmn:timerEventDefinition><bpmn:timeCycle>{cycle}</bpmn:timeCycle></bpmn:timerEventDefinition>"
    task = f"userTask#Remind{{<bpmn:documentation>{note}</bpmn:documentation>}}"
    return process(id_, line(f"startEvent#Daily{{{timer}}}", task, "endEvent#Done"))


WORKER = process(
    "external-work",
    line(
        "startEvent#Start",
        'serviceTask#Work{<bpmn:extensionElements><zeebe:taskDefinition type="pack" retries="2"/>'
        "</bpmn:extensionElements>}",
        "endEvent#Done",
    ),
)
MESSAGE_START = process(
    "ordered",
    line("startEvent#Ordered{<bpmn:messageEventDefinition messageRef='Order'/>}", "userTask#Look", "endEvent#Done"),
    '<bpmn:message id="Order" name="order-placed"/>',
)
PLAIN_START = process("ordered", line("startEvent#Ordered", "userTask#Look", "endEvent#Done"))
SIGNAL = process(
    "signalled",
    line(
        "startEvent#Start", "intermediateCatchEvent#Wait{<bpmn:signalEventDefinition signalRef='S'/>}", "endEvent#Done"
    ),
    '<bpmn:signal id="S" name="go"/>',
)
PATIENT = process(
    "patient",
    line("startEvent#Start", "receiveTask#Hear", "endEvent#Done").replace(
        '<bpmn:receiveTask id="Hear"', '<bpmn:receiveTask id="Hear" messageRef="News"'
    )
    + '<bpmn:boundaryEvent id="Late" attachedToRef="Hear"><bpmn:timerEventDefinition>'
    '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>'
    '</bpmn:boundaryEvent><bpmn:endEvent id="Missed"/>'
    '<bpmn:sequenceFlow id="Late_Missed" sourceRef="Late" targetRef="Missed"/>',
    '<bpmn:message id="News" name="news"><bpmn:extensionElements><zeebe:subscription correlationKey="=key"/>'
    "</bpmn:extensionElements></bpmn:message>",
)
CALLED = process("called", line("startEvent#Start", "userTask#Look", "endEvent#Done"))
CALLER = process(
    "calling",
    line(
        "startEvent#Start",
        "callActivity#Call{<bpmn:extensionElements><zeebe:calledElement processId='called'/></bpmn:extensionElements>}",
        "endEvent#Done",
    )
    + "<bpmn:boundaryEvent id='Late' attachedToRef='Call'><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H"
    "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:endEvent id='TooLate'/>"
    "<bpmn:sequenceFlow id='Late_TooLate' sourceRef='Late' targetRef='TooLate'/>",
)
MEETING = process(
    "meeting",
    line(
        "startEvent#Start", "parallelGateway#Fork", "exclusiveGateway#Side", "parallelGateway#Join", "endEvent#Done"
    ).replace('id="Side"', 'id="Side" default="Side_Join"')
    + "<bpmn:sequenceFlow id='Fork_Join' sourceRef='Fork' targetRef='Join'/><bpmn:endEvent id='Left'/>"
    "<bpmn:sequenceFlow id='Side_Left' sourceRef='Side' targetRef='Left'><bpmn:conditionExpression>=alone"
    "</bpmn:conditionExpression></bpmn:sequenceFlow>",
)
POWER = process(
    "computed",
    line(
        "startEvent#Start",
        'scriptTask#Power{<bpmn:extensionElements><zeebe:script expression="=n ** 10" resultVariable="power"/>'
        "</bpmn:extensionElements>}",
        "userTask#Look",
        "endEvent#Done",
    ),
)
SCOPE = process(
    "interrupted",
    line(
        "startEvent#Start",
        "intermediateThrowEvent#Shout{<bpmn:signalEventDefinition signalRef='S'/>}",
        "subProcess#Body{" + line("startEvent#In", "userTask#Look", "endEvent#Out") + "}",
        "endEvent#Done",
    )
    + '<bpmn:boundaryEvent id="Stop" attachedToRef="Body"><bpmn:messageEventDefinition messageRef="M"/>'
    '</bpmn:boundaryEvent><bpmn:endEvent id="Stopped"/>'
    '<bpmn:sequenceFlow id="Stop_Stopped" sourceRef="Stop" targetRef="Stopped"/>',
    '<bpmn:signal id="S" name="heard"/><bpmn:message id="M" name="stop"/>',
)
UNDONE = process(
    "undone",
    line(
        "startEvent#Start",
        "userTask#Look",
        "intermediateThrowEvent#Back{<bpmn:compensateEventDefinition/>}",
        "endEvent#Done",
    )
    + '<bpmn:boundaryEvent id="OnLook" attachedToRef="Look"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
    '<bpmn:userTask id="LookAway" isForCompensation="true"/>'
    '<bpmn:association id="a" sourceRef="OnLook" targetRef="LookAway"/>',
)
REMINDED = process(
    "reminded",
    line(
        "startEvent#Start",
        "subProcess#Body{"
        + line("startEvent#In", "userTask#Look", "endEvent#Out")
        + '<bpmn:boundaryEvent id="Note" attachedToRef="Look" cancelActivity="false">'
        '<bpmn:messageEventDefinition messageRef="N"/></bpmn:boundaryEvent>'
        + line("userTask#Read", "endEvent#ReadIt")
        + '<bpmn:sequenceFlow id="Note_Read" sourceRef="Note" targetRef="Read"/>}',
        "endEvent#Done",
    )
    + '<bpmn:boundaryEvent id="Stop" attachedToRef="Body"><bpmn:messageEventDefinition messageRef="M"/>'
    '</bpmn:boundaryEvent><bpmn:endEvent id="Stopped"/>'
    '<bpmn:sequenceFlow id="Stop_Stopped" sourceRef="Stop" targetRef="Stopped"/>',
    '<bpmn:message id="M" name="stop-it"/><bpmn:message id="N" name="note-it"/>',
)
