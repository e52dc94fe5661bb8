"""The types of a tree from declared types of its variables, and what can have no result whatever the values are.

Only what is certain is said: an unknown type (Any) silences everything that depends on it. null is of every type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from state_machines.feel import nodes as n
from state_machines.feel import types as t
from state_machines.feel.builtins import BUILTINS, results
from state_machines.feel.builtins.signature import KINDS, Builtin, Parameter, Signature
from state_machines.feel.properties import property_of
from state_machines.feel.samples import SAMPLES, arithmetic_type, have_order
from state_machines.feel.temporal import parse_temporal
from state_machines.feel.types import ANY, BOOLEAN, NULL, Type
from state_machines.feel.unary_tests import INPUT, mentions_input
from state_machines.feel.values import type_name


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that can have no result, and where."""

    message: str
    at: n.Position


def infer(
    node: n.Node, names: Mapping[str, Type], *, types: Mapping[str, Type] | None = None
) -> tuple[Type, list[Clash]]:
    """The type of an expression (Any where it is unknown) and its clashes. `types` are item definitions by name."""
    reader = _Reader(types or {})
    return reader.type(node, names), reader.clashes


def infer_tests(node: n.UnaryTests, value: Type, names: Mapping[str, Type]) -> list[Clash]:
    """The clashes of a cell's tests with a value of a type."""
    reader = _Reader({})
    reader.tests(node.tests, value, {**names, INPUT: value})
    return reader.clashes


def same_kind(one: Type, other: Type) -> bool:
    """Whether values of the two types can be equal, as far as is known."""
    return "Any" in (one.name, other.name) or "Null" in (one.name, other.name) or one.name == other.name


def known(type_: Type, *admitted: str) -> bool:
    """Whether the type is known and none of those that are admitted."""
    return type_.name not in (*admitted, "Any", "Null")


Names = Mapping[str, Type]


