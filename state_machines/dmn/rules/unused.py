"""DMN-018 (warning): what a decision requires and never reads, and columns of a table that no rule asks for.

Where a decision reads none of its inputs by name, they are documentation (as in Camunda's modeler, where columns read
the process's variables), and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.scopes import texts
from state_machines.dmn.rules.table_boxes import BoxedTable, boxed_tables
from state_machines.feel.analysis import names_read


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Requirements first, then columns."""
    yield from _requirements(definitions)
    for boxed in boxed_tables(definitions):
        yield from _columns(boxed)


def _requirements(definitions: m.Definitions) -> Iterator[Diagnostic]:
    read: dict[str, set[str]] = {}
    for found in texts(definitions):
        if found.tree is None or found.open:
            read.setdefault(found.owner.id, set()).update(found.names)
        else:
            read.setdefault(found.owner.id, set()).update(names_read(found.tree))
    for decision in definitions.decisions.values():
        required = [definitions.elements[each] for each in decision.requires if each in definitions.elements]
        names = read.get(decision.id, set())
        if decision.expression is None or not any(each.name in names for each in required):
            continue
        for each in required:
            if each.name not in names:
                words = f"'{decision.name}' requires '{each.name}' and never reads it."
                yield Diagnostic("DMN-018", "warning", decision.id, decision.line, words)


def _columns(boxed: BoxedTable) -> Iterator[Diagnostic]:
    rules = boxed.table.rules
    for index, clause in enumerate(boxed.table.inputs):
        if len(rules) > 1 and all(len(rule.tests) > index and rule.tests[index].text in ("", "-") for rule in rules):
            words = f"no rule asks for the input '{clause.label}'."
            yield boxed.finding("DMN-018", "info", words)
