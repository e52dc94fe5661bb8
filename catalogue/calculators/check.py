"""What is wrong with a calculator, all at once (CALC-nnn).

CALC-001 expression; 002 unknown name; 003 doubled or taken id; 004 default; 005 choices; 006 limits that nothing
meets; 007 result that reads a later one, or itself; 008 column doubled; 009 currency.
"""

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any, Final

from catalogue.calculators.functions import NAMES as FUNCTIONS
from catalogue.calculators.inputs import KINDS
from catalogue.expressions import entries_read, ids_in, syntax_problem, variables_read
from catalogue.kinds.calculator import Calculator, CalculatorInput
from catalogue.pricing.currencies import is_currency
from catalogue.problems import Path, Problem

GIVEN: Final = frozenset({"features", "prices", "customer", "channel"})
"""What every expression of a calculator sees."""


def check_calculator(
    calculator: Calculator,
    *,
    features: Collection[str] | None = None,
    prices: Collection[str] | None = None,
    path: Path = (),
) -> Iterator[Problem]:
    """Everything wrong with a calculator. `features`, `prices`: the ids that the product has; not looked at if None."""
    yield from _ids(calculator, path)
    for index, each in enumerate(calculator.inputs):
        yield from _input(each, (*path, "inputs", index))
    for index, result in enumerate(calculator.results):
        if result.currency is not None and not is_currency(result.currency):
            words = f"{result.currency!r} is no currency of ISO 4217 that is in use."
            yield Problem("CALC-009", "error", (*path, "results", index, "currency"), words)
    columns = [column.id for column in calculator.schedule.columns] if calculator.schedule else []
    for index in _doubled(columns):
        words = f"The column {columns[index]!r} stands twice."
        yield Problem("CALC-008", "error", (*path, "schedule", "columns", index, "id"), words)
    entries = {"features": features, "prices": prices}
    for where, text, seen in _expressions(calculator):
        yield from _names(calculator, text, (*path, *where), seen, entries)


def _expressions(calculator: Calculator) -> Iterator[tuple[Path, str, frozenset[str]]]:
    """Every expression with its path, and the ids of inputs and results that it sees."""
    for index, each in enumerate(calculator.inputs):
        for name in ("min", "max", "default"):
            text = getattr(each, name)
            if isinstance(text, str) and (name != "default" or text.lstrip().startswith("=")):
                yield ("inputs", index, name), text, frozenset()
    seen = frozenset(each.id for each in calculator.inputs)
    for index, limit in enumerate(calculator.limits):
        yield ("limits", index, "rule"), limit.rule, seen
    for index, result in enumerate(calculator.results):
        yield ("results", index, "value"), result.value, seen
        seen |= {result.id}
    if calculator.schedule is not None:
        yield ("schedule", "rows"), calculator.schedule.rows, seen


def _names(
    calculator: Calculator,
    text: str,
    path: Path,
    seen: frozenset[str],
    entries: dict[str, Collection[str] | None],
) -> Iterator[Problem]:
    results = {result.id for result in calculator.results}
    known = FUNCTIONS | seen | results
    for ids in entries.values():
        known |= ids_in(text) if ids is None else frozenset(ids)
    problem = syntax_problem(text, known)
    if problem is not None:
        yield Problem("CALC-001", "error", path, problem)
    there_are = GIVEN | FUNCTIONS | _spoken(seen)
    for name in sorted(variables_read(text, known, filters=False) - there_are):
        if name in _spoken(results):
            words = f"{name!r} is computed later, or here: a result reads only those before it."
            yield Problem("CALC-007", "error", path, words)
        else:
            words = f"There is no {name!r} here. There are: {', '.join(sorted(GIVEN | seen))}."
            yield Problem("CALC-002", "error", path, words)
    for variable, ids in entries.items():
        unknown = () if ids is None else set(entries_read(text, variable, known)) - _spoken(ids)
        for name in sorted(unknown):
            words = f"There is no {variable}.{name}. There are: {', '.join(sorted(ids or ())) or 'none'}."
            yield Problem("CALC-002", "error", path, words)


def _spoken(ids: Collection[str]) -> frozenset[str]:
    return frozenset(ids) | {id_.replace("-", "_") for id_ in ids}


def _ids(calculator: Calculator, path: Path) -> Iterator[Problem]:
    places: list[Path] = [("inputs", index) for index in range(len(calculator.inputs))]
    places += [("results", index) for index in range(len(calculator.results))]
    ids = [each.id for each in calculator.inputs] + [each.id for each in calculator.results]
    for index in _doubled(ids):
        yield Problem("CALC-003", "error", (*path, *places[index], "id"), f"The id {ids[index]!r} stands twice.")
    for place, id_ in zip(places, ids, strict=True):
        if id_ in GIVEN | FUNCTIONS:
            words = f"{id_!r} is what expressions call something else; choose another id."
            yield Problem("CALC-003", "error", (*path, *place, "id"), words)


def _doubled(ids: list[str]) -> Iterator[int]:
    names = [id_.replace("-", "_") for id_ in ids]
    return (index for index, name in enumerate(names) if name in names[:index])


def _input(each: CalculatorInput, path: Path) -> Iterator[Problem]:
    if (each.kind == "choice") != bool(each.choices):
        words = "A choice states its choices." if each.kind == "choice" else f"A {each.kind} has no choices."
        yield Problem("CALC-005", "error", (*path, "choices"), words)
    if isinstance(each.min, Decimal) and isinstance(each.max, Decimal) and each.min > each.max:
        yield Problem("CALC-006", "error", (*path, "min"), f"The least {each.min} lies above the most {each.max}.")
    if each.step is not None and each.step <= 0:
        yield Problem("CALC-006", "error", (*path, "step"), "A step is above zero.")
    if each.default is not None and not (isinstance(each.default, str) and each.default.lstrip().startswith("=")):
        yield from _default(each, each.default, path)


def _default(each: CalculatorInput, default: Any, path: Path) -> Iterator[Problem]:
    try:
        value = KINDS[each.kind](each, default)
    except ValueError as error:
        yield Problem("CALC-004", "error", (*path, "default"), f"The default {default!r}: {error}.")
        return
    below = isinstance(each.min, Decimal) and isinstance(value, Decimal) and value < each.min
    above = isinstance(each.max, Decimal) and isinstance(value, Decimal) and value > each.max
    if each.kind != "choice" and (below or above):
        yield Problem("CALC-004", "error", (*path, "default"), f"The default {default} lies outside of the limits.")
