"""Static checks of a model, one per file, each with a stable code. RULES is their order; all run, none raises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules import (
    cycles,
    expressions,
    hit_policies,
    identifiers,
    ragged,
    references,
    unknown_names,
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
)


def check(definitions: m.Definitions) -> tuple[Diagnostic, ...]:
    """Everything that the rules find."""
    return tuple(finding for rule in RULES for finding in rule(definitions))
