"""A decision's value as Camunda 7 sees it: a list of rows, each an object by output name, and what is taken of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from state_machines.dmn.evaluate import DecisionResult
from state_machines.dmn.model import Decision, DecisionTable, Definitions
from state_machines.feel import to_json

_MANY = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")


class ResultError(ValueError):
    """The decision came to what cannot be taken as it was asked for."""


@dataclass(frozen=True)
class Shape:
    """What a decision gives: the names of its outputs, and whether several rules may hit."""

    names: tuple[str, ...]
    many: bool


def shape_of(decision: Decision) -> Shape:
    """The shape of a decision's value."""
    table = decision.expression
    if not isinstance(table, DecisionTable):
        return Shape((decision.name,), False)
    names = tuple(output.name or decision.name for output in table.outputs)
    return Shape(names, table.hit_policy in _MANY and not table.aggregation)


def results(
    definitions: Definitions, decision_id: str, result: DecisionResult, wanted: Mapping[str, str]
) -> dict[str, Any]:
    """What is wanted of a decision, as JSON. `wanted`: by name one of Camunda 7's mappings, empty for the default.

    Raises `ResultError` where several rows, or several outputs, stand where one is asked for.
    """
    decision = definitions.decisions[decision_id]
    hit = decision.kind != "decisionTable" or bool(result.matched_rules)
    rows = _rows(shape_of(decision), to_json(result.value), hit)
    return {name: _MAPPINGS[mapping or "resultList"](rows) for name, mapping in wanted.items()}


def _rows(shape: Shape, value: Any, hit: bool) -> list[Any]:
    found = (value if isinstance(value, list) else []) if shape.many else [value] if hit else []
    return found if len(shape.names) > 1 else [{shape.names[0]: each} for each in found]


def _single_result(rows: list[Any]) -> Any:
    if len(rows) > 1:
        raise ResultError(f"one row is asked for; {len(rows)} rules have hit")
    return rows[0] if rows else None


def _single_entry(rows: list[Any]) -> Any:
    row = _single_result(rows)
    return None if row is None else _entry(row)


def _collect_entries(rows: list[Any]) -> list[Any]:
    return [_entry(row) for row in rows]


def _entry(row: Mapping[str, Any]) -> Any:
    if len(row) > 1:
        raise ResultError(f"one output is asked for; there are {', '.join(row)}")
    return next(iter(row.values()), None)


_MAPPINGS: Final[Mapping[str, Callable[[list[Any]], Any]]] = {
    "singleEntry": _single_entry,
    "singleResult": _single_result,
    "collectEntries": _collect_entries,
    "resultList": lambda rows: rows,
}
