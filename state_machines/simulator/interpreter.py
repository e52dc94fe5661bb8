"""The parts of the untyped `jsonata` package that the simulator uses, in one place, and where they must be stricter.

The reference is JSONata 2.0.6, which Step Functions names as its own.
"""

import copy
import math
from collections.abc import Mapping
from typing import Any, Final

from jsonata import jsonata as package  # type: ignore[import-untyped]
from jsonata.functions import Functions  # type: ignore[import-untyped]
from jsonata.jexception import JException  # type: ignore[import-untyped]
from jsonata.parser import Parser  # type: ignore[import-untyped]
from jsonata.signature import Signature  # type: ignore[import-untyped]
from jsonata.utils import Utils  # type: ignore[import-untyped]

__all__ = ["MOST_NUMBERS", "Functions", "JException", "Jsonata", "Parser", "Utils", "strict"]

MOST_NUMBERS: Final = 873_782
"""A row of more numbers is beyond the memory of an evaluation (measured on AWS: floci-io/floci#2783)."""


class Jsonata(package.Jsonata):  # type: ignore[misc]
    """The interpreter. It takes an element by a computed place (`$items[$i]`) at once, not by looking at all."""

    def evaluate_filter(self, predicate: Any, input: Any, environment: Any) -> Any:  # noqa: A002 - the package's name
        """What is left of a list. A number that no element has a part in is the same for all of them."""
        if type(input) is list and input and _same_for_all(predicate):
            number = self.eval(predicate, None, environment)
            if Utils.is_numeric(number):
                place, found = int(number), Utils.create_sequence()
                if -len(input) <= place < len(input):
                    found.append(input[place])
                return found
        return super().evaluate_filter(predicate, input, environment)

    def evaluate_numeric_expression(self, lhs: Any, rhs: Any, op: str) -> Any:
        """Arithmetic. The rest of a division has its fraction; by zero there is no number, and no failure yet."""
        if op not in ("/", "%") or not (_is_number(lhs) and _is_number(rhs)):
            return super().evaluate_numeric_expression(lhs, rhs, op)
        if rhs == 0:
            return math.nan if lhs == 0 or op == "%" else math.copysign(math.inf, lhs)
        return Utils.convert_number(lhs / rhs if op == "/" else math.fmod(lhs, rhs))

    def evaluate_includes_expression(self, lhs: Any, rhs: Any) -> Any:
        """`in`: a truth is no number, an object only itself, null is a value."""
        if lhs is None or rhs is None:
            return False
        return any(_identical(lhs, item) for item in (rhs if isinstance(rhs, list) else [rhs]))

    def evaluate_range_expression(self, lhs: Any, rhs: Any) -> Any:
        """`[a..b]`, up to what an evaluation has memory for."""
        found = super().evaluate_range_expression(lhs, rhs)
        if found is not None and rhs - lhs >= MOST_NUMBERS:
            raise JException("D2014", -1, rhs - lhs + 1)
        return found


class _Strict(Signature):  # type: ignore[misc]
    """What a function takes. Null is a value of a type of its own: where a function has none for it, it fails."""

    def get_symbol(self, value: Any) -> str:
        return "l" if value is Utils.NULL_VALUE else str(super().get_symbol(value))


class _Function(package.Jsonata.JNativeFunction):  # type: ignore[misc]
    """A function of the package, which takes what is null in a list or object for nothing unless it is marked."""

    def call(self, input: Any, args: Any) -> Any:  # noqa: A002 - the package's name
        """The function's value of its arguments."""
        return super().call(input, [_marked(each) for each in args])


def strict(bindings: Mapping[str, Any]) -> dict[str, Any]:
    """The package's functions, refusing what they must refuse."""
    return {name: _refusing(each) for name, each in bindings.items() if isinstance(each, Jsonata.JNativeFunction)}


def _refusing(function: Any) -> Any:
    refusing = copy.copy(function)
    refusing.__class__ = _Function
    refusing.signature = copy.copy(function.signature)
    refusing.signature.__class__ = _Strict
    return refusing


def _marked(value: Any) -> Any:
    if type(value) is list and None in value:
        return [Utils.NULL_VALUE if item is None else item for item in value]
    if type(value) is dict and None in value.values():
        return {key: Utils.NULL_VALUE if item is None else item for key, item in value.items()}
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _identical(left: Any, right: Any) -> bool:
    null = (None, Utils.NULL_VALUE)
    if left in null or right in null:
        return left in null and right in null
    if isinstance(left, dict | list):
        return left is right
    return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)


def _same_for_all(symbol: Any) -> bool:
    """Whether an expression is made of variables, their members and arithmetic alone; kept at the expression."""
    known: bool | None = getattr(symbol, "same_for_all", None)
    if known is None:
        known = symbol.same_for_all = _is_place(symbol)
    return known


def _is_place(symbol: Any) -> bool:
    if symbol.type == "variable":
        return bool(symbol.value) and not symbol.predicate
    if symbol.type == "path":
        first, *others = symbol.steps
        return _is_place(first) and all(each.type == "name" and not each.predicate for each in others)
    if symbol.type == "binary":
        return symbol.value in ("+", "-", "*") and all(
            side.type == "number" or _is_place(side) for side in (symbol.lhs, symbol.rhs)
        )
    return False
