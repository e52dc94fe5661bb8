"""Clocks: what the simulator reads the time from. Inside, time is an integer of milliseconds since the epoch (UTC)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", re.ASCII)


class Clock(Protocol):
    """A source of the present moment, aware and in UTC. It never goes backwards."""

    def now(self) -> datetime:
        """The present moment."""
        ...


class VirtualClock:
    """A clock that stands still until it is set."""

    def __init__(self, start: datetime = EPOCH) -> None:
        self._now = _utc(start)

    def now(self) -> datetime:
        """The moment it was last set to."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Jump to a moment (aware). Raises ValueError when that lies in the past."""
        moment = _utc(moment)
        if moment < self._now:
            raise ValueError(f"a clock cannot go back from {self._now} to {moment}")
        self._now = moment

    def advance(self, duration: timedelta) -> None:
        """Jump ahead by a duration."""
        self.set(self._now + duration)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch, rounded down."""
    return (moment - EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """The moment (UTC) of milliseconds since the epoch."""
    return EPOCH + ms * _MILLISECOND


def iso(ms: int) -> str:
    """As Step Functions writes times into the context object: `2026-01-31T12:00:00.000Z`."""
    return from_ms(ms).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def parse_timestamp(text: str) -> int:
    """Milliseconds of a timestamp (RFC 3339 with `T` and an offset or `Z`); finer digits are cut. Raises ValueError."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a timestamp")
    seconds, fraction, zone = match.groups()
    return to_ms(datetime.fromisoformat(seconds + zone)) + int((fraction or "").ljust(3, "0")[:3])
