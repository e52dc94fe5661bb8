"""The FEEL of the catalogue: texts with a leading `=`, parsed once, evaluated at a moment, never without end.

Every expression of products, prices, segments, rules and calculators goes through here. A value, null and an error
are told apart with words. Ids with hyphens are read as they are (`features.early-repayment`) or, where `spoken` names
them, with underscores (`features.early_repayment`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from state_machines.feel import FeelSyntaxError, FeelWarning, Node, Value, names_read, parse
from state_machines.feel.analysis import paths_read
from state_machines.feel.budget import MAX_STEPS
from state_machines.feel.compiler import Closure
from state_machines.feel.environment import Run, Scope, Variables
from state_machines.feel.evaluate import compiled, run_closure
from state_machines.feel.properties import MEMBERS

_KEPT: Final = 20_000
"""Compiled expressions kept in the process, about 6 kB each; the least recently used go first."""
_TREES_KEPT: Final = 4_000
"""Trees, which only checks look at."""
_HYPHENED: Final = re.compile(r"[^\W\d]\w*(?:-\w+)+")
_LEADING: Final = re.compile(r"(?<=\A)\s*=")
_NO_NAMES: Final[frozenset[str]] = frozenset()


class Outcome(NamedTuple):
    """What an expression came to. `warnings`: why parts of it are null, with lines and columns of the text."""

    value: Value
    warnings: tuple[FeelWarning, ...] = ()

    @property
    def kind(self) -> Literal["value", "null", "error"]:
        """`null` is what the expression says; `error` a null for which something in it is to blame."""
        if self.value is not None:
            return "value"
        return "error" if self.warnings else "null"

    @property
    def why(self) -> str:
        """The words of the warnings; empty where there are none.

        >>> value_of("= customer.age", Context({"customer": {}})).why
        "There is no entry 'age' (line 1, column 3)"
        """
        words = dict.fromkeys(f"{w.message} (line {w.line}, column {w.column})" for w in self.warnings)
        return "; ".join(words)

    @property
    def number(self) -> Decimal | None:
        """The value if it is a number."""
        return self.value if isinstance(self.value, Decimal) else None


@dataclass
class Budget:
    """Steps that are left for several expressions together."""

    steps: int = MAX_STEPS


class Context:
    """What expressions see: plain or FEEL values by name, made FEEL values when they are first read, and kept.

    One context serves any number of expressions: `inner` adds names for some of them at no cost for the others.
    `names` are names of more than one word, of functions that are passed in. `budget`: what all expressions may cost
    together; without it each may cost as much as FEEL allows.
    """

    __slots__ = ("_given", "_outer", "_variables", "budget", "names")

    def __init__(
        self,
        given: Mapping[str, object],
        *,
        names: frozenset[str] = _NO_NAMES,
        outer: "Context | None" = None,
        budget: "Budget | None" = None,
    ) -> None:
        self._given = given
        self._outer = outer
        self._variables = Variables(given)
        self.budget: Budget | None = budget if budget is not None or outer is None else outer.budget
        self.names: frozenset[str] = names if outer is None else names | outer.names

    def inner(self, given: Mapping[str, object], *, names: frozenset[str] = _NO_NAMES) -> "Context":
        """This context with further names in front of its own."""
        return Context(given, names=names, outer=self)

    def scope(self, run: Run) -> Scope:
        """The scope of one evaluation."""
        return Scope(self._variables, None if self._outer is None else self._outer.scope(run), run)

    def knows(self, name: str) -> bool:
        """Whether a name is a variable, or an entry of one."""
        found = any(name == key or (isinstance(value, Mapping) and name in value) for key, value in self._given.items())
        return found or (self._outer is not None and self._outer.knows(name))


def spoken(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by id, and by the id with underscores for hyphens, which FEEL reads as one word.

    >>> spoken({"nominal-rate": 9.9})
    {'nominal-rate': 9.9, 'nominal_rate': 9.9}
    """
    return {**values, **{key.replace("-", "_"): value for key, value in values.items() if "-" in key}}


