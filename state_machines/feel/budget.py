"""What things cost, in steps: a step is about a node evaluated, a member gone through or some characters copied.

Values share their parts, so a short expression can hold more than any machine goes through: whatever walks a whole
value pays for it first.
"""

from __future__ import annotations

from typing import Final

from state_machines.feel.errors import BudgetExceeded
from state_machines.feel.nodes import Node, children
from state_machines.feel.values import Range, Value

MAX_STEPS: Final = 1_000_000
MAX_CALLS: Final = 60
MAX_DEPTH: Final = 150
_CHARACTERS: Final = 6
"""A step copies 2 to the power of this many characters."""


def node_weight(node: Node) -> int:
    """How many nodes a tree has."""
    count, pending = 0, [node]
    while pending:
        count += 1
        pending.extend(children(pending.pop()))
    return count


def text_weight(text: str) -> int:
    """What it costs to copy a text."""
    return len(text) >> _CHARACTERS


def shallow_weight(value: Value) -> int:
    """What a value costs to go through once, its members as they are."""
    if isinstance(value, list | dict):
        return len(value)
    return text_weight(value) if isinstance(value, str) else 0


def weight(value: Value, limit: int) -> int:
    """How many parts a value has, parts of parts included; no more than somewhat over the limit is counted.

    Raises BudgetExceeded where it is nested deeper than MAX_DEPTH.
    """
    if not isinstance(value, list | dict):
        return shallow_weight(value)
    count = 0
    pending: list[tuple[Value, int]] = [(value, 0)]
    while pending and count <= limit:
        each, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise BudgetExceeded("The value is nested too deeply")
        count += 1
        parts: list[Value] = []
        if isinstance(each, list):
            parts = each
        elif isinstance(each, dict):
            parts = list(each.values())
        elif isinstance(each, Range):
            parts = [each.low, each.high]
        else:
            count += shallow_weight(each)
        count += len(parts)
        pending.extend((part, depth + 1) for part in parts)
    return count
