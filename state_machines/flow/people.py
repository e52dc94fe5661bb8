"""What a user task's record says about people, dates and its form."""

from state_machines.bpmn.model import Expression, Task, Value
from state_machines.flow import jsonata
from state_machines.flow.build import Build
from state_machines.flow.data import Locals
from state_machines.flow.jsonata import asl

DEFAULT_PRIORITY = "50"


def user_texts(node: Task, build: Build, local: Locals) -> tuple[dict[str, str], dict[str, str]]:
    """The text and number attributes of kind `user`."""
    who = node.assignment
    texts = {
        "formKey": jsonata.plain(form_key(node)),
        "assignee": _text(who.assignee, node, build, local),
        "candidateUsers": _text(who.candidate_users, node, build, local),
        "candidateGroups": _text(who.candidate_groups, node, build, local) or jsonata.plain(node.lane),
        "dueDate": _text(who.due_date, node, build, local),
        "followUpDate": _text(who.follow_up_date, node, build, local),
    }
    return texts, {"priority": _priority(who.priority, node, build, local)}


def form_key(node: Task) -> str:
    """The form's key; fields drawn into the model are a form of their own, `fields:<element id>`."""
    if node.form is None:
        return ""
    return f"fields:{node.id}" if node.form.fields else node.form.key


def _text(value: Value | None, node: Task, build: Build, local: Locals) -> str:
    if value is None:
        return ""
    if not isinstance(value, Expression):
        return jsonata.plain(value.text)
    expression = build.expressions.value(value, node, local.scope)
    listed = "$join([$map($x, function($i) { $string($i) })], ',')"
    one = "$type($x) = 'string' ? $x : $exists($x) and $x != null ? $string($x) : ''"
    return asl(f"($x := {expression}; $type($x) = 'array' ? {listed} : {one})")


def _priority(value: Value | None, node: Task, build: Build, local: Locals) -> str:
    if value is None:
        return DEFAULT_PRIORITY
    if not isinstance(value, Expression):
        if not value.text.strip().isdigit():
            words = f"The priority '{value.text}' is not a whole number."
            build.say("FLOW-012", "error", node, words, value.line)
        return value.text.strip()
    expression = build.expressions.value(value, node, local.scope)
    return asl(f"($x := {expression}; $type($x) = 'number' ? $string($round($x)) : '{DEFAULT_PRIORITY}')")
