"""DMN-011 (warning): a FEEL text reads a name that nothing declares; it must then come from the process's variables."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.scopes import Found, texts
from state_machines.feel.analysis import names_read
from state_machines.feel.builtins import NAMES


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Names that are no requirement, no function and no local variable. A decision that reads none of its inputs by
    name is Camunda style: there every name is a process variable, and nothing is said."""
    by_owner: dict[str, list[Found]] = {}
    for found in texts(definitions):
        if found.tree is not None and not found.open:
            by_owner.setdefault(found.owner.id, []).append(found)
    for all_of_owner in by_owner.values():
        read = {name for found in all_of_owner if found.tree is not None for name in names_read(found.tree)}
        if read & _required(definitions, all_of_owner[0]):
            yield from _unknown(all_of_owner)


def _required(definitions: m.Definitions, found: Found) -> set[str]:
    elements = definitions.elements
    return {elements[each].name for each in found.owner.requires if each in elements}


def _unknown(owned: list[Found]) -> Iterator[Diagnostic]:
    for found in owned:
        unknown = (
            names_read(found.tree, filters=False) - set(found.names) - NAMES if found.tree is not None else frozenset()
        )
        for name in sorted(unknown):
            words = f"'{found.owner.name}' reads '{name}', which is no required input, decision or function."
            yield Diagnostic("DMN-011", "warning", found.element_id, found.line, words)
