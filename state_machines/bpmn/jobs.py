"""Work done outside the machine, by tasks and message throw events: job types, topics, connectors, classes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from state_machines.bpmn import findings as codes
from state_machines.bpmn.attributes import whole_number
from state_machines.bpmn.mappings import Mappings, camunda_mappings
from state_machines.bpmn.model import Expression, IoMapping, Job, Text
from state_machines.bpmn.namespaces import (
    CAMUNDA,
    ZEEBE,
    camunda,
    camunda_children,
    camunda_extension,
    camunda_result,
    extensions,
    zeebe_extension,
)
from state_machines.bpmn.values import Notation, is_juel, whole_juel
from state_machines.feel.juel import assignment
from state_machines.xml import Element

Origin = Literal["jobType", "topic", "connector", "class", "delegateExpression", "expression"]

_CYCLE: Final = re.compile(r"R(\d{1,4})/(P[^,]+)")


@dataclass(frozen=True)
class JobReading:
    """A job with what else its notation says: its own mappings (a connector's) and the variable for its result."""

    job: Job | None
    inputs: Mappings = ()
    outputs: Mappings = ()
    result_variable: str = ""
    result_expression: Expression | None = None


def read_job(element: Element, owner: str, notation: Notation) -> JobReading:
    """The job of a task or of a message event definition, in whichever dialect it is; without one, `job` is None."""
    definition = zeebe_extension(element, "taskDefinition")
    if definition is not None:
        return _zeebe(element, definition, owner, notation)
    connector = camunda_extension(element, "connector")
    if connector is not None:
        return _connector(element, connector, owner, notation)
    return _camunda(element, owner, notation)


def _zeebe(element: Element, definition: Element, owner: str, notation: Notation) -> JobReading:
    headers = _headers(element)
    job_type, computed = notation.named(definition.get("type") or "", definition.line)
    if not (definition.get("type") or "").strip():
        notation.findings.error(codes.BAD_VALUE, owner, definition.line, "The task definition has no type.")
    times, tries = notation.named(definition.get("retries") or "", definition.line)
    retries = whole_number(None if tries else times, "retries", owner, definition.line, notation.findings)
    waits = tuple(filter(None, [headers.get("retryBackoff")]))
    connector = element.get("modelerTemplate", ZEEBE) is not None or job_type.startswith("io.camunda")
    if not connector:
        return JobReading(Job(job_type, retries, waits, headers, "jobType", computed, tries))
    result = notation.optional(headers.get("resultExpression"), definition.line)
    error = notation.optional(headers.get("errorExpression"), definition.line)
    if error is not None and not isinstance(error, Expression):
        words = "The error expression is a fixed text. Write it as an expression, beginning with '='."
        notation.findings.error(codes.BAD_VALUE, owner, definition.line, words)
        error = None
    return JobReading(
        Job(job_type, retries, waits, headers, "jobType", error_expression=error),
        result_variable=headers.get("resultVariable", ""),
        result_expression=result if isinstance(result, Expression) else None,
    )


def _headers(element: Element) -> Mapping[str, str]:
    boxes = [e for e in extensions(element) if e.namespace == ZEEBE and e.name == "taskHeaders"]
    return {key: h.get("value") or "" for box in boxes for h in box.all("header", ZEEBE) if (key := h.get("key"))}


def _connector(element: Element, connector: Element, owner: str, notation: Notation) -> JobReading:
    """Camunda 7's connector: it sees the inputs of the task, and is given its own."""
    ids = camunda_children(connector, "connectorId")
    connector_id = ids[0].text.strip() if ids else ""
    if not connector_id:
        notation.findings.error(codes.BAD_VALUE, owner, connector.line, "The connector has no connectorId.")
    box = next(iter(camunda_children(connector, "inputOutput")), None)
    inputs, outputs = camunda_mappings(box, owner, notation) if box is not None else ((), ())
    retries, waits = _cycle(element, owner, notation)
    given = tuple(mapping.target for mapping in inputs)
    return JobReading(Job(connector_id, retries, waits, {}, "connector", given=given), inputs, outputs)


def _camunda(element: Element, owner: str, notation: Notation) -> JobReading:
    found = _camunda_type(element, owner, notation)
    if found is None:
        return JobReading(None)
    job_type, origin = found
    retries, waits = _cycle(element, owner, notation)
    variable = camunda_result(element)
    assigned = assignment(job_type) if origin == "expression" and not variable else None
    variable, job_type = assigned or (variable, job_type)
    job_type, computed = notation.named(job_type, element.line) if origin == "topic" else (job_type, None)
    headers, fields = _fields(element, owner, notation)
    job = Job(job_type, retries, waits, headers, origin, computed, fields=fields)
    return JobReading(job, result_variable=variable)


def _camunda_type(element: Element, owner: str, notation: Notation) -> tuple[str, Origin] | None:
    """What does the work, as (name, kind)."""
    kind = camunda(element, "type")
    if kind == "external":
        topic = (camunda(element, "topic") or "").strip()
        if not topic:
            notation.findings.error(codes.BAD_VALUE, owner, element.line, "The external task has no topic.")
        return topic, "topic"
    if kind is not None:
        notation.findings.error(
            codes.UNSUPPORTED_EXTENSION,
            owner,
            element.line,
            f"The task type '{kind}' is not supported. Use a connector.",
        )
        return kind, "topic"
    if name := camunda(element, "class"):
        return name.strip(), "class"
    if name := camunda(element, "delegateExpression"):
        return whole_juel(name.strip()) or name.strip(), "delegateExpression"
    if name := camunda(element, "expression"):
        return _body(name.strip()), "expression"
    return None


def _body(text: str) -> str:
    """The body of an expression; text around it keeps its marks, and text alone is a constant."""
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    return whole_juel(text) or (text if is_juel(text) else f"'{quoted}'")


def _fields(element: Element, owner: str, notation: Notation) -> tuple[Mapping[str, str], Mappings]:
    """Camunda 7's injected fields become headers: (those of fixed texts, those that expressions give)."""
    headers, computed = {}, []
    for field in (e for e in extensions(element) if e.name == "field" and e.namespace in CAMUNDA):
        name, texts = field.get("name") or "", camunda_children(field, "string")
        expressions = camunda_children(field, "expression")
        text = texts[0].text if texts else field.get("stringValue")
        given = expressions[0].text if expressions else field.get("expression")
        value = notation.optional(given, field.line) if text is None else Text(text, field.line)
        if isinstance(value, Expression):
            computed.append(IoMapping(name, value))
        else:
            headers[name] = value.text if value else ""
        if value is None:
            notation.findings.error(codes.BAD_VALUE, owner, field.line, f"The field '{name}' has no value.")
    return headers, tuple(computed)


def _cycle(element: Element, owner: str, notation: Notation) -> tuple[int | None, tuple[str, ...]]:
    """Camunda 7's retry time cycle, as (tries, waits): `R3/PT10S`, or the wait after each failure but the last."""
    cycle = camunda_extension(element, "failedJobRetryTimeCycle")
    text = cycle.text.strip() if cycle is not None else ""
    if cycle is None or not text:
        return None, ()
    if match := _CYCLE.fullmatch(text):
        return int(match[1]), (match[2],)
    waits = tuple(part.strip() for part in text.split(","))
    if not all(part.startswith("P") for part in waits):
        words = f"The retry cycle '{text}' is none; write it as R3/PT10S, or as the waits: PT10S,PT1M."
        notation.findings.error(codes.BAD_VALUE, owner, cycle.line, words)
        return None, ()
    return len(waits) + 1, waits
