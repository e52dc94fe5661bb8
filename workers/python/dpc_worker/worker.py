"""A worker: handlers by job type, each with a thread that fetches and some that work."""

import logging
import os
import signal
import socket
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from dpc_worker.api import Api
from dpc_worker.job import Job
from dpc_worker.serving import MOST_JOBS, Serve, Serving
from dpc_worker.tokens import TokenSource, fixed

logger = logging.getLogger("dpc_worker")
Handler = Callable[[Job], Mapping[str, Any] | None]


class Worker:
    """Fetches jobs and hands them to the handler of their type. What a handler answers are the job's variables; what
    it raises fails the job (`BpmnError` and `JobFailed` say more). Handlers of one type may run beside each other."""

    def __init__(
        self,
        url: str,
        token: TokenSource | str,
        *,
        name: str = "",
        patience_s: float = 20,
        first_pause_s: float = 1,
    ) -> None:
        """`url`: of the API, without `/jobs`. `name`: told to the platform, unique. `patience_s`: of a long poll, at
        most 20. `first_pause_s`: when the platform does not answer; pauses double up to half a minute."""
        self._api = Api(url, fixed(token) if isinstance(token, str) else token)
        self.name = name or f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._patience_s, self._first_pause_s = patience_s, first_pause_s
        self._servings: list[Serving] = []
        self._stopping = threading.Event()

    def job(self, type_: str, *, lock_s: float = 60, at_once: int = 1) -> Callable[[Handler], Handler]:
        """Decorates the handler of a job type. Its jobs are locked for `lock_s` seconds at a time, extended while the
        handler works; a worker that dies loses its jobs to others then. `at_once`: how many run beside each other."""

        def add(handler: Handler) -> Handler:
            how = Serve(type_, lock_s, min(at_once, MOST_JOBS), self._patience_s, self._first_pause_s)
            self._servings.append(Serving(self._api, self.name, how, handler, self._stopping))
            return handler

        return add

    def run(self) -> None:
        """Work until `stop()` is called, from a handler or another thread, or the process is told to end (SIGTERM, or
        SIGINT): nothing more is fetched then, and what is in hand is finished."""
        if not self._servings:
            raise ValueError("a worker needs a handler: decorate one with @worker.job(...)")
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self.stop())
        threads = [threading.Thread(target=serving.run, name=serving.type) for serving in self._servings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        logger.info("the worker has stopped")

    def stop(self) -> None:
        """Fetch nothing more; `run` returns when what is in hand is done."""
        self._stopping.set()
