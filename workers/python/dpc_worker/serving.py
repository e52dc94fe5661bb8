"""One job type: a loop that fetches as many jobs as there are hands, and what is done with each."""

import json
import logging
import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from dpc_worker.api import Api, RefusedError, UnavailableError, duration, new_key
from dpc_worker.job import BpmnError, Job, JobFailed
from dpc_worker.locks import Locks

logger = logging.getLogger("dpc_worker")
Outcome = tuple[str, dict[str, Any]]
MAX_PAUSE_S = 30.0
MAX_BACKOFF_S = 300.0
MOST_JOBS = 100
_UNUSABLE = (413, 422)


@dataclass(frozen=True)
class Serve:
    """How jobs of one type are fetched: for how long they are locked, and how many are worked on at once."""

    type: str
    lock_s: float
    at_once: int
    patience_s: float
    first_pause_s: float


class Serving:
    """Fetches, works and tells the outcome, until it is stopped. Jobs never wait here with a lock that runs."""

    def __init__(
        self,
        api: Api,
        worker: str,
        how: Serve,
        handler: Callable[[Job], Mapping[str, Any] | None],
        stopping: threading.Event,
    ) -> None:
        self.type, self._how = how.type, how
        self._api, self._worker, self._handler, self._stopping = api, worker, handler, stopping
        self._free = threading.Semaphore(0)
        self._locks = Locks(api, worker, how.lock_s)

    def run(self) -> None:
        """Until `stopping` is set and what is in hand is done."""
        over = threading.Event()
        keeper = threading.Thread(target=self._locks.keep, args=(over,), name=f"{self.type}-locks")
        keeper.start()
        try:
            with ThreadPoolExecutor(self._how.at_once, thread_name_prefix=self.type) as pool:
                self._fetch(pool)
        except Exception:
            logger.exception("jobs of type %s cannot be fetched any more; the worker stops", self.type)
            self._stopping.set()
        finally:
            over.set()
            keeper.join()

    def _fetch(self, pool: ThreadPoolExecutor) -> None:
        free, pause = self._how.at_once, self._how.first_pause_s
        while not self._stopping.is_set():
            while self._free.acquire(blocking=not free, timeout=None if free else 1):
                free += 1
            if not free:
                continue
            try:
                jobs = self._activate(free)
            except (UnavailableError, RefusedError) as error:
                logger.warning("no jobs of type %s, again in %.3g s: %s", self.type, pause, error)
                self._stopping.wait(pause * random.uniform(0.75, 1.25))  # noqa: S311  so that workers spread
                pause = min(pause * 2, MAX_PAUSE_S)
                continue
            pause = self._how.first_pause_s
            free -= len(jobs)
            for job in jobs:
                pool.submit(self._give_back if self._stopping.is_set() else self._work, job, self._locks.hold(job))

    def _activate(self, number: int) -> list[Job]:
        asked = {
            "type": self.type,
            "worker": self._worker,
            "maxJobs": number,
            "lockDuration": duration(self._how.lock_s),
        }
        answer = self._api.post("activate", {**asked, "requestTimeout": duration(self._how.patience_s)})
        return [Job.read(data) for data in answer["jobs"]]

    def _work(self, job: Job, let_go: Callable[[], None]) -> None:
        try:
            outcome = self._outcome(job)
            if not job.lost.is_set():
                self._end(job, *outcome)
        except Exception:
            logger.exception("job %s was not ended; it comes back after its lock", job.id)
        finally:
            let_go()
            self._free.release()

    def _give_back(self, job: Job, let_go: Callable[[], None]) -> None:
        """A job that came when the worker was stopping already: others shall have it at once."""
        let_go()
        body = {"retries": job.retries, "retryBackoff": "PT0S", "errorMessage": "The worker was stopping."}
        self._end(job, "fail", body, tries=1)

    def _outcome(self, job: Job) -> Outcome:
        try:
            return "complete", {"variables": json.loads(json.dumps(dict(self._handler(job) or {}), allow_nan=False))}
        except BpmnError as error:
            said = {"errorCode": error.code, "errorMessage": error.message, "variables": error.variables}
            return "error", json.loads(json.dumps(said, allow_nan=False))
        except JobFailed as error:
            return _failure(job, str(error), error.retries, error.after)
        except Exception as error:
            logger.exception("job %s failed", job.id)
            return _failure(job, f"{type(error).__name__}: {error}")

    def _end(self, job: Job, how: str, body: dict[str, Any], tries: int = 8) -> None:
        """Tell the outcome, again under the same key while the platform does not answer, so that it counts once."""
        key, pause = new_key(), self._how.first_pause_s
        for left in reversed(range(tries)):
            try:
                self._api.post(f"{job.id}/{how}", {**body, "worker": self._worker}, key)
                return
            except RefusedError as error:
                return self._refused(job, how, error)
            except UnavailableError as error:
                logger.warning("%s of %s was not told: %s", how, job.id, error)
                if not left or job.lost.wait(pause):
                    return
                pause = min(pause * 2, MAX_PAUSE_S)

    def _refused(self, job: Job, how: str, error: RefusedError) -> None:
        """A result that the platform cannot take is an incident: trying again would come to the same."""
        logger.warning("%s of job %s was refused: %s", how, job.id, error)
        if how != "fail" and error.status in _UNUSABLE:
            self._end(job, "fail", {"retries": 0, "errorMessage": f"The result was refused: {error}"})


def _failure(job: Job, message: str, retries: int | None = None, after: float | None = None) -> Outcome:
    """One try less, and the modelled pause; else one that doubles with each: 1 second before the last but four, 16
    before the last.

    >>> job = Job("i", "t", "e", "n", "p", 1, "", {}, {}, 3)
    >>> _failure(job, "busy")
    ('fail', {'retries': 2, 'errorMessage': 'busy', 'retryBackoff': 'PT8S'})
    """
    left = max(0, job.retries - 1) if retries is None else retries
    said = {"retries": left, "errorMessage": message[:50_000]}
    if after is None and job.retry_backoff:
        return "fail", said
    pause = min(2.0 ** max(0, 5 - left), MAX_BACKOFF_S) if after is None else after
    return "fail", {**said, "retryBackoff": duration(pause)}
