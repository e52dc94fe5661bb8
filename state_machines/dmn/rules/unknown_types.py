"""DMN-013 (warning): a type reference names no type of FEEL, of the file or of its imports; anything goes then."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m
from state_machines.dmn.rules.tables_of import owners
from state_machines.feel.types import named

_CAMUNDA = frozenset({"integer", "long", "double", "String", "Number"})
"""What Camunda 7's modeler writes: read as no constraint."""


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Each unknown reference once per element."""
    for id_, line, reference in dict.fromkeys(_references(definitions)):
        if reference and not _exists(reference, definitions):
            words = f"There is no type '{reference}'; values are not checked."
            yield Diagnostic("DMN-013", "warning", id_, line, words)


def _references(definitions: m.Definitions) -> Iterator[tuple[str, int, str]]:
    elements: list[m.InputData | m.Decision] = [*definitions.inputs.values(), *definitions.decisions.values()]
    for element in elements:
        yield element.id, element.line, element.type_ref
    for item in definitions.types.values():
        yield from _of_item(item)
    for owner, expression in owners(definitions):
        for part in m.parts(expression):
            if isinstance(part, m.OutputClause | m.ContextEntry):
                yield owner.id, owner.line, part.type_ref
            elif isinstance(part, m.Text):
                yield part.element_id or owner.id, part.line, part.type_ref
            elif isinstance(part, m.FunctionDefinition):
                yield from ((owner.id, owner.line, reference) for _, reference in part.parameters)


def _of_item(item: m.ItemDefinition) -> Iterator[tuple[str, int, str]]:
    yield item.name, item.line, item.type_ref
    for component in item.components:
        yield from _of_item(component)


def _exists(reference: str, definitions: m.Definitions) -> bool:
    prefix, _, _ = reference.partition(".")
    known = reference in definitions.types or prefix in definitions.imports or reference in _CAMUNDA
    return known or named(reference) is not None
