"""Counts the instances that reach an element, by process, version and the hour in which the instance started."""

from datetime import UTC, datetime
from typing import Any

from contract import tables
from functions.runtime.ports import Ports
from functions.runtime.records import ABSENT, NO_SORT, ConditionFailedError, Put, Update
from functions.runtime.unit import KEPT


def count(ports: Ports, detail: dict[str, Any]) -> None:
    """Count one `ElementPassed` event, if it tells that an instance reached an element for the first time.

    A doubled event finds its mark and changes nothing: mark and count are one transaction.
    """
    data = detail["data"]
    if not data["entered"] or data["iteration"] != 1:
        return
    mark = {
        "pk": f"analytics#{detail['id']}",
        "sk": NO_SORT,
        "expiresAt": int((ports.clock.now() + KEPT).timestamp()),
    }
    counter = Update(
        tables.ANALYTICS,
        f"FUNNEL#{data['processId']}",
        f"{int(data['version']):08}#{hour(data['instanceStartedAt'])}#{data['elementId']}",
        set={"asOf": data["startedAt"]},
        add={"count": 1},
    )
    try:
        ports.store.write(Put(tables.IDEMPOTENCY, mark, when=ABSENT), counter)
    except ConditionFailedError:
        return


def hour(time: str) -> str:
    """The hour of a time, in UTC.

    >>> hour("2026-11-22T01:30:00+01:00")
    '2026-11-22T00'
    """
    return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%dT%H")
