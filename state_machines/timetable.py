"""When a timer starts a process: a date, a duration from now, an ISO 8601 cycle or a cron expression. Has no clock.

BPMN 2.0, 10.5.1 (timer event definition); cycles as ISO 8601 repeating intervals, or as cron with seconds first, which
Camunda 7 (Quartz) and Camunda 8 (Spring) read. Times of cron are UTC.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterError, croniter
from dateutil.relativedelta import relativedelta

_CYCLE: Final = re.compile(r"R(?P<times>\d*)/(?:(?P<start>[^/P][^/]*)/)?(?P<every>P[^/]+)(?:/(?P<end>[^/]+))?\Z")
_DURATION: Final = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.\d+)?S)?)?\Z"
)
_MACROS: Final = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MANY: Final = 100
_TEN_YEARS: Final = 10
_TEN_YEARS_S: Final = 10 * 366 * 86_400


@dataclass(frozen=True)
class Turn:
    """One of the times: the `number`th (from 0), at `due`."""

    number: int
    due: datetime


@dataclass(frozen=True)
class Timetable:
    """The times at which something starts: `first`; `every` so long since `since`, or by `cron`; at most `times` (0:
    without end)."""

    first: datetime
    times: int = 1
    every: relativedelta | None = None
    since: datetime = datetime.min
    cron: str = ""
    end: datetime | None = None

    def beginning(self) -> Turn | None:
        """The first turn; none if the end lies before it."""
        return self._turn(0, self.first)

    def following(self, turn: Turn, now: datetime) -> Turn | None:
        """The next turn that still lies ahead: those that went by while nobody could start are not made up for."""
        if self.cron:
            return self._turn(turn.number + 1, _cron(self.cron, max(turn.due, now)))
        if self.every is None:
            return None
        number = max(turn.number + 1, self._gone_by(now))
        while (due := self._due(number)) <= now:
            number += 1
        return self._turn(number, due)

    def _due(self, number: int) -> datetime:
        assert self.every is not None
        return self.since + self.every * (number + (self.first != self.since))

    def _gone_by(self, now: datetime) -> int:
        """Fewer turns than have gone by, but not by many."""
        mean = (self._due(_MANY) - self.since) / _MANY
        return int((now - self.since) / mean) - 3

    def _turn(self, number: int, due: datetime) -> Turn | None:
        over = (self.times and number >= self.times) or (self.end is not None and due > self.end)
        return None if over else Turn(number, due)


def timetable(kind: str, text: str, now: datetime) -> Timetable | str:
    """The times of a timer of a kind (date, duration, cycle), set at a moment; or words for what is wrong with it.

    >>> timetable("cycle", "R3/PT10M", datetime(2027, 1, 1, tzinfo=UTC)).first.isoformat()
    '2027-01-01T00:10:00+00:00'
    >>> timetable("cycle", "0 0 9 ? * MON-FRI", datetime(2027, 1, 2, tzinfo=UTC)).first.isoformat()
    '2027-01-04T09:00:00+00:00'
    >>> timetable("duration", "one hour", datetime(2027, 1, 1, tzinfo=UTC))
    "'one hour' is not a duration such as PT24H or P1M."
    """
    text = text.strip()
    if kind == "date":
        date = date_of(text)
        return Timetable(date) if date else f"'{text}' is not a date and time such as 2027-01-31T12:00:00Z."
    if kind == "duration":
        pause = _duration(text)
        return Timetable(now + pause) if pause else f"'{text}' is not a duration such as PT24H or P1M."
    return _repeated(text, now) if text.startswith("R") else _by_cron(text, now)


def _repeated(text: str, now: datetime) -> Timetable | str:
    found = _CYCLE.match(text)
    every = _duration(found["every"]) if found else None
    start, end = (date_of(found[name]) if found and found[name] else None for name in ("start", "end"))
    if not found or every is None or (found["start"] and not start) or (found["end"] and not end):
        return f"'{text}' is not a cycle such as R3/PT10M or R/2027-01-31T12:00:00Z/P1D."
    if found["times"] == "0":
        return f"'{text}' never starts anything: give a number from 1, or none."
    return Timetable(start or now + every, int(found["times"] or 0), every, start or now, end=end)


def _by_cron(text: str, now: datetime) -> Timetable | str:
    expression = cron_expression(text)
    fields = expression.split()
    if len(fields) not in (6, 7):
        return f"'{text}' is neither a cycle such as R/PT10M nor cron with six fields such as 0 0 9 * * MON-FRI."
    if text not in _MACROS and re.search(r"(?<!#)\d", fields[5]):
        return f"'{text}' gives weekdays as numbers, which dialects count differently: write MON, TUE and so on."
    try:
        return Timetable(_cron(expression, now), 0, cron=expression)
    except CroniterError as error:
        return f"'{text}' is no cron expression that ever comes: {error}."


def weekdays_named(text: str, sunday: int) -> str:
    """Cron with names for weekdays that are numbers, counted from Sunday's: 1 in Quartz, 0 in Spring.

    >>> weekdays_named("0 0 9 ? * 2-6", sunday=1)
    '0 0 9 ? * MON-FRI'
    """
    fields = text.split()
    if len(fields) in (6, 7):
        fields[5] = re.sub(r"(?<![#/\d])[0-7](?!\d)", lambda day: _WEEKDAYS[(int(day[0]) - sunday) % 7], fields[5])
    return " ".join(fields)


def cron_expression(text: str) -> str:
    """Cron with its macros written out, and without the question marks of Quartz."""
    return _MACROS.get(text, text).replace("?", "*")


def _cron(expression: str, after: datetime) -> datetime:
    found: datetime = croniter(expression, after, second_at_beginning=True, day_or=False).get_next(datetime)
    return found


def date_of(text: str) -> datetime | None:
    """In UTC, which it is too without a zone; `...@Europe/Warsaw` is how FEEL writes zones, `...+02:00[Europe/Warsaw]`
    how Camunda 8 does."""
    plain, _, zone = text.partition("[")[0].partition("@")
    try:
        parsed = datetime.fromisoformat(plain)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=ZoneInfo(zone or "UTC"))).astimezone(UTC)
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None


def _duration(text: str) -> relativedelta | None:
    """At least a second, at most ten years."""
    found = _DURATION.match(text)
    parts = {name: int(part) for name, part in found.groupdict().items() if part} if found else {}
    if not any(parts.values()) or max(parts.values()) > _TEN_YEARS_S:
        return None
    length = relativedelta(**parts)  # type: ignore[arg-type]
    return length if length.years <= _TEN_YEARS else None
