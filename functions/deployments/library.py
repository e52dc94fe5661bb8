"""What a model may refer to: the files published with it, else what is deployed already. Bytes are read when needed."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from contract import tables
from contract.buckets import ARTIFACTS
from functions.runtime import registry
from functions.runtime.ports import Ports
from functions.runtime.records import Item
from functions.runtime.registry import Kind
from state_machines.dmn import Definitions, load_dmn
from state_machines.library import Library


class Deployed:
    """What is current in the registry, of one kind: by id, read once."""

    def __init__(self, ports: Ports, kind: Kind) -> None:
        self._ports, self._kind = ports, kind

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The registry items by id."""
        rows = self._ports.store.query(tables.REGISTRY, self._kind, index="byKind").items
        return {row["sortKey"]: row for row in rows}

    def content(self, id_: str) -> bytes:
        """The bytes. Raises `LookupError` if they are missing."""
        version = int(self.items[id_]["version"])
        content = self._ports.objects.get(ARTIFACTS, registry.artifact(self._kind, id_, version))
        if content is None:
            raise LookupError(f"the artifact of {self._kind} {id_} version {version} is missing")
        return content


class Decisions(Mapping[str, Definitions]):
    """Decisions by id; a deployed one is read and parsed when the compiler asks for it."""

    def __init__(self, given: Mapping[str, Definitions], deployed: Deployed) -> None:
        self._given, self._deployed = given, deployed
        self._read: dict[str, Definitions] = {}

    def __getitem__(self, id_: str) -> Definitions:
        if id_ in self._given:
            return self._given[id_]
        if id_ not in self._deployed.items:
            raise KeyError(id_)
        if id_ not in self._read:
            self._read[id_] = load_dmn(self._deployed.content(id_))
        return self._read[id_]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._given, **dict.fromkeys(self._deployed.items)})

    def __len__(self) -> int:
        return len({*self._given, *self._deployed.items})


@dataclass(frozen=True)
class Shelf:
    """Forms or templates: those given, else those deployed."""

    given: Mapping[str, bytes]
    deployed: Deployed

    @property
    def keys(self) -> frozenset[str]:
        """All that can be referred to."""
        return frozenset((*self.given, *self.deployed.items))

    def content(self, key: str) -> bytes:
        """The bytes of one of `keys`."""
        return self.given[key] if key in self.given else self.deployed.content(key)


@dataclass(frozen=True)
class Shelves:
    """Everything beside the models."""

    decisions: Decisions
    deployed_decisions: Deployed
    forms: Shelf
    templates: Shelf


def shelves(
    ports: Ports, decisions: Mapping[str, Definitions], forms: Mapping[str, bytes], templates: Mapping[str, bytes]
) -> Shelves:
    """What is given together with what is deployed."""
    deployed = Deployed(ports, "decision")
    return Shelves(
        decisions=Decisions(decisions, deployed),
        deployed_decisions=deployed,
        forms=Shelf(forms, Deployed(ports, "form")),
        templates=Shelf(templates, Deployed(ports, "template")),
    )


def library(ports: Ports, found: Shelves) -> Library:
    """The library that the compiler checks references against."""
    return Library(
        decisions=found.decisions,
        forms=found.forms.keys,
        templates=found.templates.keys,
        connections=tuple(connection.url for connection in ports.settings.connections),
    )


def digest(*parts: bytes) -> str:
    """SHA-256 over parts whose borders count."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(len(part).to_bytes(8))
        sha.update(part)
    return sha.hexdigest()
