"""A worker for external jobs: a library of a few lines, which needs Python alone, and an example that uses it.

Start the platform (`make up`), deploy a process with a service task of type `ship-parcel`, then:
`.venv/bin/python examples/worker.py [http://127.0.0.1:8080]`
"""

import json
import logging
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

logger = logging.getLogger("worker")
Job = Mapping[str, Any]


class BpmnError(Exception):
    """Raised by a handler: the process goes on at the error boundary event for the code."""

    def __init__(self, code: str, message: str = "", **variables: Any) -> None:
        super().__init__(message)
        self.body = {"errorCode": code, "errorMessage": message, "variables": variables}


@dataclass(frozen=True)
class Worker:
    """Fetches jobs of a type, one at a time, and hands them to `handler`, which answers the variables of the result.

    What it raises fails the job: it is tried again as often as the model says, later each time, and is an incident in
    the end. While it works the lock is extended; a worker that dies loses its job to another after `lock_s` seconds.
    """

    url: str
    token: Callable[[], str]
    type: str
    handler: Callable[[Job], Mapping[str, Any] | None]
    lock_s: int = 60
    name: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}")

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        while not stop.is_set():
            try:
                self.work(patience_s=20)
            except OSError as error:
                logger.warning("the platform does not answer: %s", error)
                stop.wait(5)

    def work(self, patience_s: int = 0) -> bool:
        """Do one job; False if there was none."""
        asked = {"type": self.type, "worker": self.name, "maxJobs": 1, "lockDuration": f"PT{self.lock_s}S"}
        jobs = self._post("activate", {**asked, "requestTimeout": f"PT{patience_s}S"})["jobs"]
        for job in jobs:
            self._end(job, *self._outcome(job))
        return bool(jobs)

    def _outcome(self, job: Job) -> tuple[str, dict[str, Any]]:
        done = threading.Event()
        threading.Thread(target=self._hold, args=(job, done), daemon=True).start()
        try:
            return "complete", {"variables": json.loads(json.dumps(self.handler(job) or {}))}
        except BpmnError as error:
            return "error", error.body
        except Exception as error:
            logger.exception("job %s failed", job["id"])
            left = max(0, job["retries"] - 1)
            pause = f"PT{2 ** max(0, 5 - left)}S"
            return "fail", {"retries": left, "retryBackoff": pause, "errorMessage": f"{type(error).__name__}: {error}"}
        finally:
            done.set()

    def _hold(self, job: Job, done: threading.Event) -> None:
        while not done.wait(self.lock_s / 3):
            try:
                self._post(f"{job['id']}/extend", {"lockDuration": f"PT{self.lock_s}S", "worker": self.name})
            except OSError as error:
                logger.warning("the lock of %s was not extended: %s", job["id"], error)

    def _end(self, job: Job, how: str, body: dict[str, Any]) -> None:
        """Report, again and again under the same key, so that it counts once; a job that is gone is none of ours."""
        key = str(uuid.uuid4())
        for pause in (1, 2, 4, 8, 0):
            try:
                self._post(f"{job['id']}/{how}", {**body, "worker": self.name}, key)
                return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    self._refused(job, how, error.code, error.read().decode())
                    return
                time.sleep(pause)
            except OSError:
                time.sleep(pause)

    def _refused(self, job: Job, how: str, status: int, words: str) -> None:
        """A result that the platform does not take is an incident; trying again would come to the same."""
        logger.warning("%s of job %s: %s", how, job["id"], words)
        if how != "fail" and status in (413, 422):
            self._end(job, "fail", {"retries": 0, "errorMessage": f"The result was refused: {words}"})

    def _post(self, path: str, body: Mapping[str, Any], key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.token()}", "Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310  the address is the caller's own
            f"{self.url}/jobs/{path}",
            json.dumps(body).encode(),
            {**headers, **({"Idempotency-Key": key} if key else {})},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)


def ship(job: Job) -> dict[str, Any]:
    """An example of a handler."""
    if not job["variables"].get("address"):
        raise BpmnError("NO_ADDRESS", "There is nowhere to ship to.")
    print(f"Shipping {job['id']} by {job['headers'].get('carrier', 'post')}")
    return {"tracking": uuid.uuid4().hex}


def local_token(url: str) -> str:
    """A token of the local platform. On AWS it comes from the tenant's user pool, by client credentials."""
    body = json.dumps({"scopes": ["jobs:work"]}).encode()
    request = urllib.request.Request(f"{url}/_local/token", body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return str(json.load(answer)["token"])


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    base = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080").rstrip("/")
    Worker(base, lambda: local_token(base), "ship-parcel", ship).run(threading.Event())
