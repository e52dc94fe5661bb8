"""Workers for external jobs: a handler per job type; fetching, locks, retries and stopping are done for it."""

from dpc_worker.api import RefusedError, UnavailableError
from dpc_worker.job import BpmnError, Job, JobFailed
from dpc_worker.tokens import client_credentials, fixed
from dpc_worker.worker import Worker

__all__ = [
    "BpmnError",
    "Job",
    "JobFailed",
    "RefusedError",
    "UnavailableError",
    "Worker",
    "client_credentials",
    "fixed",
]
