"""FEEL to JSONata that means the same, three-valued logic and type errors included; or the reason why there is none.

Data is JSON: numbers are doubles there. `+`, `-` and `*` are rounded to their operands' decimals, so they equal FEEL's
decimals while operands and result have 15 digits or fewer; of longer ones the nearest double counts.
Strings are ordered by code units. Dates have the years 1 to 9999; now() has whole milliseconds. What is not faithful
within that has the verdict `function`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from state_machines.feel import jsonata_tests
from state_machines.feel import nodes as n
from state_machines.feel.constants import evaluated, is_constant
from state_machines.feel.jsonata_emitter import Emitter, Variables
from state_machines.feel.jsonata_text import Untranslatable, quote
from state_machines.feel.types import Type
from state_machines.feel.unary_tests import INPUT
from state_machines.feel.values import TEMPORAL

_NO_TYPES: Final[Mapping[str, Type]] = {}
_NO_NAMES: Final[Mapping[str, str]] = {}
INPUT_OBJECT: Final = "$states.input"


@dataclass(frozen=True, slots=True)
class Translation:
    """`jsonata` stands without `{% %}`; it is empty where the verdict is `function`, and `reason` says why."""

    verdict: Literal["native", "function"]
    jsonata: str
    reason: str


def to_jsonata(
    node: n.Node,
    *,
    variables: Variables = INPUT_OBJECT,
    types: Mapping[str, Type] = _NO_TYPES,
    bound: Mapping[str, str] = _NO_NAMES,
) -> Translation:
    """A value expression, never undefined: null for null and for missing.

    `variables` is the JSONata text of the object that holds the variables, or a function from a variable's name to its
    text. `types` are declared types of variables, `bound` the texts of names that live elsewhere.
    """
    return translate(lambda e: _constant(node) or e.written(node).text, variables, types, bound)


def _constant(node: n.Node) -> str:
    """A date, time or duration that stands in the text, as JSON has it; empty for other nodes."""
    if isinstance(node, n.TemporalLiteral | n.Call) and is_constant(node):
        value = evaluated(node)
        if isinstance(value, TEMPORAL):
            return quote(str(value))
    return ""


def to_jsonata_condition(
    node: n.Node,
    *,
    variables: Variables = INPUT_OBJECT,
    types: Mapping[str, Type] = _NO_TYPES,
    bound: Mapping[str, str] = _NO_NAMES,
) -> Translation:
    """A condition that is always exactly true or false: whether the expression is true. For a Choice."""
    return translate(lambda e: e.true(node), variables, types, bound)


def to_jsonata_unary_tests(
    node: n.UnaryTests,
    input_text: str,
    *,
    variables: Variables = INPUT_OBJECT,
    types: Mapping[str, Type] = _NO_TYPES,
    bound: Mapping[str, str] = _NO_NAMES,
) -> Translation:
    """A condition, always true or false: whether the value of the JSONata text `input_text` passes the tests."""

    def emit(emitter: Emitter) -> str:
        value = n.Name(INPUT)
        return jsonata_tests.unary_tests(emitter, emitter.operand(value), node)[0]

    return translate(emit, variables, types, {**bound, INPUT: input_text})


def translate(
    emit: Callable[[Emitter], str], variables: Variables, types: Mapping[str, Type], bound: Mapping[str, str]
) -> Translation:
    """Run an emission and turn its refusal into a verdict."""
    emitter = Emitter(variables, types, bound)
    try:
        return Translation("native", emitter.finish(emit(emitter)), "")
    except Untranslatable as reason:
        return Translation("function", "", str(reason))
    except RecursionError:
        return Translation("function", "", "the expression is nested too deeply")
