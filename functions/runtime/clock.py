"""The real clock."""

from datetime import UTC, datetime


class SystemClock:
    """`Clock` of the machine that this runs on."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)
