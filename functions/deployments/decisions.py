"""The decisions that a model may call: those published with it, else those deployed, in whichever version it says."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from functions.deployments.deployed import Deployed
from functions.runtime import registry
from functions.runtime.ports import Ports
from functions.runtime.records import ContentionError, Item
from state_machines.bindings import Bound
from state_machines.dmn import Definitions, load_dmn
from state_machines.library import Versions


@dataclass(frozen=True)
class _Found:
    """A version of a decision: a deployed one has an item, one that is published now has none."""

    item: Item | None = None


class Decisions(Versions):
    """By id, or by version; a deployed one is read and parsed when the compiler asks for it.

    What is meant is looked up once: what was compiled is what is pinned.
    """

    def __init__(self, ports: Ports, given: Mapping[str, tuple[bytes, Definitions]]) -> None:
        """`given`: the bytes of the file and what was read, by decision id."""
        self._ports, self._given, self._deployed = ports, given, Deployed(ports, "decision")
        self._found: dict[Bound, _Found | None] = {}
        self._read: dict[Bound, Definitions] = {}

    def __getitem__(self, id_: str) -> Definitions:
        found = self.version(Bound(id_))
        if found is None:
            raise KeyError(id_)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter({**self._given, **dict.fromkeys(self._deployed.items)})

    def __len__(self) -> int:
        return len({*self._given, *self._deployed.items})

    def version(self, bound: Bound) -> Definitions | None:
        """The version that is meant; None if there is none."""
        found = self._find(bound)
        if found is None:
            return None
        if found.item is None:
            return self._given[bound.id][1]
        if bound not in self._read:
            self._read[bound] = load_dmn(self._deployed.content(bound.id, int(found.item["version"])))
        return self._read[bound]

    def sha256(self, bound: Bound) -> str:
        """The digest of the version that is meant, of which there is one."""
        item = self._known(bound).item
        return self._sha256(bound.id) if item is None else str(item["sha256"])

    def number(self, bound: Bound, published: Mapping[str, int]) -> int:
        """The number of the version that is meant, of which there is one.

        `published`: those that the given decisions get. Raises `ContentionError` where another one got it meanwhile.
        """
        item = self._known(bound).item
        number = published[bound.id] if item is None else int(item["version"])
        if bound.binding == "version" and number != bound.number:
            raise ContentionError("another version of a decision was published meanwhile")
        return number

    def _known(self, bound: Bound) -> _Found:
        found = self._find(bound)
        if found is None:
            raise LookupError(f"there is no decision {bound.name}")
        return found

    def _find(self, bound: Bound) -> _Found | None:
        if bound not in self._found:
            item = None if self._is_given(bound) else self._item(bound)
            self._found[bound] = _Found(item) if item is not None or self._is_given(bound) else None
        return self._found[bound]

    def _is_given(self, bound: Bound) -> bool:
        if bound.id not in self._given:
            return False
        match bound.binding:
            case "version":
                return bound.number == self._next(bound.id)
            case "versionTag":
                return self._given[bound.id][1].decisions[bound.id].version_tag == bound.version
            case _:
                return True

    def _next(self, id_: str) -> int:
        """The version that a given decision gets."""
        current = registry.find(self._ports, "decision", id_)
        return int(current["version"]) + (current["sha256"] != self._sha256(id_)) if current else 1

    def _sha256(self, id_: str) -> str:
        return hashlib.sha256(self._given[id_][0]).hexdigest()

    def _item(self, bound: Bound) -> Item | None:
        match bound.binding:
            case "version":
                return registry.find(self._ports, "decision", bound.id, bound.number) if bound.number else None
            case "versionTag":
                return registry.find_tagged(self._ports, "decision", bound.id, bound.version)
            case "deployment":
                return None
            case _:
                return self._deployed.items.get(bound.id)
