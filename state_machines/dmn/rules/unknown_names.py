"""DMN-011 (warning): a FEEL text reads a name that nothing declares; it must then come from the process's variables."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.scopes import texts
from state_machines.feel.analysis import names_read
from state_machines.feel.builtins import NAMES


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Names that are no requirement, no function and no local variable. Files without any requirement are Camunda 7
    style: there every name is a process variable, and nothing is said."""
    if not any(decision.requires for decision in definitions.decisions.values()):
        return
    for found in texts(definitions):
        unknown = names_read(found.tree) - found.names - NAMES if found.tree is not None else frozenset()
        for name in sorted(unknown):
            words = f"'{found.owner.name}' reads '{name}', which is no required input, decision or function."
            line = found.text.line
            yield Diagnostic("DMN-011", "warning", found.text.element_id or found.owner.id, line, words)
