"""The FEEL trees of a model with the names in scope where they stand, for rules that read expressions. No rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from state_machines.dmn import model as m
from state_machines.dmn.item_types import member_names
from state_machines.dmn.rules.tables_of import Owner, owners
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.nodes import Node
from state_machines.feel.parser import parse, parse_unary_tests
from state_machines.feel.properties import MEMBERS


@dataclass(frozen=True)
class Found:
    """A FEEL text: its tree, or why it has none. `members` may be read in it without being declared."""

    owner: Owner
    text: m.Text
    names: frozenset[str]
    tree: Node | None
    error: FeelSyntaxError | None


def texts(definitions: m.Definitions) -> Iterator[Found]:
    """All FEEL texts of decisions and knowledge models."""
    members = member_names(definitions) | MEMBERS
    elements = definitions.elements
    for owner, expression in owners(definitions):
        names = {elements[each].name for each in owner.requires if each in elements} | set(definitions.imports)
        own = {owner.name} if isinstance(owner, m.Knowledge) else set()
        yield from _walk(owner, expression, frozenset(names | own), members)


def _walk(owner: Owner, expression: object, names: frozenset[str], members: frozenset[str]) -> Iterator[Found]:
    if isinstance(expression, m.Literal_):
        if not expression.language:
            yield from _read(owner, expression.text, names, members, unary=False)
    elif isinstance(expression, m.DecisionTable):
        yield from _table(owner, expression, names, members)
    elif isinstance(expression, m.BoxedContext):
        for entry in expression.entries:
            yield from _walk(owner, entry.value, names, members)
            names = names | {entry.name}
    elif isinstance(expression, m.FunctionDefinition):
        if expression.kind == "FEEL":
            yield from _walk(owner, expression.body, names | {name for name, _ in expression.parameters}, members)
    else:
        yield from _parts(owner, expression, names, members)


def _parts(owner: Owner, expression: object, names: frozenset[str], members: frozenset[str]) -> Iterator[Found]:
    if isinstance(expression, m.BoxedIteration):
        yield from _walk(owner, expression.source, names, members)
        yield from _walk(owner, expression.body, names | {expression.variable, "partial"}, members)
    elif isinstance(expression, m.BoxedFilter):
        yield from _walk(owner, expression.source, names, members)
    elif isinstance(expression, tuple):
        for item in expression:
            yield from _walk(owner, item, names, members)
    elif isinstance(expression, m.BoxedList | m.Relation | m.Invocation | m.Conditional):
        yield from _walk(owner, tuple(vars(expression).values()), names, members)


def _table(owner: Owner, table: m.DecisionTable, names: frozenset[str], members: frozenset[str]) -> Iterator[Found]:
    for clause in table.inputs:
        yield from _read(owner, clause.expression, names, members, unary=False)
    for rule in table.rules:
        for test in rule.tests:
            yield from _read(owner, test, names, members, unary=True)
        for output in rule.outputs:
            yield from _read(owner, output, names, members, unary=False)


def _read(
    owner: Owner, text: m.Text, names: frozenset[str], members: frozenset[str], *, unary: bool
) -> Iterator[Found]:
    if not text.text:
        return
    read = parse_unary_tests if unary else parse
    try:
        yield Found(owner, text, names, read(text.text, names, members=members | names), None)
    except FeelSyntaxError as error:
        yield Found(owner, text, names, None, error)
