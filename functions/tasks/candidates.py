"""Who sees a task and who may work it.

- A user works a task that is assigned to the user, whose candidates include the user or a group of the user's, or
  that has no candidates. Who may assign tasks may work any.
- A case link works tasks of its instance that are meant for the customer: candidate group `applicant`, or no
  candidates and nobody assigned. The back office's tasks do not exist for it.
"""

from typing import Final

from contract import errors
from functions.runtime.calls import Caller
from functions.runtime.problems import ProblemError
from functions.runtime.records import Item
from functions.tasks.ids import task_id

APPLICANT: Final = "applicant"
ASSIGN: Final = "tasks:assign"


def may_see(caller: Caller, wait: Item) -> bool:
    """Whether the task exists for the caller. Users with the route's scope see all."""
    if caller.link is None:
        return True
    return caller.link.covers_task(task_id(wait["pk"], wait["sk"]), wait["pk"]) and _is_for_customer(wait)


def require_worker(caller: Caller, wait: Item) -> None:
    """Raises `ProblemError`: forbidden, or claimed by somebody else."""
    if caller.link is None and not _is_eligible(caller, wait):
        raise ProblemError(errors.FORBIDDEN, "Only the task's candidates may work it.")
    if wait.get("assignee") and wait["assignee"] != caller.user:
        raise ProblemError(errors.TASK_CLAIMED_BY_OTHER, "Somebody else works on this task.")


def _is_eligible(caller: Caller, wait: Item) -> bool:
    users, groups = _listed(wait, "candidateUsers"), _listed(wait, "candidateGroups")
    is_candidate = caller.user in users or bool(caller.groups & groups)
    return is_candidate or not (users or groups) or wait.get("assignee") == caller.user or ASSIGN in caller.scopes


def _is_for_customer(wait: Item) -> bool:
    groups = _listed(wait, "candidateGroups")
    unclaimed = not wait.get("assignee") or "claimedBy" in wait
    return APPLICANT in groups or (not groups and not _listed(wait, "candidateUsers") and unclaimed)


def _listed(wait: Item, name: str) -> frozenset[str]:
    return frozenset(part.strip() for part in (wait.get(name) or "").split(",") if part.strip())
