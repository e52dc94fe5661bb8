"""A store that is killed with its process: from some commit on nothing is kept, so nothing is answered."""

from collections.abc import Iterable

from local.faults.rates import Chance
from local.state.rows import Row
from local.state.store import Keeping


class KilledError(Exception):
    """There is nobody any more who could keep this."""


class MortalStore:
    """Dies around the commit that the faults name. Between two commits a kill leaves what the first one has left."""

    def __init__(self, store: Keeping, chance: Chance) -> None:
        self._store, self._commits = store, chance.faults.commits
        self._last_is_kept = chance.hits(0.5)

    @property
    def dead(self) -> bool:
        """Whether the last commit is over."""
        return self._commits is not None and self._commits <= 0

    def write(self, rows: Iterable[Row]) -> None:
        """As long as it lives. The last commit may be on disk though nobody is told."""
        if self._commits is not None:
            self._commits -= 1
            if self._commits == 0 and self._last_is_kept:
                self._store.write(rows)
            if self._commits <= 0:
                raise KilledError
        self._store.write(rows)

    def close(self) -> None:
        """As the store."""
        self._store.close()
