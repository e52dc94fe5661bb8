"""What a user task's record says about people, dates and its form."""

import re

from state_machines.bpmn.model import Expression, Task, Text, Value
from state_machines.flow import jsonata
from state_machines.flow.compiling import Build
from state_machines.flow.data import Locals
from state_machines.flow.jsonata import ENTERED_MILLIS, asl
from state_machines.flow.timers import after, duration_of

_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2}|@.+)?(\[.+\])?)?"
)
DEFAULT_PRIORITY = "50"


def user_texts(node: Task, build: Build, local: Locals) -> tuple[dict[str, str], dict[str, str]]:
    """The text and number attributes of kind `user`."""
    who = node.assignment
    texts = {
        "formKey": _text(node.form.computed, node, build, local)
        if node.form and node.form.computed
        else jsonata.plain(form_key(node)),
        "assignee": _text(who.assignee, node, build, local),
        "candidateUsers": _text(who.candidate_users, node, build, local),
        "candidateGroups": _text(who.candidate_groups, node, build, local) or jsonata.plain(node.lane),
        "dueDate": _date(who.due_date, "due date", node, build, local),
        "followUpDate": _date(who.follow_up_date, "follow-up date", node, build, local),
    }
    if node.title is not None:
        texts["elementName"] = _text(node.title, node, build, local)
    return texts, {"priority": _priority(who.priority, node, build, local)}


def form_key(node: Task) -> str:
    """The form's key; a form or fields inside the model are a form of the task's own, `fields:<element id>`."""
    if node.form is None:
        return ""
    return f"fields:{node.id}" if node.form.fields or node.form.source else node.form.key


def _text(value: Value | None, node: Task, build: Build, local: Locals) -> str:
    if value is None:
        return ""
    if not isinstance(value, Expression):
        return jsonata.plain(value.text)
    expression = build.expressions.value(value, node, local.scope)
    listed = "$join([$map($x, function($i) { $string($i) })], ',')"
    one = "$type($x) = 'string' ? $x : $exists($x) and $x != null ? $string($x) : ''"
    return asl(f"($x := {expression}; $type($x) = 'array' ? {listed} : {one})")


def _date(value: Value | None, what: str, node: Task, build: Build, local: Locals) -> str:
    """A date, a date and time, or a duration from the entry of the task on (Camunda 7).

    A computed text that is none fails the task before it opens: an incident.
    """
    wanted = "a date and time such as 2027-01-31T12:00:00Z, or a duration such as P2D"
    if isinstance(value, Text) and (text := value.text.strip()):
        if length := duration_of(text):
            return asl(f"$fromMillis({length.after(ENTERED_MILLIS)})")
        if not _DATE.fullmatch(text):
            build.say("FLOW-012", "error", node, f"The {what} '{text}' of '{node.id}' is not {wanted}.", value.line)
    given = _text(value, node, build, local)
    if not isinstance(value, Expression):
        return given
    wrong = f"$error({jsonata.text(f'The {what} is not {wanted}: ')} & $d)"
    known = f"$d = '' or $exists($match($d, /^{_DATE.pattern}$/)) ? $d : {wrong}"
    later = f"$fromMillis({after(ENTERED_MILLIS, '$d')})"
    return asl(f"($d := {given[2:-2].strip()}; $substring($d, 0, 1) = 'P' ? {later} : {known})")


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