def value_of(text: str, context: Context, *, at: datetime | None = None) -> Outcome:
    """The value of an expression. `at` is what now() and today() read; without it they are null.

    Never raises: text that is no FEEL, and what takes more steps than there may be, are errors in the outcome.
    """
    expression = _compiled(text, _names(text, context))
    if isinstance(expression, FeelSyntaxError):
        return Outcome(None, (FeelWarning(expression.message, expression.line, expression.column),))
    run = Run(None if at is None else lambda: at)
    budget = context.budget
    if budget is not None:
        run.steps = budget.steps
    value = run_closure(expression, context.scope(run))
    if budget is not None:
        budget.steps = max(run.steps, 0)
    return Outcome(value, tuple(run.warnings))


def number_of(amount: Decimal | str, context: Context, *, at: datetime | None = None) -> Outcome:
    """A number as it is, or what an expression in its place comes to."""
    return value_of(amount, context, at=at) if isinstance(amount, str) else Outcome(amount)


def holds(rule: str | None, context: Context, *, at: datetime | None = None) -> bool:
    """Whether a rule is true; null and errors are not. No rule holds always."""
    return rule is None or value_of(rule, context, at=at).value is True


def syntax_problem(text: str, names: frozenset[str] = _NO_NAMES) -> str | None:
    """What is wrong with an expression's text, in words, or None. `names`: ids and functions that it may read."""
    tree = _tree(text, _relevant(text, names))
    return f"The expression {text.strip()!r} is not FEEL: {tree}." if isinstance(tree, FeelSyntaxError) else None


def variables_read(text: str, names: frozenset[str] = _NO_NAMES, *, filters: bool = True) -> frozenset[str]:
    """The variables that an expression reads; none where it is no FEEL. `filters`: see `names_read`."""
    return _variables_read(text, _relevant(text, names), filters)


@lru_cache(maxsize=_KEPT)
def _variables_read(text: str, names: frozenset[str], filters: bool) -> frozenset[str]:
    tree = _tree(text, names)
    return _NO_NAMES if isinstance(tree, FeelSyntaxError) else names_read(tree, filters=filters)


def entries_read(text: str, variable: str, names: frozenset[str] = _NO_NAMES) -> Iterator[str]:
    """Which entries of a variable an expression reads by name (`prices.fee`: `fee`), in their order.

    >>> list(entries_read("= prices.fee + 2 * prices.card-fee", "prices", frozenset({"card-fee"})))
    ['card-fee', 'fee']
    """
    paths = (path.split(".") for path in _paths_read(text, _relevant(text, names)))
    yield from sorted({path[1] for path in paths if path[0] == variable and len(path) > 1})


@lru_cache(maxsize=_KEPT)
def _paths_read(text: str, names: frozenset[str]) -> tuple[str, ...]:
    tree = _tree(text, names)
    return () if isinstance(tree, FeelSyntaxError) else tuple(paths_read(tree))


def _names(text: str, context: Context) -> frozenset[str]:
    """Of the names of several words those that can stand in the text: few, so that a text is parsed once."""
    if "-" not in text:
        return context.names
    return context.names.union(name for name in _candidates(text) if context.knows(name))


def ids_in(text: str) -> frozenset[str]:
    """What in a text may be ids with hyphens, for who does not know which ids there are."""
    return _candidates(text)


def _relevant(text: str, names: frozenset[str]) -> frozenset[str]:
    return names.intersection(_candidates(text)).union(name for name in names if " " in name)


@lru_cache(maxsize=_KEPT)
def _candidates(text: str) -> frozenset[str]:
    """What may be an id with hyphens: of `a-b-c` also `a-b`.

    >>> sorted(_candidates("= features.a-b-c - 1"))
    ['a-b', 'a-b-c']
    """
    words = (found.split("-") for found in _HYPHENED.findall(text))
    return frozenset("-".join(parts[:size]) for parts in words for size in range(2, len(parts) + 1))


@lru_cache(maxsize=_KEPT)
def _compiled(text: str, names: frozenset[str]) -> Closure | FeelSyntaxError:
    try:
        return compiled(_parsed(text, names))
    except FeelSyntaxError as error:
        return error


@lru_cache(maxsize=_TREES_KEPT)
def _tree(text: str, names: frozenset[str]) -> Node | FeelSyntaxError:
    try:
        return _parsed(text, names)
    except FeelSyntaxError as error:
        return error


def _parsed(text: str, names: frozenset[str]) -> Node:
    """The tree; places are those in the text with its leading `=`."""
    return parse(_LEADING.sub(" ", text, count=1), names, members=names | MEMBERS)
