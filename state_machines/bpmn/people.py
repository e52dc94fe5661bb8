"""Who works a user task, until when, and with which form: both dialects and plain BPMN's performers."""

import json
import re
from collections.abc import Iterable
from typing import Final

from state_machines.bpmn import findings as codes
from state_machines.bpmn.model import Assignment, Form, FormField, Text, Value
from state_machines.bpmn.namespaces import (
    BPMN,
    CAMUNDA,
    camunda,
    camunda_children,
    camunda_extension,
    extensions,
    zeebe_extension,
)
from state_machines.bpmn.references import References
from state_machines.bpmn.values import Notation
from state_machines.xml import Element

_INSIDE: Final = "camunda-forms:bpmn:"
_OWNER: Final = re.compile(r"(user|group)\(([^()]*)\)")


def read_assignment(element: Element, owner: str, lane: str, notation: Notation) -> Assignment:
    """The assignment of a user task. A lane's name is the candidate group where the task names nobody."""
    read = _zeebe(element, owner, notation) if notation.dialect == "camunda8" else _camunda(element, owner, notation)
    if read.assignee or read.candidate_users or read.candidate_groups or not lane:
        return read
    return Assignment(
        candidate_groups=Text(lane, element.line),
        due_date=read.due_date,
        follow_up_date=read.follow_up_date,
        priority=read.priority,
    )


def read_form(element: Element, owner: str, references: References) -> Form | None:
    """The form of a user task or start event."""
    notation, definition = references.notation, zeebe_extension(element, "formDefinition")
    if definition is not None:
        return _zeebe_form(element, definition, owner, references)
    key = camunda(element, "formKey") or camunda(element, "formRef")
    if key and key.strip():
        return _called_form(element, key, owner, element.line, notation)
    data = camunda_extension(element, "formData")
    drawn = camunda_children(data, "formField") if data is not None else ()
    older = [each for each in extensions(element) if each.namespace in CAMUNDA and each.name == "formProperty"]
    if data is None and not older:
        return None
    return Form(fields=tuple(_field(each, owner, notation) for each in (*drawn, *older)))


def _zeebe(element: Element, owner: str, notation: Notation) -> Assignment:
    people = zeebe_extension(element, "assignmentDefinition")
    schedule = zeebe_extension(element, "taskSchedule")
    priority = zeebe_extension(element, "priorityDefinition")

    def read(box: Element | None, name: str) -> Value | None:
        return notation.optional(box.get(name), box.line) if box is not None else None

    return Assignment(
        assignee=read(people, "assignee"),
        candidate_users=read(people, "candidateUsers"),
        candidate_groups=read(people, "candidateGroups"),
        due_date=read(schedule, "dueDate"),
        follow_up_date=read(schedule, "followUpDate"),
        priority=read(priority, "priority"),
    )


def _camunda(element: Element, owner: str, notation: Notation) -> Assignment:
    """Camunda 7's attributes, else plain BPMN's performer and potential owners."""

    def read(name: str) -> Value | None:
        return notation.optional(camunda(element, name), element.line)

    users, groups = _potential_owners(element)
    performer = next(iter(_resource_texts(element, ("humanPerformer", "performer"))), None)
    return Assignment(
        assignee=read("assignee") or notation.optional(performer, element.line),
        candidate_users=read("candidateUsers") or notation.optional(",".join(users), element.line),
        candidate_groups=read("candidateGroups") or notation.optional(",".join(groups), element.line),
        due_date=read("dueDate"),
        follow_up_date=read("followUpDate"),
        priority=read("priority"),
    )


def _potential_owners(element: Element) -> tuple[list[str], list[str]]:
    """The (users, groups) of `user(a), group(b), c`; a bare name is a group."""
    users: list[str] = []
    groups: list[str] = []
    for text in _resource_texts(element, ("potentialOwner",)):
        for part in (p.strip() for p in text.split(",") if p.strip()):
            match = _OWNER.fullmatch(part)
            (users if match and match[1] == "user" else groups).append(match[2].strip() if match else part)
    return users, groups


def _resource_texts(element: Element, names: Iterable[str]) -> list[str]:
    assigned = [
        a for name in names for r in element.all(name, BPMN) for a in r.all("resourceAssignmentExpression", BPMN)
    ]
    return [e.text.strip() for a in assigned for e in a.children if e.namespace == BPMN and e.text.strip()]


def _zeebe_form(element: Element, definition: Element, owner: str, references: References) -> Form | None:
    notation = references.notation
    key = definition.get("formId") or definition.get("externalReference") or definition.get("formKey")
    if not key or not key.strip():
        notation.findings.error(codes.BAD_VALUE, owner, definition.line, "The form is not named. Choose one.")
        return None
    if key.startswith(_INSIDE):
        return _form_inside(key.removeprefix(_INSIDE), owner, definition.line, references)
    return _called_form(element, key, owner, definition.line, notation)


def _form_inside(form_id: str, owner: str, line: int, references: References) -> Form | None:
    """A form that stands in the file, beside the elements of a process."""
    found = references.find("userTaskForm", form_id, owner, line)
    if found is None:
        return None
    try:
        json.loads(found.text)
    except (ValueError, RecursionError):
        words = f"The form '{form_id}' cannot be read as JSON. Draw it again."
        references.notation.findings.error(codes.BAD_VALUE, owner, found.line, words)
        return None
    return Form(source=found.text)


def _called_form(element: Element, key: str, owner: str, line: int, notation: Notation) -> Form:
    """A form by its key or id. What starts an instance is shown before there are variables to compute it from."""
    if element.name == "startEvent":
        return Form(key=_form_id(notation.name(key, owner, line, "The form")))
    name, computed = notation.named(key, line)
    return Form(key=name if computed else _form_id(name), computed=computed)


def _form_id(key: str) -> str:
    """A key that names a deployed Camunda form by its file means the form of that name."""
    file = key.removeprefix("camunda-forms:deployment:")
    return key if file == key else file.rpartition("/")[2].removesuffix(".form")


def _field(element: Element, owner: str, notation: Notation) -> FormField:
    """A form field, or a form property, as it was called before."""
    field_id = (element.get("id") or "").strip()
    if not field_id:
        notation.findings.error(codes.BAD_VALUE, owner, element.line, "A form field has no id.")
    constraints = {
        name: constraint.get("config") or ""
        for box in camunda_children(element, "validation")
        for constraint in camunda_children(box, "constraint")
        if (name := constraint.get("name"))
    }
    if pattern := element.get("datePattern"):
        constraints["datePattern"] = pattern
    if element.get("required") == "true":
        constraints["required"] = "true"
    if element.get("writable") == "false":
        constraints["readonly"] = "true"
    return FormField(
        id=field_id,
        label=element.get("label") or element.get("name") or field_id,
        type=element.get("type") or "string",
        default=notation.optional(element.get("defaultValue") or element.get("default"), element.line),
        options=tuple((v.get("id") or "", v.get("name") or "") for v in camunda_children(element, "value")),
        constraints=constraints,
    )
