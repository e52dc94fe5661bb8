"""Lambda entry of the tasks."""

from contract import routes
from functions.runtime.handler import Handler
from functions.tasks import listing, working
from functions.tasks.spec import SPEC

handle = Handler(
    SPEC,
    routes={
        routes.LIST_TASKS: listing.list_tasks,
        routes.GET_TASK: working.read_task,
        routes.CLAIM_TASK: working.claim_task,
        routes.UNCLAIM_TASK: working.unclaim_task,
        routes.ASSIGN_TASK: working.assign_task,
        routes.SAVE_DRAFT: working.save_draft,
        routes.COMPLETE_TASK: working.complete_task,
    },
)
