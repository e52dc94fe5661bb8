"""The moments before and after each call of a port, at each of which the world can be stopped."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class KilledError(BaseException):
    """The function was killed here. Not an `Exception`: nothing may catch it, as nothing catches a power cut."""


class Steps:
    """Counts the moments before and after each port call, and kills at one of them."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.kill_at: int | None = None
        self.dead = False

    def around(self, name: str, act: Callable[[], T]) -> T:
        self._step(f"before {name}")
        result = act()
        self._step(f"after {name}")
        return result

    def _step(self, name: str) -> None:
        """Whoever is dead does nothing more, in no `finally` either, until somebody starts anew."""
        self.taken.append(name)
        if self.dead or self.kill_at == len(self.taken) - 1:
            self.dead, self.kill_at = True, None
            raise KilledError(name)
