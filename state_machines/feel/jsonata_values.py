"""The value rail: literals, paths, arithmetic, `if`, lists, contexts, `for`, filters, builtin functions as JSONata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from state_machines.feel import nodes as n
from state_machines.feel.jsonata_emitter import TEMPORAL, VALUES, Emitter, gives_boolean, kind_of, path_of
from state_machines.feel.jsonata_text import Fragment, Untranslatable, number, quote
from state_machines.feel.temporal import Date, parse_date, parse_temporal

Emit = Callable[[Emitter, Any], Fragment]


def values(kind: type[n.Node]) -> Callable[[Emit], Emit]:
    """Register the emitter of a kind of node."""

    def register(emit: Emit) -> Emit:
        VALUES[kind] = emit
        return emit

    return register


def plain(fragment: Fragment) -> Fragment:
    """The fragment, unless it is temporal: then only comparison is faithful."""
    if fragment.kind in TEMPORAL:
        raise Untranslatable(f"a {fragment.kind} can only be compared in JSONata")
    return fragment


@values(n.Literal_)
def _literal(emitter: Emitter, node: n.Literal_) -> Fragment:
    if isinstance(node.value, Decimal):
        return Fragment(number(node.value), "number", simple=True)
    if isinstance(node.value, str):
        return Fragment(quote(node.value), "string", simple=True)
    if node.value is None:
        return Fragment("null", "Null", simple=True)
    return Fragment("true" if node.value else "false", "boolean", simple=True)


@values(n.TemporalLiteral)
def _temporal(emitter: Emitter, node: n.TemporalLiteral) -> Fragment:
    return _date_literal(parse_temporal(node.text))


def _date_literal(value: object) -> Fragment:
    if isinstance(value, Date) and 0 < value.year < 10_000:
        return Fragment(quote(str(value)), "date", simple=True)
    raise Untranslatable("times, zones and durations are evaluated by the function")


@values(n.Name)
def _name(emitter: Emitter, node: n.Name) -> Fragment:
    return emitter.name(node.name)


@values(n.Path)
def _path(emitter: Emitter, node: n.Path) -> Fragment:
    reference = path_of(emitter, node)
    if reference is not None and not reference.prefixes:
        return reference
    source = plain(emitter.operand(node.source))
    return replace(emitter.call("get", source.text, quote(node.name)), kind=kind_of(emitter.declared(node)))


@values(n.Negation)
def _negation(emitter: Emitter, node: n.Negation) -> Fragment:
    if isinstance(node.operand, n.Literal_) and isinstance(node.operand.value, Decimal):
        return Fragment(f"-{number(node.operand.value)}", "number", simple=True)
    return emitter.call("minus", plain(emitter.operand(node.operand)).text)


_OPERATIONS: Final = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}


@values(n.Arithmetic)
def _arithmetic(emitter: Emitter, node: n.Arithmetic) -> Fragment:
    if node.operator == "**":
        raise Untranslatable("powers are evaluated by the function")
    if node.operator == "/" and not (_declared_number(emitter, node.left) and _declared_number(emitter, node.right)):
        raise Untranslatable("division needs operands that are declared to be numbers")
    if node.operator in ("+", "*"):
        return _balanced(emitter, node.operator, _spine(node))
    left, right = plain(emitter.operand(node.left)), plain(emitter.operand(node.right))
    return emitter.call(_OPERATIONS[node.operator], left.text, right.text)


def _declared_number(emitter: Emitter, node: n.Node) -> bool:
    if isinstance(node, n.Literal_):
        return isinstance(node.value, Decimal)
    if isinstance(node, n.Arithmetic):
        return _declared_number(emitter, node.left) and _declared_number(emitter, node.right)
    if isinstance(node, n.Negation):
        return _declared_number(emitter, node.operand)
    if isinstance(node, n.Name | n.Path):
        return kind_of(emitter.declared(node)) == "number"
    return isinstance(node, n.Call) and emitter.operand(node).kind == "number"


def _spine(node: n.Arithmetic) -> list[n.Node]:
    """`a + b + c` as its operands: both operators are associative where all operands have one type, else null."""
    operands: list[n.Node] = []
    left: n.Node = node
    while isinstance(left, n.Arithmetic) and left.operator == node.operator:
        operands.append(left.right)
        left = left.left
    return [left, *reversed(operands)]


def _balanced(emitter: Emitter, operator: str, operands: list[n.Node]) -> Fragment:
    fragments = [plain(emitter.operand(operand)) for operand in operands]
    while len(fragments) > 1:
        pairs = [fragments[i : i + 2] for i in range(0, len(fragments), 2)]
        fragments = [_combined(emitter, operator, *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return fragments[0]


def _combined(emitter: Emitter, operator: str, left: Fragment, right: Fragment) -> Fragment:
    call = emitter.call(_OPERATIONS[operator], left.text, right.text)
    known = {left.kind, right.kind} & {"number", "string"}
    return replace(call, kind=known.pop()) if operator == "+" and len(known) == 1 else call


@values(n.If)
def _if(emitter: Emitter, node: n.If) -> Fragment:
    condition = emitter.true(node.condition)
    yes, no = plain(emitter.value(node.consequence)), plain(emitter.value(node.alternative))
    kinds = {yes.kind, no.kind} - {"Null"}
    return Fragment(f"({condition} ? {yes.text} : {no.text})", kinds.pop() if len(kinds) == 1 else "")


@values(n.ListLiteral)
def _list(emitter: Emitter, node: n.ListLiteral) -> Fragment:
    items = [plain(emitter.value(item)) for item in node.items]
    direct = {"number", "string", "boolean", "context", "Null"}
    if all(item.kind in direct or item.text.startswith("[") for item in items):
        return Fragment(f"[{', '.join(item.text for item in items)}]", "list")
    lists = [emitter.call("wrap", item.text).text for item in items]
    while len(lists) > 1:
        lists = [
            f"$append({', '.join(lists[i : i + 2])})" if i + 1 < len(lists) else lists[i]
            for i in range(0, len(lists), 2)
        ]
    return Fragment(lists[0], "list")


@values(n.ContextLiteral)
def _context(emitter: Emitter, node: n.ContextLiteral) -> Fragment:
    keys = [key for key, _ in node.entries]
    if len(set(keys)) < len(keys):
        return Fragment("null", "Null", simple=True)
    bindings: list[str] = []
    pairs: list[str] = []

    def emit(position: int) -> None:
        if position == len(node.entries):
            return
        key, value = node.entries[position]
        fragment = plain(emitter.value(value))
        later = any(_reads(each, key) for _, each in node.entries[position + 1 :])
        if not later:
            pairs.append(f"{quote(key)}: {fragment.text}")
            emit(position + 1)
            return
        name = emitter.fresh()
        bindings.append(f"{name} := {fragment.text}")
        pairs.append(f"{quote(key)}: {name}")
        bound = Fragment(name, fragment.kind, simple=True)
        with emitter.scope(key, bound):
            emit(position + 1)

    emit(0)
    text = f"{{{', '.join(pairs)}}}"
    return Fragment(f"({'; '.join([*bindings, text])})" if bindings else text, "context")


def _reads(node: n.Node, name: str) -> bool:
    from state_machines.feel.analysis import names_read

    return name in names_read(node)


def source_list(emitter: Emitter, iterator: n.Iterator_) -> tuple[str, str]:
    """What a loop goes through: a condition under which there is something, and the array."""
    if iterator.end is not None:
        return "true", _span(iterator.source, iterator.end)
    operand = plain(emitter.operand(iterator.source))
    if operand.kind == "list" and operand.present:
        return "true", f"[{operand.text}]"
    if not operand.simple:
        return f"$not({emitter.call('nil', operand.text).text})", f"[{operand.text}]"
    return f"$not({emitter.is_null(operand)})", f"[{operand.text}]"


def _span(first: n.Node, last: n.Node) -> str:
    low, high = _integer(first), _integer(last)
    if low is None or high is None or low > high:
        raise Untranslatable("loops over ranges need whole numbers in ascending order")
    return f"[{low}..{high}]"


def _integer(node: n.Node) -> int | None:
    if isinstance(node, n.Negation):
        inner = _integer(node.operand)
        return None if inner is None else -inner
    whole = isinstance(node, n.Literal_) and isinstance(node.value, Decimal) and node.value == int(node.value)
    return int(node.value) if whole and isinstance(node, n.Literal_) and isinstance(node.value, Decimal) else None


@values(n.For)
def _for(emitter: Emitter, node: n.For) -> Fragment:
    if len(node.iterators) > 1 or _reads(node.body, "partial"):
        raise Untranslatable("nested loops and partial results are evaluated by the function")
    iterator = node.iterators[0]
    guard, source = source_list(emitter, iterator)
    name = emitter.fresh()
    with emitter.scope(iterator.name, Fragment(name, simple=True)):
        body = plain(emitter.value(node.body))
    result = emitter.fresh()
    wrapped = emitter.call("wrap", body.text).text
    loop = f"$reduce({source}, function({result}, {name}) {{ $append({result}, {wrapped}) }}, [])"
    return Fragment(loop if guard == "true" else f"({guard} ? {loop} : null)", "list")


@values(n.Filter)
def _filter(emitter: Emitter, node: n.Filter) -> Fragment:
    source = plain(emitter.operand(node.source))
    position = _integer(node.predicate)
    if position is not None:
        return emitter.call("at", source.text, str(position))
    if not gives_boolean(node.predicate):
        raise Untranslatable("a filter's condition must be a comparison or another boolean operation")
    item, result = emitter.fresh(), emitter.fresh()
    with emitter.member_scope(Fragment(item, simple=True)):
        condition = emitter.true(node.predicate)
    nil, wrapped = emitter.call("nil", source.text).text, emitter.call("wrap", item).text
    step = f"function({result}, {item}) {{ {condition} ? $append({result}, {wrapped}) : {result} }}"
    return Fragment(f"$reduce([{nil} ? [] : {source.text}], {step}, [])", "list")


_UNARY: Final = {
    "count": "size",
    "sum": "total",
    "min": "least",
    "max": "greatest",
    "string length": "chars",
    "upper case": "upper",
    "lower case": "lower",
    "floor": "whole",
    "ceiling": "above",
    "abs": "distance",
}
_AGGREGATES: Final = frozenset({"sum", "min", "max"})
_BINARY: Final = {"substring before": "before", "substring after": "after"}


@values(n.Call)
def _call(emitter: Emitter, node: n.Call) -> Fragment:
    name = node.function.name if isinstance(node.function, n.Name) else ""
    if node.named or not name:
        raise Untranslatable("calls with named arguments and of function values are evaluated by the function")
    arguments = node.arguments
    if name in _UNARY and (len(arguments) == 1 or (name in _AGGREGATES and arguments)):
        argument: n.Node = arguments[0] if len(arguments) == 1 else n.ListLiteral(arguments)
        return emitter.call(_UNARY[name], plain(emitter.operand(argument)).text)
    if name in _BINARY and len(arguments) == 2:
        return emitter.call(_BINARY[name], *(plain(emitter.operand(argument)).text for argument in arguments))
    special = _SPECIAL.get((name, len(arguments)))
    if special is None:
        raise Untranslatable(f"'{name}' is evaluated by the function")
    return special(emitter, *arguments)


def _date(emitter: Emitter, argument: n.Node) -> Fragment:
    if isinstance(argument, n.Literal_) and isinstance(argument.value, str):
        return _date_literal(parse_date(argument.value))
    raise Untranslatable("dates made of variables are evaluated by the function")


def _rounded(emitter: Emitter, value: n.Node, scale: n.Node) -> Fragment:
    places = _integer(scale)
    if places is None or not 0 <= places <= MAX_PLACES:
        raise Untranslatable("rounding needs a scale that is a whole number")
    return emitter.call("rounded", plain(emitter.operand(value)).text, str(places))


def _modulo(emitter: Emitter, dividend: n.Node, divisor: n.Node) -> Fragment:
    if not (_declared_number(emitter, dividend) and _declared_number(emitter, divisor)):
        raise Untranslatable("modulo needs operands that are declared to be numbers")
    return emitter.call("modulo", emitter.operand(dividend).text, emitter.operand(divisor).text)


def _string(emitter: Emitter, argument: n.Node) -> Fragment:
    operand = plain(emitter.operand(argument))
    if operand.kind == "string":
        return operand
    return emitter.call("text", operand.text, "false")


MAX_PLACES: Final = 12
_SPECIAL: Final[dict[tuple[str, int], Callable[..., Fragment]]] = {
    ("date", 1): _date,
    ("decimal", 2): _rounded,
    ("modulo", 2): _modulo,
    ("string", 1): _string,
}
