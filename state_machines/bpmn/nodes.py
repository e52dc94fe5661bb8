"""The flow nodes of a scope: tasks, call activities, gateways and events. Sub-processes are read with their scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypedDict

from state_machines.bpmn.associations import read_associations
from state_machines.bpmn.attributes import flag
from state_machines.bpmn.calls import read_called_decision, read_called_process
from state_machines.bpmn.events import POSITIONS, definition_elements, read_definition
from state_machines.bpmn.job_errors import read_job_errors
from state_machines.bpmn.jobs import JobReading, read_job
from state_machines.bpmn.loops import read_loop
from state_machines.bpmn.mappings import Mappings, read_mappings, read_properties
from state_machines.bpmn.model import (
    CallActivity,
    Event,
    FlowNode,
    Gateway,
    GatewayKind,
    Job,
    Message,
    MultiInstance,
    StandardLoop,
    Task,
    TaskKind,
)
from state_machines.bpmn.namespaces import BPMN, camunda
from state_machines.bpmn.people import read_assignment, read_form
from state_machines.bpmn.references import References, operation_named
from state_machines.bpmn.scripts import read_script
from state_machines.xml import Element

TASKS: Final[dict[str, TaskKind]] = {
    "task": "task",
    "userTask": "user",
    "serviceTask": "service",
    "sendTask": "send",
    "receiveTask": "receive",
    "scriptTask": "script",
    "businessRuleTask": "businessRule",
    "manualTask": "manual",
}
GATEWAYS: Final[dict[str, GatewayKind]] = {
    "exclusiveGateway": "exclusive",
    "parallelGateway": "parallel",
    "inclusiveGateway": "inclusive",
    "eventBasedGateway": "eventBased",
    "complexGateway": "complex",
}
_JOB_TASKS: Final = ("service", "send", "businessRule", "script")
_WORKED: Final = ("service", "businessRule")
"""What plain BPMN leaves to workers: it has no word for a connector or a decision."""


class NodeFields(TypedDict):
    """The fields of `FlowNode`, read."""

    id: str
    name: str
    line: int
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    default_flow: str
    inputs: Mappings
    outputs: Mappings
    properties: Mapping[str, str]
    documentation: str
    lane: str


class ActivityFields(NodeFields):
    """The fields of `Activity`, read."""

    loop: MultiInstance | StandardLoop | None
    for_compensation: bool


@dataclass(frozen=True)
class Surroundings:
    """What a node's reader must know of its scope: the flows that touch each node, the lanes, the variables by id."""

    incoming: Mapping[str, tuple[str, ...]]
    outgoing: Mapping[str, tuple[str, ...]]
    lanes: Mapping[str, str]
    references: References
    data: Mapping[str, str] = field(default_factory=dict)


def node_fields(element: Element, node_id: str, around: Surroundings) -> NodeFields:
    """What every flow node has."""
    inputs, outputs = read_mappings(element, node_id, around.references.notation)
    taken, given = read_associations(element, around.data, around.references.notation)
    return NodeFields(
        id=node_id,
        name=_words(element.get("name")),
        line=element.line,
        incoming=around.incoming.get(node_id, ()),
        outgoing=around.outgoing.get(node_id, ()),
        default_flow=(element.get("default") or "").strip(),
        inputs=(*inputs, *taken),
        outputs=(*outputs, *given),
        properties=read_properties(element),
        documentation=documentation(element),
        lane=around.lanes.get(node_id, ""),
    )


def activity_fields(element: Element, node_id: str, around: Surroundings) -> ActivityFields:
    """What every activity has."""
    notation = around.references.notation
    return ActivityFields(
        **node_fields(element, node_id, around),
        loop=read_loop(element, node_id, around.references, around.data),
        for_compensation=flag(element, "isForCompensation", False, notation.findings),
    )


def documentation(element: Element) -> str:
    """The text of an element's documentation."""
    return "\n".join(d.text.strip() for d in element.all("documentation", BPMN) if d.text.strip())


def _words(text: str | None) -> str:
    """A name on one line: modellers break names for the looks."""
    return " ".join((text or "").split())


