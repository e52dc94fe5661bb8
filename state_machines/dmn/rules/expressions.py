"""DMN-010: every FEEL text must be FEEL."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.scopes import texts


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Texts that do not parse, with the line in the file."""
    for found in texts(definitions):
        if found.error is not None:
            line = found.text.line + found.error.line - 1
            words = f"'{found.owner.name}': {found.error.message} in '{found.text.text[:80]}'."
            yield Diagnostic("DMN-010", "error", found.text.element_id or found.owner.id, line, words)
