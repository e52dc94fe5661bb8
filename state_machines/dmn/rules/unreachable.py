"""DMN-014 (warning): a rule that can never fire: no input passes it, or rules before it take all that would."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.regions import TooLarge
from state_machines.dmn.rules.table_boxes import BoxedTable, boxed_tables


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Rules that no input passes; under FIRST also those that the rules before them cover together."""
    for boxed in boxed_tables(definitions):
        if boxed.boxes is None:
            continue
        empty = set(boxed.boxes.empty())
        for rule in sorted(empty):
            yield boxed.finding("DMN-014", "warning", "no input can pass its tests.", rule)
        if boxed.policy == "FIRST":
            for rule in _covered(boxed):
                if rule not in empty:
                    words = "it never fires: rules before it take every input that it would."
                    yield boxed.finding("DMN-014", "warning", words, rule)


def _covered(boxed: BoxedTable) -> Iterator[int]:
    """Rules with the same tests as one before are left to DMN-015."""
    seen: set[tuple[str, ...]] = set()
    for rule in range(len(boxed.table.rules)):
        key = boxed.tests_key(rule)
        if key in seen or boxed.boxes is None:
            continue
        seen.add(key)
        try:
            if boxed.boxes.covered(rule, (1 << rule) - 1):
                yield rule
        except TooLarge:
            return
