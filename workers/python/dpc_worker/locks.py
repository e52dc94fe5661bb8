"""The locks of the jobs in hand: one thread extends them all while their handlers work."""

import logging
import threading
from collections.abc import Callable

from dpc_worker.api import Api, RefusedError, UnavailableError, duration
from dpc_worker.job import Job

logger = logging.getLogger("dpc_worker")
_PARTS = 3
"""A lock is extended when a third of it is over: two calls may fail before it ends."""


class Locks:
    """Extends each lock until its job is let go. A job whose lock cannot be extended any more is lost."""

    def __init__(self, api: Api, worker: str, lock_s: float) -> None:
        self._api, self._worker, self._lock_s = api, worker, lock_s
        self._held: dict[str, Job] = {}
        self._changed = threading.Condition()

    def hold(self, job: Job) -> Callable[[], None]:
        """Extend the job's lock from now on; answers how to let it go."""
        with self._changed:
            self._held[job.id] = job
        return lambda: self._let_go(job)

    def keep(self, over: threading.Event) -> None:
        """Extend what is held until it is over."""
        while not over.wait(self._lock_s / _PARTS):
            with self._changed:
                held = list(self._held.values())
            for job in held:
                self._extend(job)

    def _let_go(self, job: Job) -> None:
        with self._changed:
            self._held.pop(job.id, None)

    def _extend(self, job: Job) -> None:
        body = {"lockDuration": duration(self._lock_s), "worker": self._worker}
        try:
            self._api.post(f"{job.id}/extend", body)
            logger.debug("extended the lock of %s", job.id)
        except UnavailableError as error:
            logger.warning("the lock of %s was not extended: %s", job.id, error)
        except RefusedError as error:
            with self._changed:
                ended = self._held.pop(job.id, None) is None
            if not ended:
                logger.warning("job %s is not ours any more: %s", job.id, error)
                job.lost.set()
