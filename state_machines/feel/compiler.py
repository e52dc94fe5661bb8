"""Tree to closures: one Python function per node, composed once, run many times. Entry: compile_node.

Operators, paths and literals are here; loops and filters in loops.py, calls in calls.py, unary tests in unary_tests.py.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from state_machines.feel import nodes as n
from state_machines.feel.arithmetic import negate, operate
from state_machines.feel.budget import text_weight
from state_machines.feel.comparison import COMPARE, less
from state_machines.feel.environment import MISSING, Scope
from state_machines.feel.instances import is_instance
from state_machines.feel.properties import property_of
from state_machines.feel.temporal import parse_temporal
from state_machines.feel.values import DECIMALS, Range, Value, type_name

Closure = Callable[[Scope], Value]
Compiler = Callable[[Any], Closure]
COMPILERS: Final[dict[type[n.Node], Compiler]] = {}
"""Filled by this module and its neighbours at import: the dispatch over the kinds of nodes."""


def compiles(kind: type[n.Node]) -> Callable[[Compiler], Compiler]:
    """Register the compiler of a kind of node."""

    def register(compiler: Compiler) -> Compiler:
        COMPILERS[kind] = compiler
        return compiler

    return register


def compile_node(node: n.Node) -> Closure:
    """The closure that evaluates the node in a scope. Closures give null and warn; they raise only BudgetExceeded."""
    return COMPILERS[type(node)](node)


@compiles(n.Literal_)
def _literal(node: n.Literal_) -> Closure:
    value: Value = DECIMALS.plus(node.value) if isinstance(node.value, Decimal) else node.value
    return lambda scope: value


@compiles(n.TemporalLiteral)
def _temporal(node: n.TemporalLiteral) -> Closure:
    value = parse_temporal(node.text)
    if value is not None:
        return lambda scope: value
    return _warning(f"'{node.text}' is no date, time or duration", node.at)


def _warning(message: str, at: n.Position) -> Closure:
    return lambda scope: scope.run.warn(message, at)


@compiles(n.Name)
def _name(node: n.Name) -> Closure:
    name, at = node.name, node.at

    def read(scope: Scope) -> Value:
        value = scope.find(name)
        if value is not MISSING:
            found: Value = value
            return found
        return builtin_value(name, scope, at)

    return read


def builtin_value(name: str, scope: Scope, at: n.Position) -> Value:
    """A builtin function as a value, or null with a warning."""
    from state_machines.feel.calls import function_value

    function = function_value(name)
    if function is None:
        scope.run.warn(f"There is no variable '{name}'", at)
    return function


@compiles(n.Path)
def _path(node: n.Path) -> Closure:
    source, name, at = compile_node(node.source), node.name, node.at

    def read(scope: Scope) -> Value:
        return step(source(scope), name, scope, at)

    return read


def step(value: Value, name: str, scope: Scope, at: n.Position) -> Value:
    """`value.name`; of a list, that of each member."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        scope.run.warn(f"There is no entry '{name}'", at)
        return None
    if isinstance(value, list):
        scope.run.spend(len(value))
        return [step(item, name, scope, at) for item in value]
    known, result = property_of(value, name)
    if not known:
        scope.run.warn(f"A {type_name(value)} has no '{name}'", at)
    return result


@compiles(n.Negation)
def _negation(node: n.Negation) -> Closure:
    operand, at = compile_node(node.operand), node.at

    def run(scope: Scope) -> Value:
        value = operand(scope)
        result = negate(value)
        if result is None:
            scope.run.warn(f"A {type_name(value)} cannot be negated", at)
        return result

    return run


@compiles(n.Arithmetic)
def _arithmetic(node: n.Arithmetic) -> Closure:
    """A chain `a + b - c` leans to the left as deep as it is long: it becomes one loop."""
    steps: list[tuple[str, Closure, n.Position]] = []
    left: n.Node = node
    while isinstance(left, n.Arithmetic):
        steps.append((left.operator, compile_node(left.right), left.at))
        left = left.left
    first, rest = compile_node(left), tuple(reversed(steps))

    def run(scope: Scope) -> Value:
        value = first(scope)
        for operator, operand, at in rest:
            right = operand(scope)
            result = operate(operator, value, right)
            if result is None:
                scope.run.warn(f"No result for {type_name(value)} {operator} {type_name(right)}", at)
            elif isinstance(result, str):
                scope.run.spend(text_weight(result))
            value = result
        return value

    return run


