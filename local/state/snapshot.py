"""When and how the state is written and read: one file, replaced atomically, at most a moment behind."""

from __future__ import annotations

import fcntl
import gzip
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from local.api.tokens import Tokens
from local.clock import Clock
from local.cloud.data import Data
from local.cloud.step_functions.service import StepFunctions
from local.dispatch.activity import Activity
from local.dispatch.logs import Logs
from local.dispatch.streams import Streams
from local.state.dumping import dump_data, restore_data
from state_machines.simulator import Simulator

FORMAT = 1
FILE = "state.json.gz"
_LOOK_EVERY_S = 0.25
_AT_MOST_BUSY = 0.2
"""The share of time that writing may take."""
_PAUSE_WITHIN_S = 0.2

logger = logging.getLogger(__name__)


class UnreadableStateError(Exception):
    """The state on disk cannot be read; the text says what to do."""


@dataclass(frozen=True)
class Saved:
    """A snapshot as it was read."""

    clock: datetime
    token_key: dict[str, Any]
    content: dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """What a snapshot is made of."""

    data: Data
    step_functions: StepFunctions
    streams: Streams
    logs: Logs
    tokens: Tokens
    clock: Clock
    make_simulator: Callable[[dict[str, Any] | None], Simulator]

    def dump(self) -> dict[str, Any]:
        """Everything as JSON. Nothing may move meanwhile."""
        return {
            "format": FORMAT,
            "clock": self.clock.now().isoformat(),
            "tokenKey": self.tokens.dump(),
            "data": dump_data(self.data),
            "machines": self.step_functions.machines.dump(),
            "simulator": self.step_functions.simulator.dump(),
            "streams": self.streams.dump(),
            "logs": self.logs.dump(),
        }


class Snapshots:
    """Snapshots in a directory; with None, nothing is kept."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._stopping = threading.Event()
        self._written = -1
        self._thread: threading.Thread | None = None
        self._lock: IO[bytes] | None = None

    def read(self) -> Saved | None:
        """The snapshot of an earlier run, None if there is none. Raises `UnreadableStateError`."""
        if self._directory is None:
            return None
        self._take(self._directory)
        if not (path := self._directory / FILE).exists():
            return None
        try:
            return _read(path)
        except UnreadableStateError:
            self._let_go()
            raise

    def _take(self, directory: Path) -> None:
        """Take the directory for this process alone."""
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = (directory / "lock").open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._let_go()
            words = f"{directory} is in use by another dpc; choose another with --data."
            raise UnreadableStateError(words) from error

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.close()

    def restore(self, saved: Saved, parts: Parts) -> None:
        """Put everything back, before anything moves."""
        content = saved.content
        restore_data(parts.data, content["data"])
        parts.step_functions.machines.restore(content["machines"])
        parts.step_functions.attach(parts.make_simulator(content["simulator"]))
        parts.streams.restore(content["streams"])
        parts.logs.restore(content["logs"])

    def begin(self, activity: Activity, parts: Parts) -> None:
        """Write whenever something has changed."""
        if self._directory is not None:
            self._thread = threading.Thread(target=self._keep, args=(activity, parts), name="snapshots", daemon=True)
            self._thread.start()

    def end(self, activity: Activity, parts: Parts) -> None:
        """Write a last time."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
            self.write(activity, parts, within_s=10)
        self._let_go()

    def _keep(self, activity: Activity, parts: Parts) -> None:
        while not self._stopping.wait(_LOOK_EVERY_S):
            began = time.monotonic()
            if activity.notices != self._written:
                try:
                    self.write(activity, parts, within_s=_PAUSE_WITHIN_S)
                except Exception:
                    logger.exception("the state could not be written")
            self._stopping.wait((time.monotonic() - began) / _AT_MOST_BUSY)

    def write(self, activity: Activity, parts: Parts, *, within_s: float) -> bool:
        """Write a snapshot; False if no moment was found between two pieces of work."""
        assert self._directory is not None
        with activity.pause(within_s) as held:
            if not held:
                return False
            notices, text = activity.notices, json.dumps(parts.dump(), ensure_ascii=False, separators=(",", ":"))
        temporary = self._directory / f"{FILE}.new"
        with temporary.open("wb") as file:
            file.write(gzip.compress(text.encode(), compresslevel=1))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._directory / FILE)
        self._written = notices
        return True


def _read(path: Path) -> Saved:
    try:
        content = json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, ValueError, EOFError) as error:
        raise UnreadableStateError(f"{path} cannot be read ({error}); move it away to start afresh.") from error
    if content.get("format") != FORMAT:
        raise UnreadableStateError(f"{path} was written by another version; move it away to start afresh.")
    return Saved(datetime.fromisoformat(content["clock"]), content["tokenKey"], content)
