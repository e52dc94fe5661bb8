"""DMN-005: a requirement must point to an element of the file or of a file that it imports."""

from __future__ import annotations

from collections.abc import Iterator

from state_machines.diagnostics import Diagnostic
from state_machines.dmn import model as m


def check(definitions: m.Definitions) -> Iterator[Diagnostic]:
    """Dangling requirements. Those into other files are errors only where the file was not given."""
    known = definitions.elements
    namespaces = {each.namespace for each in definitions.imports.values()}
    owners: list[m.Decision | m.Knowledge] = [*definitions.decisions.values(), *definitions.knowledge.values()]
    for element in owners:
        for reference in element.requires:
            if reference not in known and reference.rpartition("#")[0] not in namespaces:
                words = f"'{element.name}' requires '{reference}', which is not in the file or its imports."
                yield Diagnostic("DMN-005", "error", element.id, element.line, words)
