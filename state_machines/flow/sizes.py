"""Whether what an expression gives may be as large as the variables are, by how it is written."""

from typing import Final

from state_machines.feel import Node
from state_machines.feel.inference import infer
from state_machines.feel.nodes import Arithmetic, If, Literal_, Negation

_SMALL: Final = frozenset(
    {
        "Null",
        "number",
        "boolean",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)


def may_be_large(node: Node) -> bool:
    """False only for what is certainly a number, a moment, a duration, a boolean or a text that stands in the model.

    >>> from state_machines.expressions import parsed
    >>> [may_be_large(parsed("feel", text)) for text in ("n + 1", 'if n > 1 then "a" else null', "a + b", "[a]")]
    [False, False, True, True]
    """
    if isinstance(node, Arithmetic):
        texts = node.operator == "+" and not (_no_text(node.left) or _no_text(node.right))
        return texts and (may_be_large(node.left) or may_be_large(node.right))
    if isinstance(node, If):
        return may_be_large(node.consequence) or may_be_large(node.alternative)
    return not isinstance(node, Literal_ | Negation) and infer(node, {})[0].name not in _SMALL


def _no_text(node: Node) -> bool:
    if isinstance(node, Arithmetic):
        return node.operator != "+" or _no_text(node.left) or _no_text(node.right)
    return isinstance(node, Negation) or infer(node, {})[0].name in _SMALL
