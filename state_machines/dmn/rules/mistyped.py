"""DMN-012 (warning): an expression or cell can have no result, because the types of its parts do not go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.scopes import Found, model_types, texts
from state_machines.feel import nodes as n
from state_machines.feel.inference import Clash, infer, infer_tests, known
from state_machines.feel.types import ANY, Type

if TYPE_CHECKING:
    from state_machines.dmn.item_types import ItemTypes

_FROM_TEXT = frozenset({"date", "time", "date and time", "days and time duration", "years and months duration"})


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Texts whose value, or a part of it, is null whatever the inputs are."""
    types = model_types(definitions)
    for found in texts(definitions):
        for clash in _clashes(found, types):
            words = f"'{found.owner.name}': {clash.message}, in '{found.text.text[:80]}'."
            yield Diagnostic("DMN-012", "warning", found.element_id, found.line + clash.at.line - 1, words)


def _clashes(found: Found, types: ItemTypes) -> list[Clash]:
    if found.tree is None:
        return []
    names = dict.fromkeys(found.names, ANY) if found.open else found.names
    if isinstance(found.tree, n.UnaryTests):
        return infer_tests(found.tree, _input_type(found, types), names)
    type_, clashes = infer(found.tree, names, types=types.types)
    reference = found.clause.type_ref if isinstance(found.clause, m.OutputClause) else found.text.type_ref
    declared = types.shape(reference).type
    if not clashes and not _becomes(type_, declared):
        return [Clash(f"The value is a {type_.name}, but a {declared.name} is declared", found.tree.at)]
    return clashes


def _input_type(found: Found, types: ItemTypes) -> Type:
    """The type of what a cell tests."""
    if not isinstance(found.clause, m.InputClause):
        return ANY
    return types.shape(found.clause.expression.type_ref).type


def _becomes(type_: Type, declared: Type) -> bool:
    """Whether a value can fit what is declared: texts become dates, a list of one its member, anything a list."""
    if declared.name in ("Any", "list", "Null") or type_.name == "list":
        return True
    return not known(type_, declared.name) or (type_.name == "string" and declared.name in _FROM_TEXT)
