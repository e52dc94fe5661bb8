"""Entries as they stand, for jobs: many are listed by their kinds, with bodies from the shelf; few read one by one."""

from collections import Counter
from collections.abc import Iterable

from catalogue.kinds import Kind
from contract import tables
from functions.catalogue.changing import find_entry, find_version, newest_version
from functions.catalogue.checking import ONE_BY_ONE
from functions.catalogue.shelves import shelf
from functions.runtime.ports import Ports
from functions.runtime.records import Item


class Standing:
    """The entries of a job. What is listed may be a moment old: whatever is done to an entry reads it again."""

    def __init__(self, ports: Ports, wanted: Iterable[Kind]) -> None:
        """`wanted`: the kind of each entry that will be asked for."""
        self._ports = ports
        self._many = {kind for kind, number in Counter(wanted).items() if number > ONE_BY_ONE}
        self._listed: dict[Kind, dict[str, Item]] = {}
        self._shelf = shelf(ports) if self._many else None

    def entry(self, kind: Kind, id_: str) -> Item:
        """Its item, empty if there is no such entry."""
        if kind in self._many:
            return self._all(kind).get(id_, {})
        found = find_entry(self._ports, kind, id_) or {}
        return found if "entity" in found else {}

    def newest(self, kind: Kind, entry: Item) -> str:
        """The body of an entry's newest version."""
        live = None if "open" in entry else self.live(kind, entry)
        return live or str(newest_version(self._ports, kind, entry["sortKey"])["body"])

    def live(self, kind: Kind, entry: Item) -> str | None:
        """The body of the version that is published; None if none is."""
        one = self._shelf.published.get((kind.name, entry["sortKey"])) if self._shelf else None
        if one is not None and one.version == entry.get("live"):
            return one.text
        if "live" not in entry:
            return None
        version = find_version(self._ports, kind, entry["sortKey"], int(entry["live"]))
        return str(version["body"]) if version else None

    def _all(self, kind: Kind) -> dict[str, Item]:
        if kind not in self._listed:
            rows = self._ports.store.query(tables.CATALOGUE, kind.name, index="byEntity")
            self._listed[kind] = {str(item["sortKey"]): item for item in rows.items}
        return self._listed[kind]
