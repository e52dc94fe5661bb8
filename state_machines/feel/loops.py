"""Closures of `for`, `some`, `every` and filters: what runs a part of the expression for each member of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from state_machines.feel import nodes as n
from state_machines.feel.arithmetic import add_days
from state_machines.feel.budget import node_weight
from state_machines.feel.compiler import Closure, compile_node, compiles
from state_machines.feel.environment import Scope
from state_machines.feel.temporal import Date
from state_machines.feel.values import DECIMALS, Range, Value, type_name

Source = Callable[[Scope], "list[Value] | None"]


def _source(iterator: n.Iterator_) -> Source:
    """The members that an iterator goes through; None (with a warning) where it has none to go through."""
    first, at = compile_node(iterator.source), iterator.at
    last = compile_node(iterator.end) if iterator.end is not None else None

    def read(scope: Scope) -> list[Value] | None:
        value = first(scope)
        items = members(value, scope) if last is None else span(value, last(scope), scope)
        if items is None:
            scope.run.warn(f"'{iterator.name}' has no list to go through", at)
        return items

    return read


def members(value: Value, scope: Scope) -> list[Value] | None:
    """A list as it is, a closed range of numbers or dates as its members, any other value as a list of one."""
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        items = span(value.low, value.high, scope)
        if items is None:
            return None
        items = items if value.low_included else items[1:]
        return items if value.high_included or not items or items[-1] != value.high else items[:-1]
    return None if value is None else [value]


def span(first: Value, last: Value, scope: Scope) -> list[Value] | None:
    """Whole steps from one number or date to another, up or down, both included."""
    if isinstance(first, Decimal) and isinstance(last, Decimal):
        size = int(abs(last - first)) + 1
        scope.run.spend(size)
        sign = 1 if last >= first else -1
        return [DECIMALS.add(first, Decimal(sign * i)) for i in range(size)]
    if type(first) is Date and type(last) is Date:
        size = abs(last.days - first.days) + 1
        scope.run.spend(size)
        sign = 1 if last.days >= first.days else -1
        return [add_days(first, sign * i) for i in range(size)]
    return None


def _bindings(scope: Scope, iterators: tuple[tuple[str, Source], ...], cost: int) -> Iterator[Scope | None]:
    """A scope for each combination, the last iterator fastest; None where a source gives no list.

    `cost` is what is evaluated for each of them.
    """
    if not iterators:
        yield scope
        return
    (name, source), rest = iterators[0], iterators[1:]
    items = source(scope)
    if items is None:
        yield None
        return
    for item in items:
        scope.run.spend(cost)
        yield from _bindings(scope.inner({name: item}), rest, cost)


@compiles(n.For)
def _for(node: n.For) -> Closure:
    iterators = tuple((each.name, _source(each)) for each in node.iterators)
    body, cost = compile_node(node.body), node_weight(node)

    def run(scope: Scope) -> Value:
        results: list[Value] = []
        for inner in _bindings(scope.inner({"partial": results}), iterators, cost):
            if inner is None:
                return None
            results.append(body(inner))
        return results

    return run


@compiles(n.Quantified)
def _quantified(node: n.Quantified) -> Closure:
    iterators = tuple((each.name, _source(each)) for each in node.iterators)
    condition, decisive, at = compile_node(node.condition), node.quantifier == "some", node.condition.at
    cost = node_weight(node)

    def run(scope: Scope) -> Value:
        unknown = False
        for inner in _bindings(scope, iterators, cost):
            value = None if inner is None else condition(inner)
            if value is decisive:
                return decisive
            if not isinstance(value, bool):
                unknown = True
                if inner is not None:
                    scope.run.warn(f"The condition is a {type_name(value)}, no boolean", at)
        return None if unknown else not decisive

    return run


@compiles(n.Filter)
def _filter(node: n.Filter) -> Closure:
    source, at = compile_node(node.source), node.at
    predicate, cost = compile_node(node.predicate), node_weight(node.predicate)
    constant = isinstance(node.predicate, n.Literal_ | n.Negation)

    def run(scope: Scope) -> Value:
        value = source(scope)
        items: list[Value] = value if isinstance(value, list) else [] if value is None else [value]
        if constant:
            return _pick(items, predicate(scope), scope, at)
        return _select(items, predicate, scope, at, cost)

    return run


def _pick(items: list[Value], position: Value, scope: Scope, at: n.Position) -> Value:
    """`items[position]`: from 1, from the end where negative."""
    if isinstance(position, bool):
        return items if position else []
    if isinstance(position, Decimal) and position == position.to_integral_value():
        index = int(position)
        if 0 < index <= len(items):
            return items[index - 1]
        if 0 > index >= -len(items):
            return items[index]
        scope.run.warn(f"There is no position {position} in a list of {len(items)}", at)
        return None
    scope.run.warn(f"A list has no position of type {type_name(position)}", at)
    return None


def _select(items: list[Value], predicate: Closure, scope: Scope, at: n.Position, cost: int) -> Value:
    """`items[condition]`; a condition that turns out to be a number is a position."""
    if not items:
        position = predicate(scope.inner({"item": None}))
        return _pick(items, position, scope, at) if isinstance(position, Decimal) else []
    kept: list[Value] = []
    for item in items:
        scope.run.spend(cost)
        inner = scope.inner({"item": item})
        result = predicate(inner.inner(item) if isinstance(item, dict) else inner)
        if isinstance(result, Decimal):
            return _pick(items, result, scope, at)
        if result is True:
            kept.append(item)
        elif not isinstance(result, bool) and result is not None:
            scope.run.warn(f"The condition is a {type_name(result)}, no boolean", at)
    return kept
