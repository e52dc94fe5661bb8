"""Events of all positions and their definitions, nested or declared at the top of the file."""

from typing import Final, Literal

from state_machines.bpmn import findings as codes
from state_machines.bpmn.attributes import flag
from state_machines.bpmn.calls import passed
from state_machines.bpmn.findings import Findings
from state_machines.bpmn.jobs import read_job
from state_machines.bpmn.model import EventDefinition, EventKind, EventPosition, Expression, Message, Text, Timer, Value
from state_machines.bpmn.namespaces import BPMN, CAMUNDA, camunda, extensions, zeebe_extension
from state_machines.bpmn.references import References
from state_machines.bpmn.values import Notation
from state_machines.timetable import weekdays_named
from state_machines.xml import Element

POSITIONS: Final[dict[str, EventPosition]] = {
    "startEvent": "start",
    "intermediateCatchEvent": "intermediateCatch",
    "intermediateThrowEvent": "intermediateThrow",
    "boundaryEvent": "boundary",
    "endEvent": "end",
}
KINDS: Final[dict[str, EventKind]] = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "errorEventDefinition": "error",
    "signalEventDefinition": "signal",
    "escalationEventDefinition": "escalation",
    "compensateEventDefinition": "compensation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "terminateEventDefinition": "terminate",
    "cancelEventDefinition": "cancel",
}
_TIMERS: Final[dict[str, Literal["date", "duration", "cycle"]]] = {
    "timeDate": "date",
    "timeDuration": "duration",
    "timeCycle": "cycle",
}
_SUNDAYS: Final = {"camunda7": 1, "camunda8": 0}
"""The number of Sunday in cron: Quartz counts from 1, Spring from 0. Plain BPMN does not say."""
_CATCHES: Final = ("start", "intermediateCatch", "boundary")


def definition_elements(event: Element, owner: str, references: References) -> tuple[Element, ...]:
    """The event definitions of an event: its own, then those that it refers to."""
    own = tuple(c for c in event.children if c.namespace == BPMN and c.name in KINDS)
    named = ((reference.text, reference.line) for reference in event.all("eventDefinitionRef", BPMN))
    return own + tuple(found for name, line in named if (found := _declared(name.strip(), owner, line, references)))


def thrown_by(element: Element, reference: str, owner: str, references: References) -> EventDefinition | None:
    """The event definition that an attribute, or a child of the same name, refers to: one that is thrown."""
    child = element.child(reference, BPMN)
    name = (element.get(reference) or (child.text if child is not None else "")).strip()
    found = _declared(name, owner, element.line, references) if name else None
    return read_definition(found, owner, "intermediateThrow", references) if found is not None else None


def _declared(name: str, owner: str, line: int, references: References) -> Element | None:
    for candidate in (name, name.rpartition(":")[2]):
        for kind in KINDS:
            found = references.by_kind.get(kind, {}).get(candidate)
            if found is not None:
                return found
    references.notation.findings.error(
        codes.DANGLING_REFERENCE, owner, line, f"The event definition '{name}' is not in the file."
    )
    return None


def read_definition(element: Element, owner: str, position: EventPosition, references: References) -> EventDefinition:
    """One event definition, seen from the event that has it."""
    notation, kind = references.notation, KINDS[element.name]
    code, name, computed = _code_and_name(element, kind, owner, position, references)
    sent = [e for e in extensions(element) if e.namespace in CAMUNDA and e.name == "in"] if kind == "signal" else []
    return EventDefinition(
        kind=kind,
        id=element.get("id") or "",
        message=_message(element, kind, owner, position, references),
        timer=_timer(element, owner, notation) if kind == "timer" else None,
        code=code,
        name=name,
        computed=computed,
        condition=_condition(element, owner, notation) if kind == "conditional" else None,
        variables=_listed(_filter(element, "variableName")) if kind == "conditional" else (),
        writes=_writes(element, owner, notation) if kind == "conditional" else (),
        activity_ref=(element.get("activityRef") or "").strip() if kind == "compensation" else "",
        wait_for_completion=flag(element, "waitForCompletion", True, notation.findings),
        code_variable=camunda(element, "errorCodeVariable") or camunda(element, "escalationCodeVariable") or "",
        message_variable=camunda(element, "errorMessageVariable") or "",
        words=_words(element, kind, owner, references),
        sent=passed(sent, owner, notation),
        sends_all=any(each.get("variables") == "all" for each in sent),
        line=element.line,
    )


def _words(element: Element, kind: EventKind, owner: str, references: References) -> Value | None:
    """The message of an error, which Camunda 7 has at the error itself."""
    declared = references.by_kind.get("error", {}).get(element.get("errorRef") or "") if kind == "error" else None
    return references.notation.optional(camunda(declared, "errorMessage"), declared.line) if declared else None


