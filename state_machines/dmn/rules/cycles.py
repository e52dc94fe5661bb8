"""DMN-006: decisions must not require themselves, directly or through others."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """One finding per circle of decisions."""
    requires = {
        decision.id: {each for each in decision.requires if each in definitions.decisions}
        for decision in definitions.decisions.values()
    }
    while circle := _circle(requires):
        first = definitions.decisions[min(circle)]
        names = ", ".join(sorted(definitions.decisions[id_].name for id_ in circle))
        yield Diagnostic("DMN-006", "error", first.id, first.line, f"Decisions require each other: {names}.")
        for id_ in circle:
            requires[id_] -= circle


def _circle(requires: dict[str, set[str]]) -> set[str]:
    try:
        TopologicalSorter(requires).prepare()
    except CycleError as error:
        return set(error.args[1])
    return set()
