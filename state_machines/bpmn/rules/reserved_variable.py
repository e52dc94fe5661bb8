"""BPMN-118: the variable `_dpc` belongs to the platform."""

import re
from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Model
from state_machines.bpmn.rules.walk import finding, nodes, parts, places
from state_machines.diagnostics import Diagnostic

CODE: Final = "BPMN-118"

_NAME: Final = re.compile(r"(?<![\w\"'])_dpc(?![\w\"'])")
_PROSE: Final = frozenset({"name", "documentation", "label", "line"})


def check(model: Model) -> Iterator[Diagnostic]:
    """A model that reads or writes `_dpc` would break its own instance. Remedy: use another name."""
    message = "The name '_dpc' is the platform's own. Use another variable."
    for _, node in nodes(model):
        if any(_NAME.search(text) for text in _texts(node)):
            yield finding(CODE, node, message)
    for place in places(model):
        for flow in place.scope.flows:
            if flow.condition is not None and _NAME.search(flow.condition.text):
                yield finding(CODE, flow, message)
        for data in place.scope.data:
            if data.name == "_dpc":
                yield Diagnostic(CODE, "error", data.id, place.process.line, message)


def _texts(value: object) -> Iterator[str]:
    """The texts of a node where variables can be named: all but words for people, nested scopes left out."""
    if isinstance(value, str):
        yield value
    else:
        for part in parts(value, _PROSE):
            yield from _texts(part)
