"""Static checks of a model, one per file, each with a stable code. RULES is their order; all run, none raises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules import (
    cycles,
    duplicates,
    expressions,
    gaps,
    hit_policies,
    identifiers,
    mistyped,
    output_values,
    overlaps,
    ragged,
    references,
    unknown_names,
    unknown_types,
    unreachable,
    unused,
)

Check = Callable[[m.Definitions], Iterator[Diagnostic]]
RULES: Final[tuple[Check, ...]] = (
    identifiers.check,
    references.check,
    cycles.check,
    hit_policies.check,
    ragged.check,
    expressions.check,
    unknown_names.check,
    mistyped.check,
    unknown_types.check,
    unreachable.check,
    duplicates.check,
    gaps.check,
    overlaps.check,
    unused.check,
    output_values.check,
)


def check(definitions: m.Definitions) -> tuple[Diagnostic, ...]:
    """Everything that the rules find."""
    return tuple(finding for rule in RULES for finding in rule(definitions))
