"""What people do with a task: read it, claim it, give it back, assign it, keep a draft, complete it.

Every change is conditional on the wait as it was read: the same entry (token), unanswered, with the same assignee.
"""

import json
from dataclasses import replace
from typing import Any, Final

from contract import errors, events, tables
from contract.shapes.work import Task, TaskItem
from functions.runtime import waits
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Condition, ConditionFailedError, Item, Update
from functions.runtime.variables import of_wait, take_in
from functions.tasks.candidates import ASSIGN, require_worker
from functions.tasks.forms import accepted, read_form, require_known, shown_to
from functions.tasks.reading import find_open_task, find_task, item_of

MAX_DRAFT_BYTES: Final = 60_000
"""An item may have 400 KB: variables, answer and draft share it."""


def read_task(ports: Ports, call: Call) -> Task:
    """The task with its form and variables, what was drafted laid over them."""
    return _task(ports, call, find_task(ports, call))


def claim_task(ports: Ports, call: Call) -> TaskItem:
    """Assign the task to the caller; again is no change."""
    wait = find_open_task(ports, call)
    require_worker(call.caller, wait)
    if wait.get("assignee") == call.caller.user:
        return item_of(wait)
    return _hand_over(ports, call, wait, call.caller.user)


def unclaim_task(ports: Ports, call: Call) -> TaskItem:
    """Give the task back to its candidates. Who may assign tasks may take it from others."""
    wait = find_open_task(ports, call)
    if not wait.get("assignee"):
        return item_of(wait)
    if ASSIGN not in call.caller.scopes:
        require_worker(call.caller, wait)
    return _hand_over(ports, call, wait, "")


def assign_task(ports: Ports, call: Call) -> TaskItem:
    """Give the task to a user, or to nobody; again is no change."""
    wait = find_open_task(ports, call)
    if wait.get("assignee", "") == call.body.user:
        return item_of(wait)
    return _hand_over(ports, call, wait, call.body.user)


def save_draft(ports: Ports, call: Call) -> Task:
    """Keep what is filled in so far. It is checked when the task is completed."""
    wait = find_open_task(ports, call)
    require_worker(call.caller, wait)
    require_known(ports, call, wait)
    draft = json.dumps(call.body.variables, ensure_ascii=False)
    if len(draft.encode()) > MAX_DRAFT_BYTES:
        raise ProblemError(errors.TOO_LARGE, f"A draft has at most {MAX_DRAFT_BYTES} bytes.")
    call.unit.add(_update(wait, {"draft": draft}))
    _commit(ports, call, wait)
    return _task(ports, call, {**wait, "draft": draft})


def complete_task(ports: Ports, call: Call) -> TaskItem:
    """Validate, end the wait with the values, and hand them to the machine."""
    wait = find_open_task(ports, call)
    require_worker(call.caller, wait)
    taken = take_in(ports, wait["pk"], accepted(ports, call, wait), limit=waits.MAX_VARIABLES)
    claim = waits.claim(wait, event=wait["elementId"], variables=taken, claim_id=ports.ids.new())
    answer = item_of({**wait, "assignee": wait.get("assignee") or call.caller.user}, completed=True)
    call.unit.add(replace(claim.write, when=_unchanged(wait)))
    call.unit.emit(events.TASK_COMPLETED, _about(answer, call))
    _commit(ports, call, wait, answer)
    if not waits.settle_or_leave(ports, claim.wait):
        raise ProblemError(errors.TASK_NOT_OPEN, "The task's time was over a moment before.")
    return answer


def _task(ports: Ports, call: Call, wait: Item) -> Task:
    draft = json.loads(wait["draft"]) if wait.get("draft") else None
    form, variables = read_form(ports, wait), {**of_wait(ports, wait), **(draft or {})}
    shown = shown_to(call.caller, form, variables)
    return Task(**item_of(wait).model_dump(), form=form, variables=shown, draft=draft)


def _hand_over(ports: Ports, call: Call, wait: Item, user: str) -> TaskItem:
    now = ports.clock.now().isoformat()
    claimed = {"claimedBy": user, "claimedAt": now} if user else {}
    write = _update(wait, {"assignee": user, **claimed})
    call.unit.add(write if user else replace(write, remove=("claimedBy", "claimedAt")))
    item = item_of({**wait, "assignee": user})
    call.unit.emit(events.TASK_CLAIMED, _about(item, call))
    _commit(ports, call, wait)
    return item


def _about(item: TaskItem, call: Call) -> dict[str, Any]:
    """An event's data: the task, who has it, and who did this (a user, or a case link)."""
    link = call.caller.link
    return {
        "taskId": item.id,
        "instanceId": item.instance_id,
        "processId": item.process_id,
        "version": item.version,
        "elementId": item.element_id,
        "assignee": item.assignee or "",
        "user": call.caller.user,
        "linkId": link.link_id if link else "",
    }


def _update(wait: Item, values: dict[str, Any]) -> Update:
    return Update(tables.WAITS, wait["pk"], wait["sk"], set=values, when=_unchanged(wait))


def _unchanged(wait: Item) -> Condition:
    same_assignee = {"assignee": wait["assignee"]} if "assignee" in wait else {}
    missing = ("answer",) if same_assignee else ("answer", "assignee")
    return Condition(present=True, missing=missing, equals={"token": wait["token"], **same_assignee})


def _commit(ports: Ports, call: Call, wait: Item, answer: TaskItem | None = None) -> None:
    """Write the unit; where the wait has changed meanwhile, say how."""
    try:
        call.commit(answer) if answer else call.unit.commit()
    except ConditionFailedError as error:
        now = ports.store.get(tables.WAITS, wait["pk"], wait["sk"])
        if waits.is_open(now) and now is not None:
            if now.get("assignee") != wait.get("assignee"):
                words = "Somebody else took the task a moment before."
                raise ProblemError(errors.TASK_CLAIMED_BY_OTHER, words) from error
            raise ProblemError(errors.CONFLICT, "The task has just changed. Read it, and try again.") from error
        raise ProblemError(errors.TASK_NOT_OPEN, "The task was completed, or its time is over.") from error
