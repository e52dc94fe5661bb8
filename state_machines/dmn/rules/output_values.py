"""DMN-019 (warning): a rule's output is none of the values that its column allows."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.scopes import texts
from state_machines.feel.constants import evaluated, is_constant
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.evaluate import evaluate_unary_tests
from state_machines.feel.parser import parse_unary_tests


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Constant outputs against the column's values; null is left out everywhere."""
    for found in texts(definitions):
        clause = found.clause
        if not isinstance(clause, m.OutputClause) or clause.allowed is None or not clause.allowed.text:
            continue
        if found.tree is None or not is_constant(found.tree):
            continue
        value = evaluated(found.tree)
        if value is not None and not isinstance(value, list) and _refuses(clause.allowed, value):
            words = f"'{found.owner.name}': {found.text.text[:80]} is none of {clause.allowed.text[:200]}."
            yield Diagnostic("DMN-019", "warning", found.element_id, found.line, words)


def _refuses(allowed: m.Text, value: object) -> bool:
    try:
        tests = parse_unary_tests(allowed.text)
    except FeelSyntaxError:
        return False
    return evaluate_unary_tests(tests, value, {}) is False
