"""Lists with filters: pages of a query, sifted, with a cursor that goes on exactly behind the last item read."""

from collections.abc import Callable

from contract import errors
from functions.runtime.problems import ProblemError
from functions.runtime.records import Item, Rows

MAX_READ = 2000
"""Items that one request reads at most; a page may then be short, or empty, and its cursor goes on."""

AT_ONCE = 50
"""Items that are read at least: where few of many are kept, small pages would be as many calls."""


def sift(
    read: Callable[[int, str], Rows], keep: Callable[[Item], bool], *, limit: int, cursor: str
) -> tuple[list[Item], str | None]:
    """Up to `limit` items that are kept, and the cursor of what follows (None at the end).

    `read(limit, cursor)` gives the next rows. Raises `ProblemError` for a cursor that is none of this list's.
    """
    found: list[Item] = []
    seen = 0
    while True:
        wanted = limit - len(found)
        rows = _rows(read, max(wanted, AT_ONCE), cursor)
        places = [place for place, item in enumerate(rows.items, 1) if keep(item)]
        if len(places) >= wanted and places[wanted - 1] < len(rows.items):
            rows = _rows(read, places[wanted - 1], cursor)  # for the cursor behind the last one
        found += [item for item in rows.items if keep(item)]
        seen, cursor = seen + len(rows.items), rows.cursor
        if not cursor or len(found) >= limit or seen >= MAX_READ:
            return found, cursor or None


def _rows(read: Callable[[int, str], Rows], limit: int, cursor: str) -> Rows:
    try:
        return read(limit, cursor)
    except ValueError as error:
        raise ProblemError(errors.INVALID_REQUEST, "The cursor is not one of this list.") from error
