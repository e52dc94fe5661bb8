"""The decision tables of a model, wherever they stand, with the element that owns them. No rule."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.dmn import model as m

Owner = m.Decision | m.Knowledge


def owners(definitions: m.Definitions) -> Iterator[tuple[Owner, m.Boxed]]:
    """Decisions and knowledge models with their logic."""
    for decision in definitions.decisions.values():
        yield decision, decision.expression
    for knowledge in definitions.knowledge.values():
        yield knowledge, knowledge.function


def tables(definitions: m.Definitions) -> Iterator[tuple[Owner, m.DecisionTable]]:
    """All decision tables."""
    for owner, expression in owners(definitions):
        for part in m.parts(expression):
            if isinstance(part, m.DecisionTable):
                yield owner, part
