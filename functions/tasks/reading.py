"""A wait of kind `user` as a task, and which of them are still tasks."""

from datetime import UTC, datetime
from typing import Final

from contract import errors, tables
from contract.shapes.work import TaskItem
from functions.runtime import starting, waits
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import Item
from functions.tasks.candidates import may_see
from functions.tasks.ids import key_of, task_id

_ABOUT: Final = "kind since token answer closed timeoutAt elementId elementName processId version businessKey"
_PEOPLE: Final = "assignee claimedBy candidateUsers candidateGroups priority dueDate followUpDate formKey"
SHOWN: Final = tuple(f"{_ABOUT} {_PEOPLE}".split())
"""What is read of a wait's record to tell whether it is an open task, who sees it, and what lists show of it."""


def is_open(wait: Item, now: datetime) -> bool:
    """Whether the task can still be worked: nobody answered it, and its timer has not ended it."""
    ends = moment(wait.get("timeoutAt"))
    return wait.get("kind") == "user" and waits.is_open(wait) and (ends is None or now < ends)


def find_task(ports: Ports, call: Call) -> Item:
    """The open task of the path that the caller may see. Others, and ended ones, are not there (404)."""
    wait = _shown(call, _record(ports, call))
    if not is_open(wait, ports.clock.now()):
        raise not_found("open task", call.path["id"])
    return wait


def find_open_task(ports: Ports, call: Call) -> Item:
    """As `find_task`; one that has ended is `task-not-open`."""
    record = _record(ports, call)
    if record is None and _is_of_a_case(ports, call):
        raise _not_open()
    wait = _shown(call, record)
    if not is_open(wait, ports.clock.now()):
        raise _not_open()
    return wait


def _record(ports: Ports, call: Call) -> Item | None:
    key = key_of(call.path["id"])
    return ports.store.get(tables.WAITS, *key) if key else None


def _shown(call: Call, wait: Item | None) -> Item:
    if wait is None or wait.get("kind") != "user" or not may_see(call.caller, wait):
        raise not_found("task", call.path["id"])
    return wait


def _is_of_a_case(ports: Ports, call: Call) -> bool:
    """An ended task's record is gone: its instance, if the caller may know it, tells its id from one made up."""
    key, link = key_of(call.path["id"]), call.caller.link
    if key is None or (link is not None and not link.covers_task(call.path["id"], key[0])):
        return False
    return ports.store.get(tables.INSTANCES, key[0], starting.INSTANCE) is not None


def _not_open() -> ProblemError:
    return ProblemError(errors.TASK_NOT_OPEN, "The task was completed, or its time is over.")


def item_of(wait: Item, *, completed: bool = False) -> TaskItem:
    """The task as lists show it."""
    assignee = wait.get("assignee") or None
    return TaskItem(
        id=task_id(wait["pk"], wait["sk"]),
        name=wait.get("elementName") or wait["elementId"],
        element_id=wait["elementId"],
        instance_id=wait["pk"],
        process_id=wait["processId"],
        version=int(wait["version"]),
        business_key=wait.get("businessKey", ""),
        state="completed" if completed else "claimed" if assignee else "open",
        assignee=assignee,
        candidate_users=names(wait.get("candidateUsers")),
        candidate_groups=names(wait.get("candidateGroups")),
        priority=int(wait.get("priority", 50)),
        due_date=moment(wait.get("dueDate")),
        follow_up_date=moment(wait.get("followUpDate")),
        created_at=moment(wait["since"]) or datetime.min.replace(tzinfo=UTC),
        form_key=wait.get("formKey") or None,
    )


def names(text: str | None) -> list[str]:
    """The names in a comma-separated list."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def moment(text: str | None) -> datetime | None:
    """The time, in UTC if it names no zone; None if there is none, or if a model's expression made something else."""
    try:
        read = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read is not None and read.tzinfo is None else read
