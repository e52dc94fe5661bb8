"""New identifiers: ULIDs in lower case."""

import threading
from collections.abc import Callable

from functions.runtime.ports import Clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS = 80


class Ulids:
    """`Ids` of 48 bits of milliseconds and 80 random bits; later ones of one instance sort behind earlier ones."""

    def __init__(self, clock: Clock, randomness: Callable[[int], bytes]) -> None:
        """`randomness(n)` gives n random bytes, as `os.urandom` does."""
        self._clock, self._randomness = clock, randomness
        self._last = 0
        self._lock = threading.Lock()

    def new(self) -> str:
        """26 characters of `0-9a-z`."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        fresh = milliseconds << _RANDOM_BITS | int.from_bytes(self._randomness(_RANDOM_BITS // 8))
        with self._lock:
            same_time = milliseconds <= self._last >> _RANDOM_BITS
            self._last = self._last + 1 if same_time else fresh
            number = self._last
        return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(25, -1, -1))
