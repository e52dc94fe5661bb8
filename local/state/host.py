"""What the host itself keeps: its clock and the key of its tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from local.api.tokens import Tokens
from local.clock import Clock
from local.state.rows import Kept, Row


class HostState:
    """A `Source`. What it restores is needed before anything else is made: `saved_clock`, `saved_token_key`."""

    def __init__(self, clock: Clock, tokens: Tokens) -> None:
        self._clock, self._tokens, self._told = clock, tokens, ""

    def changes(self) -> Iterator[Row]:
        """See `Source`."""
        if not self._told:
            yield Row("key", "tokens", json.dumps(self._tokens.dump()))
        if (now := self._clock.now().isoformat()) != self._told:
            self._told = now
            yield Row("clock", "-", now)

    def restore(self, kept: Kept) -> None:
        """See `Source`."""
        self._told = str(kept["clock"]["-"][0])


def saved_clock(kept: Kept) -> datetime | None:
    """The platform's time when it was last written."""
    return datetime.fromisoformat(str(kept["clock"]["-"][0])) if "clock" in kept else None


def saved_token_key(kept: Kept) -> dict[str, Any] | None:
    """The private key of tokens (JWK)."""
    return dict(json.loads(kept["key"]["tokens"][0])) if "key" in kept else None
