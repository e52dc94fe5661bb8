"""DMN-008: every rule of a table needs one entry per column, and outputs need names where there are several."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.tables_of import tables


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Rows that are too short or too long, tables without outputs, outputs without or with equal names."""
    for owner, table in tables(definitions):
        id_ = table.id or owner.id
        names = [output.name for output in table.outputs]
        if not names or (len(names) > 1 and (not all(names) or len(set(names)) < len(names))):
            words = f"'{owner.name}': a table needs an output, and several need different names."
            yield Diagnostic("DMN-008", "error", id_, table.line, words)
        for rule in table.rules:
            if (len(rule.tests), len(rule.outputs)) != (len(table.inputs), len(table.outputs)):
                words = (
                    f"'{owner.name}', rule {rule.id}: {len(rule.tests)} tests and {len(rule.outputs)} outputs"
                    f" for {len(table.inputs)} input and {len(table.outputs)} output columns."
                )
                yield Diagnostic("DMN-008", "error", rule.id, rule.line, words)
