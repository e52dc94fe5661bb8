"""Lambda entry of the jobs."""

from contract import routes
from functions.jobs.activating import activate
from functions.jobs.spec import SPEC
from functions.jobs.working import complete, extend, fail, throw_error
from functions.runtime.handler import Handler

handle = Handler(
    SPEC,
    routes={
        routes.ACTIVATE_JOBS: activate,
        routes.COMPLETE_JOB: complete,
        routes.FAIL_JOB: fail,
        routes.THROW_JOB_ERROR: throw_error,
        routes.EXTEND_JOB: extend,
    },
)
