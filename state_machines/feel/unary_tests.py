"""Closures of `in` and of unary tests: what a decision table's cell says of its input (DMN 1.5, 7.3.7 and 10.3.2.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from state_machines.feel import nodes as n
from state_machines.feel.comparison import COMPARE, contains, equal, in_range, not_
from state_machines.feel.compiler import Closure, compile_node, compiles
from state_machines.feel.environment import Scope
from state_machines.feel.values import Range, Value

INPUT: Final = "?"
Test = Callable[[Value, Scope], "bool | None"]


def mentions_input(node: n.Node) -> bool:
    """Whether `?` occurs in the expression."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, n.Name) and each.name == INPUT:
            return True
        pending.extend(n.children(each))
    return False


def compile_test(node: n.Node) -> Test:
    """One positive unary test as a function of the input."""
    if isinstance(node, n.UnaryComparison):
        return _comparison_test(node)
    if isinstance(node, n.Interval):
        return _interval_test(node)
    expression = compile_node(node)
    if isinstance(node, n.Literal_):
        return lambda value, scope: _against(value, expression(scope))
    condition = mentions_input(node)

    def test(value: Value, scope: Scope) -> bool | None:
        result = expression(scope)
        if isinstance(result, list):
            scope.run.weigh(result)
        if condition and (result is None or isinstance(result, bool)):
            return result
        if isinstance(result, bool) and value is not None and not isinstance(value, bool):
            return result
        return _against(value, result)

    return test


def _comparison_test(node: n.UnaryComparison) -> Test:
    operand, compare = compile_node(node.operand), COMPARE[node.operator]
    return lambda value, scope: compare(value, operand(scope))


def _interval_test(node: n.Interval) -> Test:
    """Without making the range, so that an end that is null leaves the other one to decide."""
    low, high = compile_node(node.low), compile_node(node.high)
    above, below = COMPARE[">=" if node.low_included else ">"], COMPARE["<=" if node.high_included else "<"]

    def test(value: Value, scope: Scope) -> bool | None:
        first, last = above(value, low(scope)), below(value, high(scope))
        if first is False or last is False:
            return False
        return None if first is None or last is None else True

    return test


def _against(value: Value, expected: Value) -> bool | None:
    """A range holds its points, a list its members (or is equal to a list); any other value is compared."""
    if isinstance(expected, Range) and not isinstance(value, Range):
        return in_range(value, expected)
    if isinstance(expected, list):
        return (
            contains(expected, value)
            or (isinstance(value, list) and equal(value, expected) is True)
            or _within(value, expected)
        )
    return equal(value, expected)


def _within(value: Value, ranges: list[Value]) -> bool:
    return any(isinstance(each, Range) and in_range(value, each) is True for each in ranges)


def any_of(tests: tuple[Test, ...], value: Value, scope: Scope) -> bool | None:
    """Kleene's or over the tests."""
    unknown = False
    for test in tests:
        result = test(value, scope)
        if result is True:
            return True
        unknown = unknown or result is None
    return None if unknown else False


def compile_unary_tests(node: n.UnaryTests) -> Test:
    """All tests of a cell. The scope must bind `?` to the input where the tests mention it."""
    tests, negated = tuple(compile_test(test) for test in node.tests), node.negated
    if not tests:
        return lambda value, scope: True
    if len(tests) == 1 and not negated:
        return tests[0]

    def run(value: Value, scope: Scope) -> bool | None:
        result = any_of(tests, value, scope)
        return not_(result) if negated else result

    return run


@compiles(n.In)
def _in(node: n.In) -> Closure:
    subject = compile_node(node.value)
    tests = tuple(compile_test(test) for test in node.tests)
    binds = any(mentions_input(test) for test in node.tests)

    def run(scope: Scope) -> Value:
        value = subject(scope)
        result = any_of(tests, value, scope.inner({INPUT: value}) if binds else scope)
        if result is None:
            scope.run.warn("'in' cannot compare these values", node.at)
        return result

    return run


@compiles(n.UnaryTests)
def _unary_tests(node: n.UnaryTests) -> Closure:
    test = compile_unary_tests(node)
    return lambda scope: test(scope.find(INPUT), scope)
