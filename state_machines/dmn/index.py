"""Which rules an input lets pass, looked up instead of tested: as bits, one per rule, for one column of a table.

A cell that is a list of literals is found by its value, one that is a single comparison or interval with constants by
bisection between the ends that the column names; every other cell is a test that has to be run.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from state_machines.feel import nodes as n
from state_machines.feel.budget import node_weight
from state_machines.feel.comparison import order_key
from state_machines.feel.constants import evaluated, is_constant
from state_machines.feel.environment import Scope
from state_machines.feel.unary_tests import Test
from state_machines.feel.values import Value

_PLAIN: Final = (str, Decimal, bool, type(None))
Cell = tuple[Test, "n.UnaryTests | None"]
"""What tests the input, and its tree; None where the cell is no FEEL."""
Ends = tuple[Any, bool, Any, bool]
"""Lower end, whether it is included, upper end, whether it is included; None is open."""


@dataclass
class _Line:
    """The intervals of one kind of values: `masks` has one entry below, at and above each end in turn."""

    ends: list[Any]
    masks: list[int]

    def find(self, key: Any) -> int:
        position = bisect_left(self.ends, key)
        at = position < len(self.ends) and self.ends[position] == key
        return self.masks[2 * position + at]


class Column:
    """One column's cells, rule by rule."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._always = 0
        self._exact: dict[tuple[type, Value], int] = {}
        self._slow: list[tuple[int, Test, int]] = []
        intervals: dict[str, list[tuple[int, Ends]]] = {}
        for number, (test, tree) in enumerate(cells):
            self._place(1 << number, test, tree, intervals)
        self._lines = {kind: _line(found) for kind, found in intervals.items()}

    def _place(
        self, bit: int, test: Test, tree: n.UnaryTests | None, intervals: dict[str, list[tuple[int, Ends]]]
    ) -> None:
        if tree is not None and not tree.tests:
            self._always |= bit
            return
        literals = _literals(tree)
        if literals is not None:
            for key in literals:
                self._exact[key] = self._exact.get(key, 0) | bit
            return
        found = _interval(tree)
        if found is None:
            self._slow.append((bit, test, node_weight(tree) if tree is not None else 1))
        else:
            intervals.setdefault(found[0], []).append((bit, found[1]))

    def passing(self, value: Value, candidates: int, scope: Scope) -> int:
        """The bits of the candidates that the value passes. The scope binds `?` to the value."""
        found = self._always
        if self._exact and isinstance(value, _PLAIN):
            found |= self._exact.get((type(value), value), 0)
        if self._lines:
            kind, key = order_key(value)
            line = self._lines.get(kind)
            if line is not None:
                found |= line.find(key)
        found &= candidates
        for bit, test, cost in self._slow:
            if candidates & bit:
                scope.run.spend(cost)
                if test(value, scope) is True:
                    found |= bit
        return found


def _literals(tree: n.UnaryTests | None) -> list[tuple[type, Value]] | None:
    """The values of a cell that only lists literals."""
    if tree is None or tree.negated:
        return None
    keys: list[tuple[type, Value]] = []
    for test in tree.tests:
        value = test.operand if isinstance(test, n.Negation) else test
        if not isinstance(value, n.Literal_) or (value is not test and not isinstance(value.value, Decimal)):
            return None
        plain = evaluated(test)
        keys.append((type(plain), plain))
    return keys


def _interval(tree: n.UnaryTests | None) -> tuple[str, Ends] | None:
    """The kind of values and the ends of a cell that is one comparison or interval with constants."""
    if tree is None or tree.negated or len(tree.tests) != 1:
        return None
    test = tree.tests[0]
    if isinstance(test, n.Interval) and is_constant(test):
        (kind, low), (other, high) = order_key(evaluated(test.low)), order_key(evaluated(test.high))
        ends = (low, test.low_included, high, test.high_included)
        return (kind, ends) if kind and kind == other and low <= high else None
    if isinstance(test, n.UnaryComparison) and is_constant(test) and test.operator[0] in "<>":
        kind, key = order_key(evaluated(test.operand))
        included = test.operator[1:] == "="
        below = test.operator[0] == "<"
        return (kind, (None, False, key, included) if below else (key, included, None, False)) if kind else None
    return None


def _line(intervals: list[tuple[int, Ends]]) -> _Line:
    """Each interval turns its rule's bit on where it begins and off behind its end."""
    ends = sorted({end for _, (low, _, high, _) in intervals for end in (low, high) if end is not None})
    place = {end: 2 * index + 1 for index, end in enumerate(ends)}
    toggles = [0] * (2 * len(ends) + 2)
    for bit, (low, low_included, high, high_included) in intervals:
        first = 0 if low is None else place[low] + (not low_included)
        behind = 2 * len(ends) + 1 if high is None else place[high] + high_included
        if first < behind:
            toggles[first] ^= bit
            toggles[behind] ^= bit
    masks, mask = [], 0
    for toggle in toggles[:-1]:
        mask ^= toggle
        masks.append(mask)
    return _Line(ends, masks)


def bits(mask: int) -> list[int]:
    """The positions of the ones, from the lowest."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
