"""What can be said of a cell without its variables: the values that it names, and whether these tell all about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from state_machines.feel import nodes as n
from state_machines.feel.constants import evaluated, is_constant
from state_machines.feel.unary_tests import INPUT
from state_machines.feel.values import TEMPORAL, Range, Value

_NAMED: Final = (type(None), bool, str, Decimal, *TEMPORAL)
_INPUT: Final = n.Name(INPUT)
_MAX_NODES: Final = 2_000


class Cell:
    """One cell: `named` are the values that it compares with, None where it does more than comparing with constants;
    `ordered_texts` says that it asks for the order of texts."""

    def __init__(self, tests: n.UnaryTests) -> None:
        self.tests = tests
        self.ordered_texts = False
        self._named: list[Value] = []
        self._left = _MAX_NODES
        self.named = self._named if all(self._test(test) for test in tests.tests) else None

    @property
    def anything(self) -> bool:
        """Whether it is `-`."""
        return not self.tests.tests

    @property
    def alternatives(self) -> list[Value] | None:
        """The values where the cell is a plain list of them, which is what big tables have; else None."""
        plain = not self.tests.negated and all(isinstance(test, n.Literal_) for test in self.tests.tests)
        return self.named if plain else None

    def _test(self, node: n.Node) -> bool:
        self._left -= 1
        if self._left < 0:
            return False
        if isinstance(node, n.Interval):
            return self._all((node.low, node.high), ordered=True)
        if isinstance(node, n.UnaryComparison):
            return self._all((node.operand,), ordered=node.operator not in ("=", "!="))
        return self._all((node,), ordered=False) or self._condition(node)

    def _condition(self, node: n.Node) -> bool:
        """A test that mentions `?` only to compare it with constants."""
        if isinstance(node, n.And | n.Or):
            return all(map(self._test, node.operands))
        if isinstance(node, n.Between):
            return node.value == _INPUT and self._all((node.low, node.high), ordered=True)
        if isinstance(node, n.In):
            return node.value == _INPUT and all(map(self._test, node.tests))
        if isinstance(node, n.Comparison):
            others = [b for a, b in ((node.left, node.right), (node.right, node.left)) if a == _INPUT]
            return len(others) == 1 and self._all(others, ordered=node.operator not in ("=", "!="))
        if isinstance(node, n.Call):
            return node.function == n.Name("not") and len(node.arguments) == 1 and self._condition(node.arguments[0])
        return False

    def _all(self, nodes: tuple[n.Node, ...] | list[n.Node], *, ordered: bool) -> bool:
        return all(is_constant(node) and self._takes(evaluated(node), ordered) for node in nodes)

    def _takes(self, value: Value, ordered: bool) -> bool:
        """Note the values; False for one that has no place on a line."""
        if isinstance(value, list):
            return all(self._takes(each, ordered) for each in value)
        if isinstance(value, Range):
            return all(self._takes(end, True) for end in (value.low, value.high) if end is not None)
        if not isinstance(value, _NAMED):
            return False
        self.ordered_texts = self.ordered_texts or (ordered and isinstance(value, str))
        self._named.append(value)
        return True
