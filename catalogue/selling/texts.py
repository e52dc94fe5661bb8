"""The texts of many offers in one, so that words are found in all of them at once."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

_BETWEEN = "\n"


class Texts:
    """Folded texts by id. They hold no line breaks."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._pairs = [(id_, text.replace(_BETWEEN, " ")) for id_, text in texts]
        self._by_id = dict(self._pairs)
        self._all = _BETWEEN.join(text for _, text in self._pairs)
        self._starts: list[int] = []
        start = 0
        for _, text in self._pairs:
            self._starts.append(start)
            start += len(text) + len(_BETWEEN)

    def count(self, word: str) -> int:
        """How often a word stands in all of them."""
        return self._all.count(word)

    def of(self, id_: str) -> str:
        """One of them."""
        return self._by_id[id_]

    def having(self, word: str) -> Iterator[tuple[str, str]]:
        """The ids and texts that a word is in.

        >>> list(Texts([("a", "one two"), ("b", "three"), ("c", "two two")]).having("two"))
        [('a', 'one two'), ('c', 'two two')]
        """
        at = self._all.find(word)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            yield self._pairs[place]
            following = self._starts[place + 1] if place + 1 < len(self._starts) else len(self._all)
            at = self._all.find(word, following)
