"""Nodes that read nothing, and their values."""

from __future__ import annotations

from typing import Final

from state_machines.feel import nodes as n
from state_machines.feel.compiler import compile_node
from state_machines.feel.environment import Run, Scope
from state_machines.feel.values import Value

_CONSTRUCTORS: Final = frozenset({"date", "time", "date and time", "duration"})
_CONSTANT: Final = (n.Literal_, n.TemporalLiteral, n.Negation, n.ListLiteral, n.Interval, n.UnaryComparison)


def is_constant(node: n.Node) -> bool:
    """Whether the node reads nothing: literals, and dates, times and durations made of them."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, n.Call):
            made = isinstance(each.function, n.Name) and each.function.name in _CONSTRUCTORS and not each.named
            if not made:
                return False
            pending.extend(each.arguments)
        elif isinstance(each, _CONSTANT):
            pending.extend(n.children(each))
        else:
            return False
    return True


def evaluated(node: n.Node) -> Value:
    """The value of a node that reads nothing."""
    return compile_node(node)(Scope({}, None, Run()))
