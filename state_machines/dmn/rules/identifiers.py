"""DMN-003: every decision, input, knowledge model and service needs an id and a name."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """An element whose id had to be taken from its name cannot be referred to."""
    for each in definitions.elements.values():
        if not each.id or not each.name:
            words = "The element has neither id nor name, so nothing can refer to it."
            yield Diagnostic("DMN-003", "error", each.id, each.line, words)
