"""The parts of the untyped `jsonata` package that the simulator uses, in one place."""

from typing import Any

from jsonata import jsonata as package  # type: ignore[import-untyped]
from jsonata.functions import Functions  # type: ignore[import-untyped]
from jsonata.jexception import JException  # type: ignore[import-untyped]
from jsonata.parser import Parser  # type: ignore[import-untyped]
from jsonata.utils import Utils  # type: ignore[import-untyped]

__all__ = ["Functions", "JException", "Jsonata", "Parser", "Utils"]


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
