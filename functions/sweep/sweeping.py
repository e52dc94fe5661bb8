"""The sweep: two looks with a moment between them, so that what was just being done is not counted; then an end.

Each hour looks at one part of the tables, so that a day has seen all of them. No state is kept between two runs.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from contract import tables
from functions.runtime.observability import count, logger
from functions.runtime.ports import Ports
from functions.sweep.looking import rest_of
from functions.sweep.removing import remove
from functions.sweep.rest import Rest
from functions.sweep.spec import SWEPT

PARTS: Final = 24
MOMENT_S: Final = 2.0
LOOK_FOR: Final = timedelta(minutes=10)
"""Of the function's 15 minutes; a part that takes longer is told as `unseen`."""
AT_MOST: Final = 1_000
"""In one run; the next one that sees them goes on."""


def sweep(ports: Ports, event: dict[str, Any]) -> dict[str, int]:
    """Answers how many of each kind were found open though they should not be, and ended.

    An operator who sends `{"parts": 1}` has all of the tables looked at, at once.
    """
    suspects = list(islice(_look(ports, int(event.get("parts", PARTS))), AT_MOST))
    if suspects:
        ports.pause(MOMENT_S)
    found = Counter(kind for suspect in suspects if (kind := _end(ports, suspect)))
    for kind, number in found.items():
        count(SWEPT, number, kind=kind)
    if found:
        count(SWEPT, found.total())
    logger.info("swept", found=dict(found))
    return dict(found)


def _look(ports: Ports, parts: int) -> Iterator[Rest]:
    began = ports.clock.now()
    for table in (tables.WAITS, tables.MESSAGES):
        for item in ports.store.scan(table, part=began.hour % parts, of=parts):
            if (rest := rest_of(ports, table, item)) is not None:
                yield rest
            if ports.clock.now() > began + LOOK_FOR:
                logger.warning("there is more than one run sees", table=table.name)
                count(SWEPT, kind="unseen")
                return


def _end(ports: Ports, suspect: Rest) -> str:
    """The kind of what is still wrong after a moment, and was ended."""
    item = ports.store.get(suspect.table, suspect.item["pk"], suspect.item["sk"])
    rest = rest_of(ports, suspect.table, item) if item is not None else None
    if rest is None or rest.kind != suspect.kind:
        return ""
    logger.warning("left open", kind=rest.kind, pk=rest.item["pk"], sk=rest.item["sk"])
    return rest.kind if remove(ports, rest) else "stuck"