def _task(element: Element, node_id: str, around: Surroundings) -> FlowNode:
    kind, references = TASKS[element.name], around.references
    notation = references.notation
    camunda_7 = notation.dialect == "camunda7"
    fields = activity_fields(element, node_id, around)
    reading = read_job(element, node_id, notation) if kind in _JOB_TASKS else JobReading(None)
    if reading.job is None and notation.dialect == "bpmn" and kind in _WORKED:
        reading = JobReading(Job(references.work_called(element, node_id)))
    errors = read_job_errors(element, node_id, references) if kind in _JOB_TASKS else ()
    fields["inputs"], fields["outputs"] = (
        (*fields["inputs"], *reading.inputs),
        (*reading.outputs, *fields["outputs"]),
    )
    return Task(
        **fields,
        kind=kind,
        job=replace(reading.job, errors=errors) if reading.job and errors else reading.job,
        script=read_script(element, node_id, notation) if kind == "script" and reading.job is None else None,
        decision=read_called_decision(element, node_id, notation) if kind == "businessRule" else None,
        form=read_form(element, node_id, references) if kind == "user" else None,
        assignment=read_assignment(element, node_id, fields["lane"] if kind == "user" else "", notation),
        message=_message(element, node_id, kind, references),
        result_variable=reading.result_variable,
        result_expression=reading.result_expression,
        instantiate=flag(element, "instantiate", False, notation.findings),
        title=notation.named(fields["name"], element.line)[1] if kind == "user" and camunda_7 else None,
    )


def _message(element: Element, node_id: str, kind: TaskKind, references: References) -> Message | None:
    """What a task sends or waits for. A receive task may leave it open, in plain BPMN a send task too."""
    if kind not in ("receive", "send"):
        return None
    message, dialect = references.message(element, node_id), references.notation.dialect
    named = element.get("messageRef") or operation_named(element) or (kind == "send" and dialect != "bpmn")
    return message if message or named else references.message_called(node_id, element.line)


def _call_activity(element: Element, node_id: str, around: Surroundings) -> FlowNode:
    called = read_called_process(element, node_id, around.references.notation)
    return CallActivity(**activity_fields(element, node_id, around), called=called)


def _gateway(element: Element, node_id: str, around: Surroundings) -> FlowNode:
    findings = around.references.notation.findings
    return Gateway(
        **node_fields(element, node_id, around),
        kind=GATEWAYS[element.name],
        instantiate=flag(element, "instantiate", False, findings),
        parallel_events=element.get("eventGatewayType") == "Parallel",
    )


def _event(element: Element, node_id: str, around: Surroundings) -> FlowNode:
    references, position = around.references, POSITIONS[element.name]
    notation = references.notation
    definitions = definition_elements(element, node_id, references)
    interrupting = "cancelActivity" if position == "boundary" else "isInterrupting"
    fields = node_fields(element, node_id, around)
    reading = _event_job(element, definitions, node_id, references)
    fields["inputs"], fields["outputs"] = (
        (*fields["inputs"], *reading.inputs),
        (*reading.outputs, *fields["outputs"]),
    )
    return Event(
        **fields,
        position=position,
        definitions=tuple(read_definition(d, node_id, position, references) for d in definitions),
        attached_to=(element.get("attachedToRef") or "").strip(),
        interrupting=flag(element, interrupting, True, notation.findings),
        parallel_multiple=flag(element, "parallelMultiple", False, notation.findings),
        form=read_form(element, node_id, references) if position == "start" else None,
        job=reading.job,
        initiator=camunda(element, "initiator") or "",
    )


def _event_job(element: Element, definitions: tuple[Element, ...], node_id: str, references: References) -> JobReading:
    """A message throw event's job: on the event in Camunda 8, on its message definition in Camunda 7."""
    if POSITIONS[element.name] not in ("intermediateThrow", "end"):
        return JobReading(None)
    messages = [d for d in definitions if d.name == "messageEventDefinition"]
    readings = (read_job(e, node_id, references.notation) for e in (element, *messages))
    return next((r for r in readings if r.job is not None), JobReading(None))


NodeReader = Callable[[Element, str, Surroundings], FlowNode]
READERS: Final[dict[str, NodeReader]] = {
    **dict.fromkeys(TASKS, _task),
    **dict.fromkeys(GATEWAYS, _gateway),
    **dict.fromkeys(POSITIONS, _event),
    "callActivity": _call_activity,
}
