"""All functions of the platform: what infra builds, the local host runs, and OpenAPI describes."""

from typing import Final

from contract.functions import FunctionSpec
from functions.access.spec import SPEC as ACCESS
from functions.analytics.spec import SPEC as ANALYTICS
from functions.catalogue.spec import SPEC as CATALOGUE
from functions.cleanup.spec import SPEC as CLEANUP
from functions.correlation.spec import SPEC as CORRELATION
from functions.decisions.spec import SPEC as DECISIONS
from functions.deployments.spec import SPEC as DEPLOYMENTS
from functions.documents.spec import SPEC as DOCUMENTS
from functions.identity.spec import SPEC as IDENTITY
from functions.instances.spec import SPEC as INSTANCES
from functions.integration.spec import SPEC as INTEGRATION
from functions.jobs.spec import SPEC as JOBS
from functions.market.spec import SPEC as MARKET
from functions.portal.spec import SPEC as PORTAL
from functions.relay.spec import SPEC as RELAY
from functions.sweep.spec import SPEC as SWEEP
from functions.tasks.spec import SPEC as TASKS
from functions.telemetry.spec import SPEC as TELEMETRY

ALL: Final[tuple[FunctionSpec, ...]] = (
    ACCESS,
    ANALYTICS,
    CATALOGUE,
    CLEANUP,
    CORRELATION,
    DECISIONS,
    DEPLOYMENTS,
    DOCUMENTS,
    IDENTITY,
    INSTANCES,
    INTEGRATION,
    JOBS,
    MARKET,
    PORTAL,
    RELAY,
    SWEEP,
    TASKS,
    TELEMETRY,
)
