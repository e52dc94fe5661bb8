"""Closures of function calls and definitions: builtin functions, functions as values, arguments by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from state_machines.feel import nodes as n
from state_machines.feel.budget import node_weight, shallow_weight
from state_machines.feel.builtins import BUILTINS
from state_machines.feel.builtins.signature import Builtin, NoValue, call, call_named
from state_machines.feel.compiler import Closure, compile_node, compiles
from state_machines.feel.environment import MISSING, Run, Scope
from state_machines.feel.instances import conforms
from state_machines.feel.types import SIMPLE_NAMES, Type
from state_machines.feel.values import Function, Value, type_name

_DEEP: Final = frozenset(
    {"string", "is", "list contains", "index of", "union", "distinct values", "duplicate values", "flatten"}
    | {"mode", "list replace", "string join", "concatenate"}
)
"""Functions that look at the members of members."""


@lru_cache(maxsize=256)
def function_value(name: str) -> Function | None:
    """A builtin function as a value."""
    function = BUILTINS.get(name)
    if function is None:
        return None
    return Function(name, None, lambda run, arguments: call_builtin(function, run, arguments))


def call_builtin(function: Builtin, run: Run, arguments: Sequence[Value]) -> Value:
    """Call a builtin function and pay for the sizes it works on. Raises NoValue."""
    _pay(function, run, arguments)
    return _priced(function, run, lambda: call(function, run, arguments))


def _priced(function: Builtin, run: Run, invoke: Callable[[], Value]) -> Value:
    try:
        result = invoke()
    except (ArithmeticError, ValueError) as error:  # beyond what numbers, dates and texts can be
        raise NoValue(f"{function.name} has no result for such values") from error
    run.spend(shallow_weight(result))
    return result


def _pay(function: Builtin, run: Run, arguments: Iterable[Value]) -> None:
    run.spend()
    for argument in arguments:
        if function.name in _DEEP:
            run.weigh(argument)
        else:
            run.spend(shallow_weight(argument))


def _call_named(function: Builtin, run: Run, arguments: dict[str, Value]) -> Value:
    _pay(function, run, arguments.values())
    return _priced(function, run, lambda: call_named(function, run, arguments))


@compiles(n.Call)
def _call(node: n.Call) -> Closure:
    arguments = tuple(compile_node(argument) for argument in node.arguments)
    named = tuple((name, compile_node(value)) for name, value in node.named)
    target = compile_node(node.function)
    name = node.function.name if isinstance(node.function, n.Name) else ""
    builtin, at = BUILTINS.get(name), node.at

    def run(scope: Scope) -> Value:
        try:
            if builtin is not None and scope.find(name) is MISSING:
                if named:
                    return _call_named(builtin, scope.run, {key: value(scope) for key, value in named})
                return call_builtin(builtin, scope.run, [argument(scope) for argument in arguments])
            function = target(scope)
            return apply(function, [a(scope) for a in arguments], {k: v(scope) for k, v in named}, scope.run)
        except NoValue as reason:
            scope.run.warn(str(reason), at)
            return None

    return run


def apply(function: Value, arguments: list[Value], named: dict[str, Value], run: Run) -> Value:
    """The result of calling a value. Raises `NoValue` where it is no function, or does not take the arguments."""
    if not isinstance(function, Function):
        raise NoValue(f"A {type_name(function)} cannot be called")
    if not named:
        return function.invoke(run, arguments)  # type: ignore[no-any-return]
    if function.parameters is None or set(named) != set(function.parameters):
        raise NoValue(f"The function's parameters are ({', '.join(function.parameters or ('...',))})")
    return function.invoke(run, [named[name] for name in function.parameters])  # type: ignore[no-any-return]


@compiles(n.FunctionDefinition)
def _definition(node: n.FunctionDefinition) -> Closure:
    if node.external:
        return lambda scope: scope.run.warn("External functions are not run", node.at)
    body, cost = compile_node(node.body), node_weight(node.body)
    return lambda scope: closure(node.parameters, body, scope, cost=cost)


def closure(
    parameters: tuple[tuple[str, Type | None], ...],
    body: Closure,
    scope: Scope,
    name: str = "function",
    cost: int = 1,
) -> Function:
    """A function value over the scope in which it is defined; `cost` is what a call evaluates."""
    names = tuple(each for each, _ in parameters)

    def invoke(run: Run, arguments: Sequence[Value]) -> Value:
        if len(arguments) != len(names):
            raise NoValue(f"{name} takes {len(names)} arguments, not {len(arguments)}")
        values = {key: _typed(key, v, t, run) for (key, t), v in zip(parameters, arguments, strict=True)}
        run.spend(cost)
        run.enter()
        try:
            return body(scope.inner(values))
        finally:
            run.leave()

    return Function(name, names, invoke)


def _typed(name: str, value: Value, type_: Type | None, run: Run) -> Value:
    """An argument as its parameter's declared type. Raises NoValue where it does not conform."""
    if type_ is None or value is None:
        return value
    run.weigh(value)
    known: Any = type_ if type_.name in SIMPLE_NAMES else run.types.get(type_.name)
    if known is None or conforms(value, known):
        return value
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], known):
        return value[0]
    if known.name == "list" and conforms([value], known):
        return [value]
    raise NoValue(f"{name} must be a {type_.name}, not {type_name(value)}")


Invoke = Callable[[Run, Sequence[Value]], Value]