class _Reader:
    def __init__(self, types: Mapping[str, Type]) -> None:
        self.clashes: list[Clash] = []
        self._types = types

    def type(self, node: n.Node, names: Names) -> Type:
        """The type of a node; clashes within it are noted."""
        read = _READERS.get(type(node))
        return read(self, node, names) if read is not None else ANY

    def clash(self, message: str, node: n.Node) -> Type:
        """Note one; what comes of it is null."""
        self.clashes.append(Clash(message, node.at))
        return NULL

    def boolean(self, node: n.Node, names: Names) -> None:
        """An operand that must be a boolean."""
        found = self.type(node, names)
        if known(found, "boolean"):
            self.clash(f"A boolean is needed, not a {found.name}", node)

    def compare(self, operator: str, left: Type, right: Type, node: n.Node) -> None:
        """Operands of a comparison."""
        if operator in ("=", "!="):
            fits = same_kind(left, right)
        else:
            fits = "Any" in (left.name, right.name) or have_order(left, right)
        if not fits:
            self.clash(f"A {left.name} and a {right.name} have no '{operator}'", node)

    # -- kinds of nodes ----------------------------------------------------------------------------------------------

    def literal(self, node: n.Literal_, names: Names) -> Type:
        return Type(type_name(node.value)) if node.value is not None else NULL

    def temporal(self, node: n.TemporalLiteral, names: Names) -> Type:
        value = parse_temporal(node.text)
        return (
            Type(type_name(value))
            if value is not None
            else self.clash(f"'{node.text}' is no date, time or duration", node)
        )

    def name(self, node: n.Name, names: Names) -> Type:
        known_ = names.get(node.name)
        return known_ if known_ is not None else t.FUNCTION if node.name in BUILTINS else ANY

    def path(self, node: n.Path, names: Names) -> Type:
        return self.step(self.type(node.source, names), node)

    def step(self, source: Type, node: n.Path) -> Type:
        """What stands behind a dot; of a list, that of its members."""
        if source.name == "list":
            return t.list_of(self.step(source.item or ANY, node))
        if source.name == "context":
            if source.fields and node.name not in source.fields:
                return self.clash(f"There is no entry '{node.name}'; there are: {', '.join(source.fields)}", node)
            return source.fields.get(node.name, ANY)
        sample = SAMPLES.get(source.name)
        if sample is None:
            return ANY
        exists, value = property_of(sample, node.name)
        if not exists:
            return self.clash(f"A {source.name} has no '{node.name}'", node)
        return Type(type_name(value)) if value is not None else ANY

    def negation(self, node: n.Negation, names: Names) -> Type:
        found = self.type(node.operand, names)
        if known(found, "number", "days and time duration", "years and months duration"):
            return self.clash(f"A {found.name} cannot be negated", node)
        return found

    def arithmetic(self, node: n.Arithmetic, names: Names) -> Type:
        """A chain leans to the left as deep as it is long: it is gone through, not down."""
        chain: list[n.Arithmetic] = []
        first: n.Node = node
        while isinstance(first, n.Arithmetic):
            chain.append(first)
            first = first.left
        left = self.type(first, names)
        for each in reversed(chain):
            right = self.type(each.right, names)
            result = arithmetic_type(each.operator, left, right)
            if result is None:
                result = self.clash(f"No result for {left.name} {each.operator} {right.name}", each)
            left = result
        return left

    def comparison(self, node: n.Comparison, names: Names) -> Type:
        self.compare(node.operator, self.type(node.left, names), self.type(node.right, names), node)
        return BOOLEAN

    def junction(self, node: n.And | n.Or, names: Names) -> Type:
        for operand in node.operands:
            self.boolean(operand, names)
        return BOOLEAN

    def between(self, node: n.Between, names: Names) -> Type:
        value = self.type(node.value, names)
        self.compare(">=", value, self.type(node.low, names), node.low)
        self.compare("<=", value, self.type(node.high, names), node.high)
        return BOOLEAN

    def in_(self, node: n.In, names: Names) -> Type:
        value = self.type(node.value, names)
        self.tests(node.tests, value, {**names, INPUT: value})
        return BOOLEAN

    def tests(self, nodes: tuple[n.Node, ...], value: Type, names: Names) -> None:
        """Unary tests of a value."""
        for test in nodes:
            self.test(test, value, names)

    def test(self, node: n.Node, value: Type, names: Names) -> None:
        """One unary test."""
        if isinstance(node, n.UnaryComparison):
            self.compare(node.operator, value, self.type(node.operand, names), node)
        elif isinstance(node, n.Interval):
            self.compare(">=", value, self.type(node.low, names), node)
            self.compare("<=", value, self.type(node.high, names), node)
        else:
            found = self.type(node, names)
            same = (
                same_kind(value, found) or found.name in ("list", "range", "boolean") or value.name in ("list", "range")
            )
            if not same and not mentions_input(node):
                self.clash(f"The input is a {value.name} and never equal to a {found.name}", node)

    def interval(self, node: n.Interval, names: Names) -> Type:
        low, high = self.type(node.low, names), self.type(node.high, names)
        self.compare("<=", low, high, node)
        return Type("range", item=low)

    def if_(self, node: n.If, names: Names) -> Type:
        self.boolean(node.condition, names)
        return joined(self.type(node.consequence, names), self.type(node.alternative, names))

    def for_(self, node: n.For, names: Names) -> Type:
        inner = self.iterated(node.iterators, names)
        return t.list_of(self.type(node.body, {**inner, "partial": t.LIST}))

    def quantified(self, node: n.Quantified, names: Names) -> Type:
        self.boolean(node.condition, self.iterated(node.iterators, names))
        return BOOLEAN

    def iterated(self, iterators: tuple[n.Iterator_, ...], names: Names) -> Names:
        """The names with those of the iterators."""
        for iterator in iterators:
            source = self.type(iterator.source, names)
            item = source.item or ANY if source.name in ("list", "range") else source
            if iterator.end is not None:
                self.type(iterator.end, names)
                item = source
            names = {**names, iterator.name: item}
        return names

    def filter_(self, node: n.Filter, names: Names) -> Type:
        source = self.type(node.source, names)
        item = (source.item or ANY) if source.name == "list" else source
        if item.name == "context" and item.fields:
            inner = {**names, "item": item, **item.fields}
        else:
            shadowed = dict.fromkeys(names, ANY) if item.name in ("Any", "context") else names
            inner = {**shadowed, "item": item}
        found = self.type(node.predicate, inner)
        if found.name == "number":
            return item
        return t.list_of(item) if found.name == "boolean" else ANY

    def call(self, node: n.Call, names: Names) -> Type:
        arguments = [self.type(argument, names) for argument in node.arguments]
        named = {key: self.type(value, names) for key, value in node.named}
        name = node.function.name if isinstance(node.function, n.Name) and node.function.name not in names else ""
        builtin = BUILTINS.get(name)
        if builtin is None:
            called = self.type(node.function, names)
            return self.clash(f"A {called.name} cannot be called", node) if known(called, "function") else ANY
        if not any(_takes(each, arguments, named) for each in builtin.signatures):
            words = ", ".join(each.name for each in (*arguments, *named.values())) or "no arguments"
            return self.clash(f"'{name}' does not take ({words}); it takes {_usage(builtin)}", node)
        return results.type_of(name, arguments)

    def instance_of(self, node: n.InstanceOf, names: Names) -> Type:
        self.type(node.value, names)
        if node.type.name not in t.SIMPLE_NAMES and self._types and node.type.name not in self._types:
            self.clash(f"There is no type '{node.type.name}'", node)
        return BOOLEAN

    def list_(self, node: n.ListLiteral, names: Names) -> Type:
        items = [self.type(item, names) for item in node.items]
        item = items[0] if items else ANY
        for each in items[1:]:
            item = joined(item, each)
        return t.list_of(item)

    def context(self, node: n.ContextLiteral, names: Names) -> Type:
        fields: dict[str, Type] = {}
        for key, value in node.entries:
            fields[key] = self.type(value, {**names, **fields})
        return t.context_of(fields)

    def function(self, node: n.FunctionDefinition, names: Names) -> Type:
        if not node.external:
            self.type(node.body, {**names, **{name: type_ or ANY for name, type_ in node.parameters}})
        return t.FUNCTION