@compiles(n.Comparison)
def _comparison(node: n.Comparison) -> Closure:
    left, right, compare = compile_node(node.left), compile_node(node.right), COMPARE[node.operator]
    operator, at = node.operator, node.at

    def run(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if isinstance(one, list | dict):
            scope.run.weigh(one)
        result = compare(one, other)
        if result is None:
            scope.run.warn(f"A {type_name(one)} and a {type_name(other)} have no '{operator}'", at)
        return result

    return run


@compiles(n.And)
def _and(node: n.And) -> Closure:
    return _connective(node.operands, False)


@compiles(n.Or)
def _or(node: n.Or) -> Closure:
    return _connective(node.operands, True)


def _connective(nodes: tuple[n.Node, ...], decisive: bool) -> Closure:
    """Kleene's and/or: the decisive value wins, then null, else the other one. What is no boolean counts as null."""
    operands = tuple((compile_node(node), node.at) for node in nodes)

    def run(scope: Scope) -> Value:
        unknown = False
        for operand, at in operands:
            value = operand(scope)
            if value is decisive:
                return decisive
            if not isinstance(value, bool):
                unknown = True
                if value is not None:
                    scope.run.warn(f"A boolean is needed, not a {type_name(value)}", at)
        return None if unknown else not decisive

    return run


@compiles(n.Between)
def _between(node: n.Between) -> Closure:
    value, low, high, at = compile_node(node.value), compile_node(node.low), compile_node(node.high), node.at

    def run(scope: Scope) -> Value:
        one, first, last = value(scope), low(scope), high(scope)
        below, above = less(one, first), less(last, one)
        if below is True or above is True:
            return False
        if below is None or above is None:
            scope.run.warn(f"A {type_name(one)} cannot be compared with these ends", at)
            return None
        return True

    return run


@compiles(n.Interval)
def _interval(node: n.Interval) -> Closure:
    low, high, at = compile_node(node.low), compile_node(node.high), node.at

    def run(scope: Scope) -> Value:
        first, last = low(scope), high(scope)
        if first is None or last is None or less(first, last) is None:
            scope.run.warn(f"No range from a {type_name(first)} to a {type_name(last)}", at)
            return None
        return Range(first, last, node.low_included, node.high_included)

    return run


@compiles(n.UnaryComparison)
def _unary_comparison(node: n.UnaryComparison) -> Closure:
    """Outside of tests, `(< 10)` is the range of what passes it."""
    operand, operator, at = compile_node(node.operand), node.operator, node.at

    def run(scope: Scope) -> Value:
        value = operand(scope)
        if value is None or operator == "!=":
            scope.run.warn(f"'{operator}' makes no range of a {type_name(value)}", at)
            return None
        included = operator in ("<=", ">=", "=")
        low = value if operator in (">", ">=", "=") else None
        high = value if operator in ("<", "<=", "=") else None
        return Range(low, high, included and low is not None, included and high is not None)

    return run


@compiles(n.If)
def _if(node: n.If) -> Closure:
    condition, consequence = compile_node(node.condition), compile_node(node.consequence)
    alternative, at = compile_node(node.alternative), node.condition.at

    def run(scope: Scope) -> Value:
        value = condition(scope)
        if value is True:
            return consequence(scope)
        if value is not False:
            scope.run.warn(f"The condition is a {type_name(value)}; 'else' is taken", at)
        return alternative(scope)

    return run


@compiles(n.InstanceOf)
def _instance_of(node: n.InstanceOf) -> Closure:
    value, type_ = compile_node(node.value), node.type
    return lambda scope: is_instance(value(scope), type_, scope.run, node.at)


@compiles(n.ListLiteral)
def _list(node: n.ListLiteral) -> Closure:
    items = tuple(compile_node(item) for item in node.items)

    def run(scope: Scope) -> Value:
        scope.run.spend(len(items))
        return [item(scope) for item in items]

    return run


@compiles(n.ContextLiteral)
def _context(node: n.ContextLiteral) -> Closure:
    entries = tuple((key, compile_node(value), value.at) for key, value in node.entries)

    def run(scope: Scope) -> Value:
        result: dict[str, Value] = {}
        inner = scope.inner(result)
        for key, value, at in entries:
            if key in result:
                scope.run.warn(f"The context has two entries '{key}'", at)
                return None
            made = value(inner)
            result[key] = made
        return result

    return run
