"""DMN-017 (warning): rules that match the same input though the hit policy forbids it.

UNIQUE lets one rule match; ANY several, as long as their outputs are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.table_boxes import BoxedTable, boxed_tables
from state_machines.feel.comparison import same
from state_machines.feel.constants import evaluated, is_constant
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.parser import parse
from state_machines.feel.values import Value

_MAX_FINDINGS = 20
_WORDS = {
    "UNIQUE": "though the table is UNIQUE",
    "ANY": "with other outputs, though the table is ANY",
}


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Pairs of rules with an input that both match; pairs with the same tests are left to DMN-015."""
    for boxed in boxed_tables(definitions):
        if boxed.policy in _WORDS:
            yield from islice(_overlaps(boxed), _MAX_FINDINGS)


def _overlaps(boxed: BoxedTable) -> Iterator[Diagnostic]:
    if boxed.boxes is None:
        return
    for one, other in boxed.boxes.overlaps():
        if boxed.tests_key(one) == boxed.tests_key(other) or (boxed.policy == "ANY" and not _differ(boxed, one, other)):
            continue
        example = boxed.boxes.common(one, other).words
        words = f"it matches the same input as rule {one + 1}, for example {example}, {_WORDS[boxed.policy]}."
        yield boxed.finding("DMN-017", "warning", words, other)


def _differ(boxed: BoxedTable, one: int, other: int) -> bool:
    """Whether outputs surely differ: those that are computed may not."""
    pairs = zip(boxed.table.rules[one].outputs, boxed.table.rules[other].outputs, strict=False)
    values = [(_constant(a), _constant(b)) for a, b in pairs]
    return any(a is not None and b is not None and not same(a[0], b[0]) for a, b in values)


def _constant(text: m.Text) -> tuple[Value] | None:
    try:
        node = parse(text.text or "null")
    except FeelSyntaxError:
        return None
    return (evaluated(node),) if is_constant(node) else None
