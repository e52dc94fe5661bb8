"""What the jobs function is."""

from contract import routes, tables
from contract.functions import FunctionSpec
from contract.rights import Get, Query, Remember
from functions.runtime import held
from functions.runtime.waits import CLAIM, SETTLE, SETTLE_FAILURE

SPEC = FunctionSpec(
    name="jobs",
    entry="functions.jobs.handler.handle",
    routes=(
        routes.ACTIVATE_JOBS,
        routes.COMPLETE_JOB,
        routes.FAIL_JOB,
        routes.THROW_JOB_ERROR,
        routes.EXTEND_JOB,
    ),
    needs=(
        Get(tables.WAITS),
        Query(tables.WAITS, "byJobType"),
        CLAIM,
        SETTLE,
        SETTLE_FAILURE,
        held.READ,
        held.WRITE,
        Remember(),
    ),
    timeout_s=29,
)
"""Its time: 20 seconds of a long poll, and what the last look takes; API Gateway waits for 30."""