def _filter(element: Element, name: str) -> str:
    """What restricts when a condition is evaluated: of Camunda 7 an attribute, of Camunda 8 an extension."""
    box = zeebe_extension(element, "conditionalFilter")
    found = box.get("variableNames" if name == "variableName" else name) if box else None
    return camunda(element, name) or found or ""


def _writes(element: Element, owner: str, notation: Notation) -> tuple[str, ...]:
    """Which writing; none if it is any: variables are created and updated, and never deleted."""
    named = _listed(_filter(element, "variableEvents"))
    for unknown in (kind for kind in named if kind not in ("create", "update", "delete")):
        words = f"'{unknown}' is nothing that happens to variables. Write create, update or both."
        notation.findings.error(codes.UNSUPPORTED_EXTENSION, owner, element.line, words)
    return () if {"create", "update"} <= set(named) else tuple(kind for kind in named if kind != "delete") or named


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for each in text.split(",") if (part := each.strip()))


def _message(
    element: Element, kind: EventKind, owner: str, position: EventPosition, references: References
) -> Message | None:
    if kind != "message":
        return None
    message = references.message(element, owner)
    if message is not None or element.get("messageRef"):
        return message
    if position in _CATCHES and references.notation.dialect != "bpmn":
        references.notation.findings.error(
            codes.DANGLING_REFERENCE, owner, element.line, "The event does not say which message. Choose one."
        )
        return None
    silent = Notation(references.notation.dialect, Findings())
    return None if read_job(element, owner, silent).job else references.message_called(owner, element.line)


def _code_and_name(
    element: Element, kind: EventKind, owner: str, position: EventPosition, references: References
) -> tuple[str, str, Expression | None]:
    """The (code, name, what computes it): codes of errors and escalations, names of signals and links."""
    if kind in ("error", "escalation", "signal"):
        return _declared_code(element, kind, owner, position, references)
    return "", (element.get("name") or "").strip() if kind == "link" else "", None


def _declared_code(
    element: Element, kind: EventKind, owner: str, position: EventPosition, references: References
) -> tuple[str, str, Expression | None]:
    """What the error, escalation or signal that an event refers to is called."""
    if code := _undeclared_code(element, kind, owner, references):
        return code, "", None
    declared = references.find(kind, element.get(f"{kind}Ref"), owner, element.line)
    if declared is None:
        _miss(element, kind, owner, position, references.notation)
        return "", "", None
    notation = references.notation
    fallback = declared.get("name") or declared.get("id") or ""
    if kind == "signal":
        return "", *notation.named(fallback, declared.line)
    if position in _CATCHES:
        return notation.name(declared.get(f"{kind}Code") or "", owner, declared.line, f"The {kind} code"), "", None
    code, computed = notation.named(declared.get(f"{kind}Code") or fallback, declared.line)
    return "" if computed else code, "", computed


def _undeclared_code(element: Element, kind: EventKind, owner: str, references: References) -> str:
    """A reference to an error that the file does not declare is the error's code, as it is for Camunda 7."""
    reference = (element.get("errorRef") or "").strip()
    known, notation = references.by_kind.get("error", {}), references.notation
    declared = reference in known or reference.rpartition(":")[2] in known
    if kind != "error" or not reference or declared or notation.dialect == "camunda8":
        return ""
    words = f"The error '{reference}' is not in the file: this is taken for its code."
    notation.findings.add(codes.DANGLING_REFERENCE, "warning", owner, element.line, words)
    return reference


def _miss(element: Element, kind: EventKind, owner: str, position: EventPosition, notation: Notation) -> None:
    """Catching any error or escalation needs no reference; everything else must say which."""
    if element.get(f"{kind}Ref") or (position in _CATCHES and kind != "signal"):
        return
    notation.findings.error(
        codes.DANGLING_REFERENCE, owner, element.line, f"The event does not say which {kind}. Choose one."
    )


def _timer(element: Element, owner: str, notation: Notation) -> Timer | None:
    given = [c for c in element.children if c.namespace == BPMN and c.name in _TIMERS and c.text.strip()]
    if len(given) != 1:
        notation.findings.error(
            codes.BAD_VALUE, owner, element.line, "The timer needs exactly one of date, duration and cycle."
        )
        return None
    kind, value = _TIMERS[given[0].name], notation.element_value(given[0], owner)
    if kind == "cycle" and isinstance(value, Text) and notation.dialect in _SUNDAYS:
        value = Text(weekdays_named(value.text, _SUNDAYS[notation.dialect]), value.line)
    return Timer(kind, value)


def _condition(element: Element, owner: str, notation: Notation) -> Expression | None:
    condition = element.child("condition", BPMN)
    if condition is None:
        notation.findings.error(codes.NOT_AN_EXPRESSION, owner, element.line, "The event has no condition.")
        return None
    return notation.condition(condition, owner)
