"""The typed tree of a FEEL expression: frozen, with positions. No meaning here: evaluate.py and translation.py read it.

Positions do not take part in equality, so two texts with the same structure give equal trees.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from state_machines.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from state_machines.feel.types import Type

ArithmeticOperator = Literal["+", "-", "*", "/", "**"]
ComparisonOperator = Literal["=", "!=", "<", "<=", ">", ">="]


class Position(NamedTuple):
    """Where a node begins: line and column count from 1; `start` and `end` are offsets into the text."""

    line: int
    column: int
    start: int
    end: int


NOWHERE = Position(1, 1, 0, 0)


class Node(Record, kw_only=True):
    """Any part of an expression. Equal to what has the same structure, wherever it stands."""

    at: Position = NOWHERE


class Literal_(Node):  # noqa: N801 - `Literal` is typing's
    """null, a boolean, a number or a string."""

    value: bool | Decimal | str | None


class TemporalLiteral(Node):
    """`@"..."`: a date, time, date and time or duration, by its text."""

    text: str


class Name(Node):
    """A variable, builtin function, or `?`, the input of a unary test."""

    name: str


class Path(Node):
    """`source.name`."""

    source: Node
    name: str


class Filter(Node):
    """`source[predicate]`: by position or by condition."""

    source: Node
    predicate: Node


class Negation(Node):
    """`-operand`."""

    operand: Node


class Arithmetic(Node):
    """`left op right`."""

    operator: ArithmeticOperator
    left: Node
    right: Node


class Comparison(Node):
    """`left op right`."""

    operator: ComparisonOperator
    left: Node
    right: Node


class And(Node):
    """A whole chain of `and`, two operands or more."""

    operands: tuple[Node, ...]


class Or(Node):
    """A whole chain of `or`, two operands or more."""

    operands: tuple[Node, ...]


class Between(Node):
    """`value between low and high`, ends included."""

    value: Node
    low: Node
    high: Node


class In(Node):
    """`value in tests`: true where any test holds."""

    value: Node
    tests: tuple[Node, ...]


class Interval(Node):
    """`[low..high]` and its half-open and open forms."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


class UnaryComparison(Node):
    """`< operand` as a unary test, or as a range value with one end."""

    operator: ComparisonOperator
    operand: Node


class UnaryTests(Node):
    """What a decision table's cell tests of its input. No tests at all is `-`, which anything passes."""

    tests: tuple[Node, ...]
    negated: bool


class If(Node):
    """`if condition then consequence else alternative`."""

    condition: Node
    consequence: Node
    alternative: Node


class Iterator_(Node):  # noqa: N801 - `Iterator` is typing's
    """`name in source`, or `name in source..end`."""

    name: str
    source: Node
    end: Node | None


class For(Node):
    """`for iterators return body`."""

    iterators: tuple[Iterator_, ...]
    body: Node


class Quantified(Node):
    """`some` or `every` `iterators satisfies condition`."""

    quantifier: Literal["some", "every"]
    iterators: tuple[Iterator_, ...]
    condition: Node


class Call(Node):
    """`function(arguments)`, positional or named, not both."""

    function: Node
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...] = ()


class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type


class FunctionDefinition(Node):
    """`function(parameters) body`. `external` functions parse, and evaluate to null with a warning."""

    parameters: tuple[tuple[str, Type | None], ...]
    body: Node
    external: bool = False


class ListLiteral(Node):
    """`[a, b, c]`."""

    items: tuple[Node, ...]


class ContextLiteral(Node):
    """`{key: value, ...}`; later entries see earlier ones."""

    entries: tuple[tuple[str, Node], ...]


def children(node: Node) -> Iterator[Node]:
    """The direct parts of a node, in the order of the text."""
    for part in type(node).parts:
        yield from _nodes_in(getattr(node, part))


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple) and not isinstance(value, Position):
        for part in value:
            yield from _nodes_in(part)
