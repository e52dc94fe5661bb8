"""A calculator at work: inputs, then results in their order, then perhaps a schedule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from catalogue.calculators.functions import NAMES, functions
from catalogue.calculators.inputs import InputProblem, take_inputs
from catalogue.expressions import Budget, Context, spoken, value_of
from catalogue.kinds.calculator import Calculator, CalculatorResult, Schedule
from catalogue.pricing.rounding import money_digits, rounded
from state_machines.feel import Value
from state_machines.feel.temporal import Date
from state_machines.feel.values import TEMPORAL, type_name

MOST_ROWS: Final = 1_000
_KINDS: Final[dict[str, type]] = {
    "number": Decimal,
    "money": Decimal,
    "percentage": Decimal,
    "date": Date,
    "text": str,
    "yesNo": bool,
}
Cells = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """A result that is shown: its definition, and its value as JSON has it, numbers as decimals, dates as texts."""

    result: CalculatorResult
    value: Any


@dataclass(frozen=True)
class Simulation:
    """What a calculator says to inputs. `inputs`: by id, with defaults; `rows`: the schedule's, by columns' ids."""

    inputs: Mapping[str, Any]
    results: tuple[Shown, ...]
    rows: tuple[Cells, ...] | None = None

    def values(self) -> dict[str, Any]:
        """The results that are shown, by id."""
        return {shown.result.id: shown.value for shown in self.results}


class _Failed(Exception):  # noqa: N818 - it is a result, not a fault
    """A result that cannot be computed."""

    def __init__(self, result: str, why: str) -> None:
        super().__init__(why)
        self.problem = InputProblem("failed", result, f"{result} cannot be computed for these inputs: {why}")


def calculator_context(
    *,
    features: Mapping[str, Any],
    prices: Mapping[str, Decimal | None],
    customer: Mapping[str, Any],
    channel: str,
) -> Context:
    """What every expression of a calculator sees, and a budget for all of them."""
    given = {"features": spoken(features), "prices": spoken(prices), "customer": customer, "channel": channel or None}
    return Context({**functions(), **given}, names=NAMES, budget=Budget())


def simulate(
    calculator: Calculator,
    inputs: Mapping[str, Any],
    *,
    features: Mapping[str, Any],
    prices: Mapping[str, Decimal | None],
    customer: Mapping[str, Any],
    channel: str,
    at: datetime,
) -> Simulation | tuple[InputProblem, ...]:
    """Run a calculator for what a customer filled in, or say everything that is wrong with it.

    `features`: the product's values by id; `prices`: amounts by id (PriceList.amounts). All expressions together may
    cost as many steps as a single one elsewhere, so that no inputs make it run for long.
    """
    context = calculator_context(features=features, prices=prices, customer=customer, channel=channel)
    taken = take_inputs(calculator, inputs, context, at=at)
    if taken.problems:
        return taken.problems
    seen = spoken(taken.values)
    try:
        shown = _results(calculator, context, seen, at)
        rows = _rows(calculator.schedule, context.inner(seen), at) if calculator.schedule else None
    except _Failed as failed:
        return (failed.problem,)
    return Simulation({id_: plain(value) for id_, value in taken.values.items()}, shown, rows)


def _results(calculator: Calculator, context: Context, seen: dict[str, Any], at: datetime) -> tuple[Shown, ...]:
    """The results that are shown; all of them are added to what is seen."""
    shown = []
    for result in calculator.results:
        value = _result(result, context.inner(dict(seen)), at)
        seen |= spoken({result.id: value})
        if result.kind != "hidden":
            shown.append(Shown(result, plain(value)))
    return tuple(shown)


def _result(result: CalculatorResult, context: Context, at: datetime) -> Value:
    outcome = value_of(result.value, context, at=at)
    value, wanted = outcome.value, _KINDS.get(result.kind)
    if outcome.kind == "error":
        raise _Failed(result.id, outcome.why)
    if value is not None and wanted is not None and not isinstance(value, wanted):
        raise _Failed(result.id, f"a {result.kind} is expected, not a {type_name(value)}")
    if isinstance(value, Decimal):
        return rounded(value, money_digits(result.digits, result.currency), result.rounding)
    return value


def _rows(schedule: Schedule, context: Context, at: datetime) -> tuple[Cells, ...]:
    outcome = value_of(schedule.rows, context, at=at)
    rows = outcome.value
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _Failed("schedule", outcome.why or "its rows are no list of contexts")
    if len(rows) > MOST_ROWS:
        raise _Failed("schedule", f"it has {len(rows)} rows; at most {MOST_ROWS} are shown")
    ids = [column.id for column in schedule.columns]
    return tuple({id_: plain(_cell(row, id_)) for id_ in ids} for row in rows if isinstance(row, dict))


def _cell(row: dict[str, Value], id_: str) -> Value:
    return row[id_] if id_ in row else row.get(id_.replace("-", "_"))


def plain(value: Value) -> Any:
    """A value for JSON: decimals stay, dates and durations become ISO 8601 texts, what has no form null."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, TEMPORAL):
        return str(value)
    return value if value is None or isinstance(value, bool | str | Decimal) else None
