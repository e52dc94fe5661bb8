"""BPMN-119: every expression can be parsed."""

import re
from collections.abc import Iterator
from typing import Final

from state_machines.bpmn.model import Expression, Model
from state_machines.bpmn.rules.walk import expressions, nodes, places
from state_machines.diagnostics import Diagnostic
from state_machines.feel import FeelSyntaxError, parse
from state_machines.feel.juel import parse_juel

CODE: Final = "BPMN-119"

_SPIN: Final = re.compile(r"""(?:S|JSON)\(([\w.]+)\)((?:\.prop\(\s*["']\w+["']\s*\))*)(?:\.\w+\(\))*""")
_PROPERTY: Final = re.compile(r"""["'](\w+)["']""")


def check(model: Model) -> Iterator[Diagnostic]:
    """An expression with a slip of the pen. Remedy: correct it where the words point."""
    for _, node in nodes(model):
        for expression in expressions(node):
            yield from _problem(node.id, expression)
    for place in places(model):
        for flow in place.scope.flows:
            for expression in expressions(flow):
                yield from _problem(flow.id, expression)


def _problem(element_id: str, expression: Expression) -> Iterator[Diagnostic]:
    try:
        (parse_juel if expression.language == "juel" else parse)(expression.text)
    except FeelSyntaxError as error:
        line = expression.line + max(0, error.line - 1)
        remedy = _plain_path(expression.text) or f"{error.message} (character {error.column})."
        message = f"The expression '{expression.text}' cannot be read: {remedy}"
        yield Diagnostic(CODE, "error", element_id, line, message)


def _plain_path(text: str) -> str:
    """What to write for Camunda Spin's way through JSON, which is an object here already."""
    match = _SPIN.fullmatch(text)
    if match is None:
        return ""
    path = ".".join([match[1], *_PROPERTY.findall(match[2])])
    return f"JSON is an object already. Write ${{{path}}}."
