"""DMN-016: inputs for which a table that must give a result has no rule and no default output.

A warning where the example lies among what the rules speak of; information where it lies beyond: below the least or
above the greatest value named, another text than those listed, between two whole numbers in a row.
"""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.regions import TooLarge
from state_machines.dmn.rules.table_boxes import BoxedTable, boxed_tables

_SINGLE = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST"})


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """One example a table."""
    for boxed in boxed_tables(definitions):
        if boxed.policy not in _SINGLE or _has_default(boxed.table):
            continue
        if boxed.too_large:
            yield boxed.finding("DMN-016", "info", "the table is too big to look for gaps and overlaps.")
        else:
            yield from _gap(boxed)


def _has_default(table: m.DecisionTable) -> bool:
    return any(output.default is not None and output.default.text for output in table.outputs)


def _gap(boxed: BoxedTable) -> Iterator[Diagnostic]:
    if boxed.boxes is None:
        return
    try:
        example = boxed.boxes.gap(inner=True) or boxed.boxes.gap(inner=False)
    except TooLarge:
        yield boxed.finding("DMN-016", "info", "the table has too many combinations to look for gaps.")
        return
    if example is not None:
        words = f"no rule matches, for example, {example.words}, and there is no default output."
        yield boxed.finding("DMN-016", "warning" if example.inner else "info", words)