def joined(one: Type, other: Type) -> Type:
    """The type of a value that is of either type."""
    if one.name == "Null" or one == other:
        return other
    if other.name == "Null":
        return one
    return Type(one.name) if one.name == other.name and one.name != "context" else ANY


def _takes(signature: Signature, arguments: list[Type], named: Mapping[str, Type]) -> bool:
    """Whether a call may fit."""
    parameters = signature.parameters
    if named:
        known_ = {parameter.name: parameter for parameter in parameters}
        given = set(named) <= set(known_) and all(p.optional or p.name in named for p in parameters)
        return given and all(_accepts(known_[name], type_) for name, type_ in named.items())
    required = sum(not parameter.optional for parameter in parameters) - signature.variadic
    if len(arguments) < required or (not signature.variadic and len(arguments) > len(parameters)):
        return False
    fixed = parameters[:-1] if signature.variadic else parameters
    return all(_accepts(parameter, type_) for parameter, type_ in zip(fixed, arguments, strict=False))


def _accepts(parameter: Parameter, type_: Type) -> bool:
    classes = KINDS[parameter.kind]
    if not classes or list in classes or type_.name in ("Any", "list"):
        return True
    if type_.name == "Null":
        return parameter.nullable
    sample: Any = SAMPLES.get(type_.name)
    return sample is None or isinstance(sample, classes)


def _usage(builtin: Builtin) -> str:
    ways = (", ".join(p.name + "?" * p.optional for p in each.parameters) for each in builtin.signatures)
    return " or ".join(dict.fromkeys(f"({way})" for way in ways))


_READERS: Final[dict[type[n.Node], Callable[[_Reader, Any, Names], Type]]] = {
    n.Literal_: _Reader.literal,
    n.TemporalLiteral: _Reader.temporal,
    n.Name: _Reader.name,
    n.Path: _Reader.path,
    n.Filter: _Reader.filter_,
    n.Negation: _Reader.negation,
    n.Arithmetic: _Reader.arithmetic,
    n.Comparison: _Reader.comparison,
    n.And: _Reader.junction,
    n.Or: _Reader.junction,
    n.Between: _Reader.between,
    n.In: _Reader.in_,
    n.Interval: _Reader.interval,
    n.If: _Reader.if_,
    n.For: _Reader.for_,
    n.Quantified: _Reader.quantified,
    n.Call: _Reader.call,
    n.InstanceOf: _Reader.instance_of,
    n.ListLiteral: _Reader.list_,
    n.ContextLiteral: _Reader.context,
    n.FunctionDefinition: _Reader.function,
}
