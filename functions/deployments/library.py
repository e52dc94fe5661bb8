"""What a model may refer to: the files published with it, else what is deployed already. Bytes are read when needed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from functions.deployments.decisions import Decisions
from functions.deployments.deployed import Deployed
from functions.runtime.ports import Ports
from state_machines.dmn import Definitions
from state_machines.library import Library


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
    forms: Shelf
    templates: Shelf


def shelves(
    ports: Ports,
    decisions: Mapping[str, tuple[bytes, Definitions]],
    forms: Mapping[str, bytes],
    templates: Mapping[str, bytes],
) -> Shelves:
    """What is given together with what is deployed."""
    return Shelves(
        decisions=Decisions(ports, decisions),
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
