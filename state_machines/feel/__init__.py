"""FEEL (DMN 1.5, clause 10): text to tree, and the tree to a value or to JSONata. Pure; the clock is passed in."""

from typing import TYPE_CHECKING, Any

from state_machines.feel.analysis import names_read
from state_machines.feel.errors import FeelError, FeelSyntaxError, FeelWarning
from state_machines.feel.evaluate import (
    Evaluation,
    evaluate,
    evaluate_strictly,
    evaluate_unary_tests,
    evaluate_with_warnings,
)
from state_machines.feel.nodes import Node
from state_machines.feel.parser import parse, parse_unary_tests
from state_machines.feel.types import Type
from state_machines.feel.values import Value, from_json, to_json

if TYPE_CHECKING:
    from state_machines.feel.translation import Translation, to_jsonata, to_jsonata_condition, to_jsonata_unary_tests

__all__ = [
    "Evaluation",
    "FeelError",
    "FeelSyntaxError",
    "FeelWarning",
    "Node",
    "Translation",
    "Type",
    "Value",
    "evaluate",
    "evaluate_strictly",
    "evaluate_unary_tests",
    "evaluate_with_warnings",
    "from_json",
    "names_read",
    "parse",
    "parse_unary_tests",
    "to_json",
    "to_jsonata",
    "to_jsonata_condition",
    "to_jsonata_unary_tests",
]

_TRANSLATION = frozenset({"Translation", "to_jsonata", "to_jsonata_condition", "to_jsonata_unary_tests"})


def __getattr__(name: str) -> Any:
    # Found when asked for: who evaluates does not import the translation.
    import importlib

    if name not in _TRANSLATION:
        raise AttributeError(name)
    return getattr(importlib.import_module("state_machines.feel.translation"), name)
