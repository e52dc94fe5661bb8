"""DMN-015 (warning): two rules of a table ask for the same; one of them is superfluous or wrong."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.table_boxes import BoxedTable, boxed_tables

_SEVERAL = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER", "PRIORITY"})


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Where several rules may fire, only rules with the same outputs too."""
    for boxed in boxed_tables(definitions):
        seen: dict[tuple[object, ...], int] = {}
        for rule in range(len(boxed.table.rules)):
            first = seen.setdefault(_key(boxed, rule), rule)
            if first != rule:
                yield boxed.finding("DMN-015", "warning", f"it has the same tests as rule {first + 1}.", rule)


def _key(boxed: BoxedTable, rule: int) -> tuple[object, ...]:
    tests = boxed.tests_key(rule)
    if boxed.policy not in _SEVERAL:
        return tests
    return tests, tuple(" ".join(text.text.split()) for text in boxed.table.rules[rule].outputs)
