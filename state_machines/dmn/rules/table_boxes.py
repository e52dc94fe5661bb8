"""The decision tables of a model as boxes, made once for the rules that ask about them. No rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from state_machines.diagnostics import Diagnostic, Severity
from state_machines.dmn import model as m
from state_machines.dmn.regions import Boxes, TooLarge, boxes_of
from state_machines.dmn.rules.scopes import expressions, known_members, model_types
from state_machines.dmn.rules.tables_of import Owner
from state_machines.dmn.tables import cell_tests, hit_policy
from state_machines.feel.errors import FeelSyntaxError


@dataclass(frozen=True)
class BoxedTable:
    """A table and its boxes: None where they cannot be had; `too_large` says that there are too many."""

    owner: Owner
    table: m.DecisionTable
    names: frozenset[str]
    members: frozenset[str]
    boxes: Boxes | None
    too_large: bool

    @property
    def policy(self) -> str:
        """The hit policy by its long name."""
        return hit_policy(self.table)

    def finding(self, code: str, severity: Severity, words: str, rule: int | None = None) -> Diagnostic:
        """Said of a rule, or of the table."""
        owner = f"'{self.owner.name}'"
        if rule is None:
            return Diagnostic(code, severity, self.table.id or self.owner.id, self.table.line, f"{owner}: {words}")
        row = self.table.rules[rule]
        id_ = row.id if not row.id.isdigit() else self.table.id or self.owner.id
        return Diagnostic(code, severity, id_, row.line, f"{owner}, rule {rule + 1}: {words}")

    def tests_key(self, rule: int) -> tuple[str, ...]:
        """What a rule asks for, equal for rules that ask for the same however they are written."""
        return tuple(_normal(text.text, self.names, self.members) for text in self.table.rules[rule].tests)


@lru_cache(maxsize=16_384)
def _normal(text: str, names: frozenset[str], members: frozenset[str]) -> str:
    try:
        return repr(cell_tests(m.Text(text, 0), names, members))
    except (FeelSyntaxError, RecursionError):
        return text


@lru_cache(maxsize=8)
def boxed_tables(definitions: m.Definitions) -> tuple[BoxedTable, ...]:
    """All decision tables; Definitions are compared by identity."""
    return tuple(_boxed(definitions))


def _boxed(definitions: m.Definitions) -> Iterator[BoxedTable]:
    types, members = model_types(definitions), known_members(definitions)
    for scoped in expressions(definitions):
        if not isinstance(scoped.expression, m.DecisionTable):
            continue
        names, too_large, boxes = frozenset(scoped.names), False, None
        try:
            boxes = boxes_of(scoped.expression, types, names, members)
        except TooLarge:
            too_large = True
        yield BoxedTable(scoped.owner, scoped.expression, names, members, boxes, too_large)
