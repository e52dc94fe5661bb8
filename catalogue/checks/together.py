"""A catalogue in which some entries are others than they are, or gone: what an import, a release or a draft would make
of it."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from catalogue.checks.references import references
from catalogue.checks.setting import EMPTY, Others
from catalogue.kinds.parts import Entry

Named = tuple[str, str]
"""The name of a kind, and an id."""


class Together:
    """`entries` (None: gone) in front of `others`."""

    def __init__(self, entries: Mapping[Named, Entry | None], others: Others = EMPTY) -> None:
        self._entries = entries
        self._others = others

    def find(self, kind_name: str, id_: str, /) -> Entry | None:
        if (kind_name, id_) in self._entries:
            return self._entries[kind_name, id_]
        return self._others.find(kind_name, id_)

    def users(self, kind_name: str, id_: str, /) -> Iterator[tuple[str, Entry]]:
        yield from self._users.get((kind_name, id_), ())
        for kind, entry in self._others.users(kind_name, id_):
            if (kind, entry.id) not in self._entries:
                yield kind, entry

    @cached_property
    def _users(self) -> Mapping[Named, list[tuple[str, Entry]]]:
        """By what they name, those of the entries that name it."""
        users: dict[Named, list[tuple[str, Entry]]] = {}
        for (kind, _), entry in self._entries.items():
            if entry is not None:
                for named in dict.fromkeys((ref.kind, ref.id) for ref in references(entry)):
                    users.setdefault(named, []).append((kind, entry))
        return users
