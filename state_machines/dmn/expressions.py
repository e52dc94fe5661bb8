"""Boxed expressions as closures over FEEL scopes. Decision tables have their own module, tables.py.

What cannot be read evaluates to null with a warning, so that one bad cell does not take a whole model down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from state_machines.dmn import model as m
from state_machines.dmn.item_types import ItemTypes, fit
from state_machines.feel.builtins.signature import NoValue
from state_machines.feel.calls import apply as apply_function
from state_machines.feel.calls import closure as function_of
from state_machines.feel.compiler import Closure, compile_node
from state_machines.feel.environment import Scope
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.loops import members
from state_machines.feel.nodes import Node, Position
from state_machines.feel.parser import parse
from state_machines.feel.properties import MEMBERS
from state_machines.feel.types import Type
from state_machines.feel.values import Value, type_name

Compile = Callable[["Compiler", Any, frozenset[str]], Closure]


class Compiler:
    """Compiles the expressions of one model. `names` are always the variables in scope."""

    def __init__(self, types: ItemTypes, member_names: frozenset[str]) -> None:
        self.types = types
        self.members = member_names | MEMBERS

    def boxed(self, expression: m.Boxed, names: frozenset[str]) -> Closure:
        """The closure of any boxed expression; null for a missing one."""
        if expression is None:
            return lambda scope: None
        return _COMPILERS[type(expression)](self, expression, names)

    def feel(self, text: m.Text, names: frozenset[str]) -> Closure:
        """The closure of a FEEL text; null where it is empty."""
        if not text.text:
            return lambda scope: None
        try:
            return compile_node(self.parse(text, names))
        except FeelSyntaxError as error:
            return _refusal(error.message, Position(error.line, error.column, 0, 0))

    def parse(self, text: m.Text, names: frozenset[str]) -> Node:
        """The tree of a FEEL text. Raises FeelSyntaxError."""
        return parse(text.text, names, members=self.members | names)

    def typed(self, closure: Closure, reference: str, what: str) -> Closure:
        """The closure with its value made to fit a type; null with a warning where it does not."""
        shape = self.types.shape(reference)
        if not reference or (shape.type.name == "Any" and shape.admits is None):
            return closure

        def run(scope: Scope) -> Value:
            value = closure(scope)
            fits, made = fit(value, shape, scope.run)
            if not fits:
                scope.run.warn(f"{what} must be a {reference}, but its value is a {type_name(value)} that does not fit")
            return made if fits else None

        return run


def _refusal(message: str, at: Position) -> Closure:
    return lambda scope: scope.run.warn(message, at)


def _literal(compiler: Compiler, expression: m.Literal_, names: frozenset[str]) -> Closure:
    if expression.language:
        return _refusal(f"Expressions in '{expression.language}' are not run", Position(1, 1, 0, 0))
    return compiler.typed(compiler.feel(expression.text, names), expression.text.type_ref, "The expression")


def _context(compiler: Compiler, expression: m.BoxedContext, names: frozenset[str]) -> Closure:
    entries: list[tuple[str, Closure]] = []
    for entry in expression.entries:
        compiled = compiler.boxed(entry.value, names)
        entries.append((entry.name, compiler.typed(compiled, entry.type_ref, f"'{entry.name}'")))
        names = names | {entry.name} if entry.name else names

    def run(scope: Scope) -> Value:
        values: dict[str, Value] = {}
        inner = scope.inner(values)
        for name, value in entries:
            if not name:
                return value(inner)
            made = value(inner)
            values[name] = made
        return values

    return run


def _list(compiler: Compiler, expression: m.BoxedList, names: frozenset[str]) -> Closure:
    items = tuple(compiler.boxed(item, names) for item in expression.items)
    return lambda scope: [item(scope) for item in items]


def _relation(compiler: Compiler, expression: m.Relation, names: frozenset[str]) -> Closure:
    rows = tuple(tuple(compiler.boxed(cell, names) for cell in row) for row in expression.rows)
    columns = expression.columns
    return lambda scope: [dict(zip(columns, (cell(scope) for cell in row), strict=False)) for row in rows]


def _invocation(compiler: Compiler, expression: m.Invocation, names: frozenset[str]) -> Closure:
    function = compiler.boxed(expression.function, names)
    arguments = tuple((name, compiler.boxed(value, names)) for name, value in expression.arguments)

    def run(scope: Scope) -> Value:
        try:
            return apply_function(function(scope), [], {name: value(scope) for name, value in arguments}, scope.run)
        except NoValue as reason:
            scope.run.warn(str(reason))
            return None

    return run


def _function(compiler: Compiler, expression: m.FunctionDefinition, names: frozenset[str]) -> Closure:
    return compile_function(compiler, expression, names, "function")


def compile_function(
    compiler: Compiler, expression: m.FunctionDefinition, names: frozenset[str], name: str, type_ref: str = ""
) -> Closure:
    """The closure that makes the function value."""
    if expression.kind != "FEEL":
        return _refusal(f"{expression.kind} functions are not run", Position(1, 1, 0, 0))
    parameters: tuple[tuple[str, Type | None], ...] = tuple((each, None) for each, _ in expression.parameters)
    shapes = [(each, compiler.types.shape(ref)) for each, ref in expression.parameters]
    body = compiler.boxed(expression.body, names | {each for each, _ in parameters})
    cost = m.weight(expression.body)

    def checked(scope: Scope) -> Value:
        values = {}
        for parameter, shape in shapes:
            fits, values[parameter] = fit(scope.find(parameter), shape, scope.run)
            if not fits:
                raise NoValue(f"{name}: '{parameter}' must be a {shape.type.name}")
        return body(scope.inner(values))

    result = compiler.typed(checked, type_ref, f"'{name}'")
    return lambda scope: function_of(parameters, result, scope, name, cost)


def _conditional(compiler: Compiler, expression: m.Conditional, names: frozenset[str]) -> Closure:
    condition = compiler.boxed(expression.condition, names)
    yes, no = compiler.boxed(expression.consequence, names), compiler.boxed(expression.alternative, names)

    def run(scope: Scope) -> Value:
        value = condition(scope)
        if value is not None and not isinstance(value, bool):
            scope.run.warn(f"The condition is a {type_name(value)}, no boolean")
            return None
        return yes(scope) if value is True else no(scope)

    return run


def _filter(compiler: Compiler, expression: m.BoxedFilter, names: frozenset[str]) -> Closure:
    source = compiler.boxed(expression.source, names)
    condition = compiler.boxed(expression.condition, names | compiler.members | {"item"})
    cost = m.weight(expression.condition)

    def run(scope: Scope) -> Value:
        value = source(scope)
        kept: list[Value] = []
        for item in value if isinstance(value, list) else [] if value is None else [value]:
            scope.run.spend(cost)
            inner = scope.inner({"item": item})
            hit = condition(inner.inner(item) if isinstance(item, dict) else inner)
            if hit is not None and not isinstance(hit, bool):
                scope.run.warn(f"The filter's condition is a {type_name(hit)}, no boolean")
                return None
            if hit is True:
                kept.append(item)
        return kept

    return run


def _iteration(compiler: Compiler, expression: m.BoxedIteration, names: frozenset[str]) -> Closure:
    source = compiler.boxed(expression.source, names)
    body = compiler.boxed(expression.body, names | {expression.variable, "partial"})
    cost = m.weight(expression.body)
    combine: Callable[[list[Value]], Value] = {"some": _some, "every": _every}.get(expression.kind, _itself)

    def run(scope: Scope) -> Value:
        items = members(source(scope), scope)
        if items is None:
            scope.run.warn(f"'{expression.variable}' has no list to go through")
            return None
        partial: list[Value] = []
        for item in items:
            scope.run.spend(cost)
            made = body(scope.inner({expression.variable: item, "partial": partial}))
            if expression.kind != "for" and made is not None and not isinstance(made, bool):
                scope.run.warn(f"The condition is a {type_name(made)}, no boolean")
                return None
            partial.append(made)
        return combine(partial)

    return run


def _itself(values: list[Value]) -> Value:
    return values


def _some(values: list[Value]) -> Value:
    return True if True in values else None if None in values else False


def _every(values: list[Value]) -> Value:
    return False if False in values else None if None in values else True


def _table(compiler: Compiler, expression: m.DecisionTable, names: frozenset[str]) -> Closure:
    from state_machines.dmn.tables import compile_table

    table = compile_table(compiler, expression, names)
    return lambda scope: table(scope).value


_COMPILERS: Final[dict[type, Compile]] = {
    m.Literal_: _literal,
    m.DecisionTable: _table,
    m.BoxedContext: _context,
    m.BoxedList: _list,
    m.Relation: _relation,
    m.Invocation: _invocation,
    m.FunctionDefinition: _function,
    m.Conditional: _conditional,
    m.BoxedFilter: _filter,
    m.BoxedIteration: _iteration,
}
