"""The value rail: literals, paths, arithmetic, `if`, lists, contexts, `for`, filters, builtin functions as JSONata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from state_machines.feel import jsonata_calendar as calendar
from state_machines.feel import nodes as n
from state_machines.feel.jsonata_calls import call, whole
from state_machines.feel.jsonata_emitter import CALENDAR, VALUES, Emitter, gives_boolean, kind_of, path_of, plain
from state_machines.feel.jsonata_text import Fragment, Untranslatable, chained, number, quote
from state_machines.feel.temporal import parse_temporal

Emit = Callable[[Emitter, Any], Fragment]


def values(kind: type[n.Node]) -> Callable[[Emit], Emit]:
    """Register the emitter of a kind of node."""

    def register(emit: Emit) -> Emit:
        VALUES[kind] = emit
        return emit

    return register


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
    return emitter.temporal(parse_temporal(node.text))


@values(n.Name)
def _name(emitter: Emitter, node: n.Name) -> Fragment:
    return emitter.name(node.name)


@values(n.Path)
def _path(emitter: Emitter, node: n.Path) -> Fragment:
    reference = path_of(emitter, node)
    if reference is not None and not reference.prefixes:
        return reference
    source = emitter.operand(node.source)
    if calendar.is_calendar([source]):
        return calendar.property_of(emitter, source, node.name)
    plain(source)
    return replace(emitter.call("get", source.text, quote(node.name)), kind=kind_of(emitter.declared(node)))


@values(n.Negation)
def _negation(emitter: Emitter, node: n.Negation) -> Fragment:
    if isinstance(node.operand, n.Literal_) and isinstance(node.operand.value, Decimal):
        return Fragment(f"-{number(node.operand.value)}", "number", simple=True)
    return emitter.call("minus", plain(emitter.operand(node.operand)).text)


_MAX_EXPONENT: Final = 8
_OPERATIONS: Final = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}


@values(n.Arithmetic)
def _arithmetic(emitter: Emitter, node: n.Arithmetic) -> Fragment:
    if node.operator == "**":
        return _power(emitter, node)
    operands = _spine(node) if node.operator in ("+", "*") else [node.left, node.right]
    fragments = [emitter.operand(operand) for operand in operands]
    if calendar.is_calendar(fragments):
        return calendar.arithmetic(emitter, node.operator, fragments)
    fragments = [plain(fragment) for fragment in fragments]
    if node.operator in ("+", "*"):
        return _balanced(emitter, node.operator, fragments)
    return emitter.call(_OPERATIONS[node.operator], *(fragment.text for fragment in fragments))


def _power(emitter: Emitter, node: n.Arithmetic) -> Fragment:
    exponent = whole(node.right)
    if exponent is None or not 0 <= exponent <= _MAX_EXPONENT:
        raise Untranslatable(f"powers other than whole ones up to {_MAX_EXPONENT} are evaluated by the function")
    return emitter.call("raised", plain(emitter.operand(node.left)).text, str(exponent))


def _spine(node: n.Arithmetic) -> list[n.Node]:
    """`a + b + c` as its operands: both operators are associative where all operands have one type, else null."""
    operands: list[n.Node] = []
    left: n.Node = node
    while isinstance(left, n.Arithmetic) and left.operator == node.operator:
        operands.append(left.right)
        left = left.left
    return [left, *reversed(operands)]


def _balanced(emitter: Emitter, operator: str, fragments: list[Fragment]) -> Fragment:
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
    yes, no = emitter.value(node.consequence), emitter.value(node.alternative)
    kinds = {yes.kind, no.kind} - {"Null"}
    if not kinds <= CALENDAR or len(kinds) > 1:
        plain(yes), plain(no)
    return Fragment(f"({condition} ? {yes.text} : {no.text})", kinds.pop() if len(kinds) == 1 else "")


@values(n.ListLiteral)
def _list(emitter: Emitter, node: n.ListLiteral) -> Fragment:
    items = [plain(emitter.value(item)) for item in node.items]
    direct = {"number", "string", "boolean", "context", "Null"}
    if all(item.kind in direct or item.text.startswith("[") for item in items):
        return Fragment(f"[{', '.join(item.text for item in items)}]", "list")
    return Fragment(chained("$append", [emitter.call("wrap", item.text).text for item in items]), "list")


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
    low, high = whole(first), whole(last)
    if low is None or high is None or low > high:
        raise Untranslatable("loops over ranges need whole numbers in ascending order")
    return f"[{low}..{high}]"


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
    position = whole(node.predicate)
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


@values(n.Call)
def _call(emitter: Emitter, node: n.Call) -> Fragment:
    return call(emitter, node)
