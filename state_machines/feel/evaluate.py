"""Evaluation of expressions and unary tests: a value and warnings, never an exception, never without end.

An expression that is not FEEL, a mistyped operation and a missing variable give null and a warning with its position.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from state_machines.feel import calls, loops, unary_tests  # noqa: F401 - they register their compilers
from state_machines.feel import nodes as n
from state_machines.feel.compiler import Closure, compile_node
from state_machines.feel.environment import Run, Scope, Variables
from state_machines.feel.errors import BudgetExceeded, FeelError, FeelSyntaxError, FeelWarning
from state_machines.feel.lexer import is_identifier
from state_machines.feel.parser import parse, parse_unary_tests
from state_machines.feel.properties import MEMBERS
from state_machines.feel.values import Value
from state_machines.records import Record

if TYPE_CHECKING:
    from datetime import datetime

    Clock = Callable[[], datetime]

_MAX_NAMES_DEPTH = 6


class Evaluation(Record):
    """A value, and why parts of it are null."""

    value: Value
    warnings: tuple[FeelWarning, ...]


def evaluate(expression: str | n.Node, context: Mapping[str, object], *, clock: Clock | None = None) -> Value:
    """The value of an expression over the variables of a context; null on errors.

    The context may hold plain JSON data (see values.from_json) or FEEL values. `clock` is what now() and today() read.
    """
    return evaluate_with_warnings(expression, context, clock=clock).value


def evaluate_with_warnings(
    expression: str | n.Node, context: Mapping[str, object], *, clock: Clock | None = None
) -> Evaluation:
    """The value of an expression and the warnings on the way to it."""
    run = Run(clock)
    try:
        closure = _closure(expression, context)
    except FeelSyntaxError as error:
        run.warn(error.message, n.Position(error.line, error.column, 0, 0))
        return Evaluation(None, tuple(run.warnings))
    value = run_closure(closure, Scope(Variables(context), None, run))
    return Evaluation(value, tuple(run.warnings))


def evaluate_strictly(expression: str | n.Node, context: Mapping[str, object], *, clock: Clock | None = None) -> Value:
    """The value of an expression that has no warnings: where others see null, this raises FeelError."""
    result = evaluate_with_warnings(expression, context, clock=clock)
    if result.warnings:
        raise FeelError(result.warnings)
    return result.value


def evaluate_unary_tests(
    tests: str | n.Node, input_value: object, context: Mapping[str, object], *, clock: Clock | None = None
) -> bool | None:
    """Whether the input passes the tests of a decision table's cell; None where that cannot be said."""
    try:
        node = parse_unary_tests(tests, *_names(context)) if isinstance(tests, str) else tests
        closure = compiled(node)
    except FeelSyntaxError:
        return None
    scope = Scope(Variables({**context, unary_tests.INPUT: input_value}), None, Run(clock))
    value = run_closure(closure, scope)
    return value if isinstance(value, bool) else None


def run_closure(closure: Closure, scope: Scope) -> Value:
    """Run within the budget: beyond it the value is null, with a warning."""
    try:
        value = closure(scope)
        scope.run.weigh(value)
        return value
    except BudgetExceeded as error:
        scope.run.warn(str(error))
    except RecursionError:
        scope.run.warn("The values or expressions are nested too deeply")
    return None


def _closure(expression: str | n.Node, context: Mapping[str, object]) -> Closure:
    if isinstance(expression, n.Node):
        return compiled(expression)
    return _compiled(expression, frozenset(long_names(context)))


@lru_cache(maxsize=1024)
def _compiled(text: str, names: frozenset[str]) -> Closure:
    return compiled(parse(text, names, members=names | MEMBERS))


def compiled(node: n.Node) -> Closure:
    """The closure of a tree. Raises FeelSyntaxError where the caller's own stack leaves no room for it."""
    try:
        return compile_node(node)
    except RecursionError as error:
        raise FeelSyntaxError("The expression is nested too deeply") from error


def _names(context: Mapping[str, object]) -> tuple[frozenset[str]]:
    return (frozenset(long_names(context)),)


def long_names(value: object, depth: int = 0) -> set[str]:
    """The keys within a context that are more than one word: a parser must know them."""
    found: set[str] = set()
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not is_identifier(key):
                found.add(key)
            if depth < _MAX_NAMES_DEPTH:
                found |= long_names(item, depth + 1)
    elif isinstance(value, list) and depth < _MAX_NAMES_DEPTH:
        for item in value[:10]:
            found |= long_names(item, depth + 1)
    return found
