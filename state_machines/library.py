"""What a model may refer to when it is compiled: decisions, forms, templates, connectors, connections."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from state_machines.bindings import Bound

if TYPE_CHECKING:
    from state_machines.dmn import Definitions


@dataclass(frozen=True)
class Connector:
    """A job type, topic or connector id that the platform runs itself, and the function that does."""

    function: Literal["integration", "documents"] = "integration"


CONNECTORS: Mapping[str, Connector] = MappingProxyType(
    {
        "http-connector": Connector(),
        "io.camunda:http-json:1": Connector(),
        "dpc:document": Connector("documents"),
    }
)
"""What every tenant has."""


class Versions(Mapping[str, "Definitions"], ABC):
    """Decisions of which several versions are known; as a mapping, the current ones by id."""

    @abstractmethod
    def version(self, bound: Bound) -> Definitions | None:
        """The version that is meant; None if there is none."""


def meant(decisions: Mapping[str, Definitions], bound: Bound) -> Definitions | None:
    """The version of a decision that is meant: of a plain mapping by id, the one that there is, whatever its number."""
    return decisions.version(bound) if isinstance(decisions, Versions) else decisions.get(bound.id)


@dataclass(frozen=True)
class Library:
    """What is known beside the model. `None`: unknown, so references of that kind are not checked."""

    decisions: Mapping[str, Definitions] = field(default_factory=lambda: MappingProxyType({}))
    forms: frozenset[str] | None = None
    templates: frozenset[str] | None = None
    connectors: Mapping[str, Connector] = field(default_factory=lambda: CONNECTORS)
    connections: tuple[str, ...] | None = None
    """Base URLs that connectors may call."""
