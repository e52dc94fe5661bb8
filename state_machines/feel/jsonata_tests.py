"""The two rails of what gives a boolean: comparisons, and/or, tests, quantifiers, builtin functions, as (P, N)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from state_machines.feel import nodes as n
from state_machines.feel.jsonata_calls import ARITY, BOOLEAN, matching
from state_machines.feel.jsonata_emitter import (
    CALENDAR,
    JSON_KINDS,
    MEASURED,
    RAILS,
    Emitter,
    gives_boolean,
    path_of,
    plain,
)
from state_machines.feel.jsonata_text import Fragment, Untranslatable, conjunction, disjunction, is_type, negated
from state_machines.feel.jsonata_values import source_list
from state_machines.feel.unary_tests import INPUT, mentions_input

Rails = tuple[str, str]
Emit = Callable[[Emitter, Any], Rails]
NEVER: Final[Rails] = ("false", "false")
_OPPOSITES: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def rails(kind: type[n.Node]) -> Callable[[Emit], Emit]:
    """Register the emitter of a kind of node."""

    def register(emit: Emit) -> Emit:
        RAILS[kind] = emit
        return emit

    return register


def both(pairs: list[Rails]) -> Rails:
    """Kleene's and."""
    return conjunction(true for true, _ in pairs), disjunction(false for _, false in pairs)


def either(pairs: list[Rails]) -> Rails:
    """Kleene's or."""
    return disjunction(true for true, _ in pairs), conjunction(false for _, false in pairs)


@rails(n.And)
def _and(emitter: Emitter, node: n.And) -> Rails:
    return both([emitter.rails(operand) for operand in node.operands])


@rails(n.Or)
def _or(emitter: Emitter, node: n.Or) -> Rails:
    return either([emitter.rails(operand) for operand in node.operands])


def reference(emitter: Emitter, node: n.Node) -> Fragment:
    """An operand of a comparison: a plain path with its inner steps to be guarded, or any value."""
    return path_of(emitter, node) or emitter.operand(node)


def bound(emitter: Emitter, fragments: list[Fragment], emit: Callable[..., Rails]) -> Rails:
    """The rails over fragments that may be repeated: others are bound to variables first, in each rail."""
    assignments, simple = zip(*(emitter.bind(fragment) for fragment in fragments), strict=True)
    true, false = emit(*simple)
    prefix = "".join(assignments)
    if not prefix:
        return true, false
    return tuple(rail if rail in ("true", "false") else f"({prefix}{rail})" for rail in (true, false))  # type: ignore[return-value]


@rails(n.Comparison)
def _comparison(emitter: Emitter, node: n.Comparison) -> Rails:
    left, right = reference(emitter, node.left), reference(emitter, node.right)
    return compared(emitter, node.operator, left, right)


def compared(emitter: Emitter, operator: str, left: Fragment, right: Fragment) -> Rails:
    """`left operator right` on both rails."""
    if operator == "!=":
        true, false = compared(emitter, "=", left, right)
        return false, true
    kinds = {left.kind, right.kind} - {"Null"}
    if not kinds & CALENDAR:
        plain(left), plain(right)
    elif len(kinds) > 1 and "" not in kinds:
        return bound(emitter, [left, right], lambda a, b: _alike_in_null(emitter, a, b)) if operator == "=" else NEVER
    elif len(kinds) > 1:
        raise Untranslatable("a date or duration is compared with something that is not declared to be one of its kind")
    if operator == "=":
        return bound(emitter, [left, right], lambda a, b: _equal(emitter, a, b))
    return bound(emitter, [left, right], lambda a, b: _ordered(operator, a, b))


def _alike_in_null(emitter: Emitter, left: Fragment, right: Fragment) -> Rails:
    """Values of two kinds: nothing but null can make them equal."""
    left, right = emitter_value(left), emitter_value(right)
    no_left, no_right = emitter.is_null(left), emitter.is_null(right)
    one_null = [conjunction([no_left, negated(no_right)]), conjunction([negated(no_left), no_right])]
    return conjunction([no_left, no_right]), disjunction(one_null)


def _guards(fragment: Fragment) -> list[str]:
    return [is_type(prefix, "object") for prefix in fragment.prefixes]


def _literal_kind(fragment: Fragment) -> str:
    """The JSON type of a literal; empty for anything that can be null."""
    constant = fragment.text[0] in '"-0123456789' or fragment.text in ("true", "false")
    kind = "string" if fragment.kind == "date" else "number" if fragment.kind in MEASURED else fragment.kind
    return kind if constant else ""


def _ordered(operator: str, left: Fragment, right: Fragment) -> Rails:
    guards = [*_guards(left), *_guards(right)]
    options = []
    for json_type, kinds in (("number", ("number", "", *MEASURED)), ("string", ("string", "date", ""))):
        if left.kind in kinds and right.kind in kinds:
            needed = [each for each in (left, right) if not _literal_kind(each)]
            options.append([is_type(each.text, json_type) for each in needed])
    known = _literal_kind(left) or _literal_kind(right) or (left.kind and right.kind)
    if not options:
        return NEVER
    typed = conjunction(options[0]) if known or len(options) == 1 else disjunction(conjunction(o) for o in options)
    text = f"{left.text} {operator} {right.text}"
    opposite = f"{left.text} {_OPPOSITES[operator]} {right.text}"
    return conjunction([*guards, typed, text]), conjunction([*guards, typed, opposite])


def _equal(emitter: Emitter, left: Fragment, right: Fragment) -> Rails:
    if left.kind == "Null" or right.kind == "Null":
        null = emitter.is_null(right if left.kind == "Null" else left)
        return null, negated(null)
    if _literal_kind(left):
        left, right = right, left
    if _literal_kind(right):
        return _equals_literal(emitter, left, right)
    both_null, one_null = _alike_in_null(emitter, left, right)
    differs = conjunction([f"$type({left.text}) = $type({right.text})", f"{left.text} != {right.text}"])
    return disjunction([f"{left.text} = {right.text}", both_null]), disjunction([one_null, differs])


