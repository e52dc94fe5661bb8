"""What a model may refer to when it is compiled: decisions, forms, templates, connectors, connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

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


@dataclass(frozen=True)
class Library:
    """What is known beside the model. `None`: unknown, so references of that kind are not checked."""

    decisions: Mapping[str, Definitions] = field(default_factory=lambda: MappingProxyType({}))
    forms: frozenset[str] | None = None
    templates: frozenset[str] | None = None
    connectors: Mapping[str, Connector] = field(default_factory=lambda: CONNECTORS)
    connections: tuple[str, ...] | None = None
    """Base URLs that connectors may call."""
