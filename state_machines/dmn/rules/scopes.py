"""Where the FEEL of a model stands and which variables, of which types, are in scope there. No rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from state_machines.dmn import model as m
from state_machines.dmn.item_types import ItemTypes, member_names
from state_machines.dmn.rules.tables_of import Owner, owners
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.nodes import Node
from state_machines.feel.parser import parse, parse_unary_tests
from state_machines.feel.properties import MEMBERS
from state_machines.feel.types import ANY, FUNCTION, Type, list_of
from state_machines.records import values

Names = Mapping[str, Type]


@dataclass(frozen=True)
class Scoped:
    """A literal expression or decision table, and the variables that it may read; others too where it is `open`, as in
    a filter's condition, which reads the entries of a member."""

    owner: Owner
    expression: m.Literal_ | m.DecisionTable
    names: Names
    open: bool = False


@dataclass(frozen=True)
class Found:
    """A FEEL text: its tree, or why it has none. `clause` is the column of a table's cell or output."""

    owner: Owner
    text: m.Text
    names: Names
    tree: Node | None
    error: FeelSyntaxError | None
    clause: m.InputClause | m.OutputClause | None = None
    open: bool = False

    @property
    def line(self) -> int:
        """The line in the file."""
        return self.text.line

    @property
    def element_id(self) -> str:
        """What the editor can show."""
        return self.text.element_id or self.owner.id


@lru_cache(maxsize=8)
def model_types(definitions: m.Definitions) -> ItemTypes:
    """The types of a model; Definitions are compared by identity."""
    return ItemTypes(definitions)


@lru_cache(maxsize=8)
def known_members(definitions: m.Definitions) -> frozenset[str]:
    """Names that may stand behind a dot."""
    return member_names(definitions) | MEMBERS


@lru_cache(maxsize=8)
def texts(definitions: m.Definitions) -> tuple[Found, ...]:
    """All FEEL texts of decisions and knowledge models, parsed."""
    members = known_members(definitions)
    return tuple(found for scoped in expressions(definitions) for found in _texts(scoped, members))


@lru_cache(maxsize=8)
def expressions(definitions: m.Definitions) -> tuple[Scoped, ...]:
    """All literal expressions and decision tables, wherever they stand."""
    walker = _Walker(definitions)
    return tuple(
        scoped
        for owner, expression in owners(definitions)
        for scoped in walker.walk(owner, expression, walker.required(owner))
    )


class _Walker:
    def __init__(self, definitions: m.Definitions) -> None:
        self._definitions = definitions
        self._elements = definitions.elements
        self._types = model_types(definitions)

    def required(self, owner: Owner) -> Names:
        """What the owner's requirements put in scope."""
        found = {
            self._elements[each].name: self._type(self._elements[each])
            for each in owner.requires
            if each in self._elements
        }
        own = {owner.name: FUNCTION} if isinstance(owner, m.Knowledge) else {}
        return {**dict.fromkeys(self._definitions.imports, ANY), **own, **found}

    def _type(self, element: m.DrgElement) -> Type:
        if isinstance(element, m.InputData | m.Decision):
            return self._types.shape(element.type_ref).type
        return FUNCTION

    def walk(self, owner: Owner, expression: object, names: Names) -> Iterator[Scoped]:
        """The expressions within an expression."""
        if isinstance(expression, m.Literal_ | m.DecisionTable):
            yield Scoped(owner, expression, names)
        elif isinstance(expression, m.BoxedContext):
            for entry in expression.entries:
                yield from self.walk(owner, entry.value, names)
                names = {**names, entry.name: self._types.shape(entry.type_ref).type}
        elif isinstance(expression, m.FunctionDefinition):
            if expression.kind == "FEEL":
                parameters = {name: self._types.shape(reference).type for name, reference in expression.parameters}
                yield from self.walk(owner, expression.body, {**names, **parameters})
        else:
            yield from self._parts(owner, expression, names)

    def _parts(self, owner: Owner, expression: object, names: Names) -> Iterator[Scoped]:
        if isinstance(expression, m.BoxedIteration):
            yield from self.walk(owner, expression.source, names)
            local = {expression.variable: ANY, "partial": list_of(ANY)}
            yield from self.walk(owner, expression.body, {**names, **local})
        elif isinstance(expression, m.BoxedFilter):
            yield from self.walk(owner, expression.source, names)
            inner = self.walk(owner, expression.condition, {**names, "item": ANY})
            yield from (replace(scoped, open=True) for scoped in inner)
        elif isinstance(expression, tuple):
            for item in expression:
                yield from self.walk(owner, item, names)
        elif isinstance(expression, m.BoxedList | m.Relation | m.Invocation | m.Conditional):
            yield from self.walk(owner, values(expression), names)


def _texts(scoped: Scoped, members: frozenset[str]) -> Iterator[Found]:
    expression = scoped.expression
    if isinstance(expression, m.Literal_):
        if not expression.language:
            yield from _read(scoped, expression.text, members)
        return
    for clause in expression.inputs:
        yield from _read(scoped, clause.expression, members)
        if clause.allowed is not None:
            yield from _read(scoped, clause.allowed, members, unary=True)
    for output in expression.outputs:
        if output.default is not None:
            yield from _read(scoped, output.default, members, output)
    for rule in expression.rules:
        for test, clause in zip(rule.tests, expression.inputs, strict=False):
            yield from _read(scoped, test, members, clause, unary=True)
        for text, output in zip(rule.outputs, expression.outputs, strict=False):
            yield from _read(scoped, text, members, output)


def _read(
    scoped: Scoped,
    text: m.Text,
    members: frozenset[str],
    clause: m.InputClause | m.OutputClause | None = None,
    *,
    unary: bool = False,
) -> Iterator[Found]:
    if not text.text:
        return
    names = frozenset(scoped.names) | members if scoped.open else frozenset(scoped.names)
    read = parse_unary_tests if unary else parse
    try:
        tree: Node | None = read(text.text, names, members=members | names)
        error = None
    except FeelSyntaxError as refused:
        tree, error = None, refused
    yield Found(scoped.owner, text, scoped.names, tree, error, clause, scoped.open)
