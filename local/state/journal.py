"""Group commits: whoever is about to tell something waits until what it follows from is on disk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack

from local.state.rows import Row, Source
from local.state.store import Keeping

_WRITE_EVERY_S = 0.1

logger = logging.getLogger(__name__)


class Journal:
    """Writes what sources say has changed. Without a store, nothing is kept and nobody waits."""

    def __init__(
        self, store: Keeping | None, sources: Sequence[Source], locks: Sequence[AbstractContextManager[object]]
    ) -> None:
        """`locks`: held, in this order, by whoever changes something; so all rows of a commit are of one moment."""
        self._store, self._sources, self._locks = store, sources, locks
        self._writing = threading.Lock()
        self._unwritten: list[Row] = []
        self._asking = threading.Lock()
        self._asked = self._answered = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="journal", daemon=True)

    def settle(self) -> None:
        """Return when everything that has happened until now is on disk.

        Those who come while one writes wait for it; the first of them then writes for all of them.
        """
        if self._store is None:
            return
        with self._asking:
            self._asked += 1
            mine = self._asked
        with self._writing:
            if self._answered < mine:
                self._write(self._store)

    def begin(self) -> None:
        """Write also what nobody waits for."""
        if self._store is not None:
            self.settle()
            self._thread.start()

    def end(self) -> None:
        """Write a last time and close the store."""
        self._stopping.set()
        if self._store is not None:
            if self._thread.is_alive():
                self._thread.join(timeout=30)
            self._try()
            self._store.close()
            self._store = None

    def _keep(self) -> None:
        while not self._stopping.wait(_WRITE_EVERY_S):
            self._try()

    def _try(self) -> None:
        try:
            self.settle()
        except Exception:
            logger.exception("the state could not be written")

    def _write(self, store: Keeping) -> None:
        """Rows that could not be written (the disk is full) stay first in line."""
        with ExitStack() as held:
            for lock in self._locks:
                held.enter_context(lock)
            asked = self._asked
            for source in self._sources:
                self._unwritten += source.changes()
        if self._unwritten:
            store.write(self._unwritten)
            self._unwritten = []
        self._answered = asked
