"""Draws small BPMN models for tests: each line is an element or a flow, extension text included."""

import itertools
from collections.abc import Mapping

HEAD = (
    '<?xml version="1.0"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="{platform}" '
    'targetNamespace="tests">{roots}<bpmn:process id="process" name="Process" isExecutable="true">\n'
)
PLATFORMS: Mapping[str, str] = {"camunda7": "Camunda Platform", "camunda8": "Camunda Cloud"}


class Drawing:
    """A process in the making. `flow` numbers flows from f1 unless they are named."""

    def __init__(self, dialect: str = "camunda8") -> None:
        self.dialect = dialect
        self.lines: list[str] = []
        self.roots: list[str] = []
        self._numbers = itertools.count(1)

    def add(self, tag: str, element_id: str, inside: str = "", **attributes: str) -> str:
        written = "".join(f' {name.replace("__", ":")}="{value}"' for name, value in attributes.items())
        self.lines.append(f'<bpmn:{tag} id="{element_id}"{written}>{inside}</bpmn:{tag}>')
        return element_id

    def flow(self, source: str, target: str, condition: str = "", flow_id: str = "") -> str:
        flow_id = flow_id or f"f{next(self._numbers)}"
        inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        return self.add("sequenceFlow", flow_id, inside, sourceRef=source, targetRef=target)

    def chain(self, *ids: str) -> None:
        for source, target in itertools.pairwise(ids):
            self.flow(source, target)

    def message(self, name: str, key: str = "") -> str:
        inside = f'<bpmn:extensionElements><zeebe:subscription correlationKey="{key}"/></bpmn:extensionElements>'
        self.roots.append(f'<bpmn:message id="m_{name}" name="{name}">{inside if key else ""}</bpmn:message>')
        return f"m_{name}"

    def root(self, tag: str, element_id: str, **attributes: str) -> str:
        written = "".join(f' {name}="{value}"' for name, value in attributes.items())
        self.roots.append(f'<bpmn:{tag} id="{element_id}"{written}/>')
        return element_id

    def bytes(self) -> bytes:
        head = HEAD.format(platform=PLATFORMS.get(self.dialect, ""), roots="".join(self.roots))
        return (head + "\n".join(self.lines) + "\n</bpmn:process></bpmn:definitions>").encode()

    # Common elements

    def start(self, element_id: str = "Start") -> str:
        return self.add("startEvent", element_id)

    def end(self, element_id: str = "End") -> str:
        return self.add("endEvent", element_id)

    def user(self, element_id: str) -> str:
        return self.add("userTask", element_id, extension("<zeebe:userTask/>" if self.dialect == "camunda8" else ""))

    def script(self, element_id: str, variable: str, expression: str) -> str:
        inside = f'<zeebe:script expression="={expression}" resultVariable="{variable}"/>'
        return self.add("scriptTask", element_id, extension(inside))

    def service(self, element_id: str, job_type: str, more: str = "", retries: int = 3) -> str:
        inside = f'<zeebe:taskDefinition type="{job_type}" retries="{retries}"/>{more}'
        return self.add("serviceTask", element_id, extension(inside))

    def boundary(self, element_id: str, host: str, definition: str) -> str:
        return self.add("boundaryEvent", element_id, definition, attachedToRef=host)


def extension(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""


def timer(duration: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:timeDuration>{duration}</bpmn:timeDuration></bpmn:timerEventDefinition>"


def message_definition(message: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{message}"/>'


def signal_definition(signal: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="{signal}"/>'


def error_definition(error: str = "") -> str:
    return f'<bpmn:errorEventDefinition errorRef="{error}"/>' if error else "<bpmn:errorEventDefinition/>"


def io(*mappings: str) -> str:
    """Camunda 8 mappings: `in target = source` or `out target = source`."""
    written = []
    for mapping in mappings:
        side, target, _, source = mapping.split(" ", 3)
        tag = "input" if side == "in" else "output"
        written.append(f'<zeebe:{tag} source="{source}" target="{target}"/>')
    return f"<zeebe:ioMapping>{''.join(written)}</zeebe:ioMapping>"