def emitter_value(fragment: Fragment) -> Fragment:
    """A path whose inner steps are declared or single; others cannot be compared with values of any type."""
    if fragment.prefixes:
        raise Untranslatable("a path through undeclared contexts is compared with a value of unknown type")
    return fragment


def _equals_literal(emitter: Emitter, value: Fragment, literal: Fragment) -> Rails:
    """Most conditions: the plain comparison, which is false for every other type."""
    guards = _guards(value)
    null = emitter.is_null(value) if not _literal_kind(value) else "false"
    other = conjunction([*guards, is_type(value.text, _literal_kind(literal)), f"{value.text} != {literal.text}"])
    return conjunction([*guards, f"{value.text} = {literal.text}"]), disjunction([null, other])


@rails(n.Between)
def _between(emitter: Emitter, node: n.Between) -> Rails:
    value, low, high = (reference(emitter, each) for each in (node.value, node.low, node.high))
    return bound(
        emitter,
        [value, low, high],
        lambda v, a, b: both([compared(emitter, ">=", v, a), compared(emitter, "<=", v, b)]),
    )


@rails(n.In)
def _in(emitter: Emitter, node: n.In) -> Rails:
    value = reference(emitter, node.value)
    return bound(emitter, [value], lambda v: tests(emitter, v, node.tests))


def tests(emitter: Emitter, value: Fragment, nodes: tuple[n.Node, ...]) -> Rails:
    """Whether the value passes any of the unary tests."""
    return either([_test(emitter, value, node) for node in nodes])


def unary_tests(emitter: Emitter, value: Fragment, node: n.UnaryTests) -> Rails:
    """A decision table's cell."""
    if not node.tests:
        return "true", "false"
    true, false = bound(emitter, [value], lambda v: tests(emitter, v, node.tests))
    return (false, true) if node.negated else (true, false)


def _test(emitter: Emitter, value: Fragment, node: n.Node) -> Rails:
    if isinstance(node, n.UnaryComparison):
        return compared(emitter, node.operator, value, reference(emitter, node.operand))
    if isinstance(node, n.Interval):
        low, high = reference(emitter, node.low), reference(emitter, node.high)
        above = compared(emitter, ">=" if node.low_included else ">", value, low)
        return both([above, compared(emitter, "<=" if node.high_included else "<", value, high)])
    if isinstance(node, n.Literal_):
        return compared(emitter, "=", value, emitter.operand(node))
    if mentions_input(node):
        return _condition(emitter, value, node)
    operand = emitter.operand(node)
    if value.prefixes:
        raise Untranslatable("a path through undeclared contexts is tested against a value of unknown type")
    if {operand.kind, value.kind} & CALENDAR:
        return compared(emitter, "=", value, operand)
    call = emitter.call("test", plain(value).text, plain(operand).text).text
    return f"{call} = true", f"{call} = false"


def _condition(emitter: Emitter, value: Fragment, node: n.Node) -> Rails:
    if not gives_boolean(node):
        raise Untranslatable("a test with '?' must be a comparison or another boolean operation")
    if value.prefixes:
        raise Untranslatable("a path through undeclared contexts is tested with '?'")
    with emitter.scope(INPUT, value):
        return emitter.rails(node)


@rails(n.Quantified)
def _quantified(emitter: Emitter, node: n.Quantified) -> Rails:
    return _over(emitter, node, node.iterators)


def _over(emitter: Emitter, node: n.Quantified, iterators: tuple[n.Iterator_, ...]) -> Rails:
    if not iterators:
        return emitter.rails(node.condition)
    iterator = iterators[0]
    guard, source = source_list(emitter, iterator)
    name = emitter.fresh()
    with emitter.scope(iterator.name, Fragment(name, simple=True)):
        true, false = _over(emitter, node, iterators[1:])
    some, every = (true, false) if node.quantifier == "some" else (false, true)
    found = f"$exists($filter({source}, function({name}) {{ {some} }}))"
    none = f"$not($exists($filter({source}, function({name}) {{ {negated(every)} }})))"
    pair = conjunction([guard, found]), conjunction([guard, none])
    return pair if node.quantifier == "some" else (pair[1], pair[0])


@rails(n.InstanceOf)
def _instance_of(emitter: Emitter, node: n.InstanceOf) -> Rails:
    json_type = JSON_KINDS.get(node.type.name)
    if json_type is None or node.type.item is not None or node.type.fields:
        raise Untranslatable(f"instance of {node.type.name} is evaluated by the function")
    operand = plain(emitter.operand(node.value))
    true = is_type(operand.text, json_type)
    return true, negated(true)


@rails(n.Call)
def _call(emitter: Emitter, node: n.Call) -> Rails:
    """A builtin function that gives a boolean; gives_boolean has let no other call come here."""
    name = node.function.name if isinstance(node.function, n.Name) else ""
    if len(node.arguments) != ARITY.get(name, 2):
        return NEVER
    if name == "not":
        true, false = emitter.rails(node.arguments[0])
        return false, true
    if name == "is defined":
        nil = emitter.call("nil", plain(emitter.operand(node.arguments[0])).text).text
        return f"$not({nil})", nil
    if name == "matches":
        call = matching(emitter, *node.arguments).text
        return f"{call} = true", f"{call} = false"
    arguments = [plain(emitter.operand(argument)).text for argument in node.arguments]
    call = emitter.call(BOOLEAN[name], *arguments).text
    return f"{call} = true", f"{call} = false"
