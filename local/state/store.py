"""The file on disk: one SQLite database of rows, for one process at a time."""

from __future__ import annotations

import fcntl
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Protocol

from local.state.rows import Kept, Row, Value

FILE = "state.sqlite"
FORMAT = 2
"""Raised when what an older one has written can no longer be read."""
_OLDER_FILE = "state.json.gz"

_TABLE = """
CREATE TABLE IF NOT EXISTS rows (kind TEXT, key TEXT, part INTEGER, value, PRIMARY KEY (kind, key, part)) WITHOUT ROWID
"""


class UnreadableStateError(Exception):
    """The state on disk cannot be read; the text says what to do."""


class Keeping(Protocol):
    """Keeps rows."""

    def write(self, rows: Iterable[Row]) -> None:
        """Write all of them, in their order, or none. They are on disk when this returns."""
        ...

    def close(self) -> None:
        """Write no more."""
        ...


class Store:
    """The rows of a directory. Its methods are called by one thread at a time."""

    def __init__(self, directory: Path) -> None:
        """Take the directory for this process alone. Raises `UnreadableStateError`."""
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = _taken(directory)
        try:
            self._database = _opened(directory)
        except UnreadableStateError:
            self._lock.close()
            raise

    def read(self) -> Kept:
        """Everything that was written; empty if nothing ever was."""
        kept: defaultdict[str, defaultdict[str, dict[int, Value]]] = defaultdict(lambda: defaultdict(dict))
        for kind, key, part, value in self._database.execute("SELECT * FROM rows ORDER BY kind, key, part"):
            kept[kind][key][part] = value
        return kept

    def write(self, rows: Iterable[Row]) -> None:
        """See `Keeping`."""
        with self._database:
            self._database.execute("BEGIN")
            for row in rows:
                if row.value is None:
                    self._database.execute("DELETE FROM rows WHERE kind = ? AND key = ?", (row.kind, row.key))
                else:
                    values = (row.kind, row.key, row.part, row.value)
                    self._database.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)", values)

    def close(self) -> None:
        """Let others have the directory."""
        self._database.close()
        self._lock.close()


def _taken(directory: Path) -> IO[bytes]:
    lock = (directory / "lock").open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        words = f"{directory} is in use by another dpc; choose another with --data."
        raise UnreadableStateError(words) from error
    return lock


def _opened(directory: Path) -> sqlite3.Connection:
    path = directory / FILE
    if (directory / _OLDER_FILE).exists() and not path.exists():
        raise UnreadableStateError(f"{directory / _OLDER_FILE} {_OTHER_VERSION}")
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        _prepare(database, path)
    except sqlite3.DatabaseError as error:
        database.close()
        raise UnreadableStateError(f"{path} cannot be read ({error}); move it away to start afresh.") from error
    except UnreadableStateError:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version not in (0, FORMAT):
        raise UnreadableStateError(f"{path} {_OTHER_VERSION}")
    # With FULL a commit is on the disk, not only with the operating system, when it returns.
    database.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {_TABLE}; PRAGMA user_version={FORMAT}")


_OTHER_VERSION = "was written by another version; move it away to start afresh."
