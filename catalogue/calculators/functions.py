"""Financial functions of FEEL, for calculators: what finance/ computes, under names that business users read.

Options stand in a context at the end, e.g. `{start: today(), perYear: 4}`. Like FEEL's own, a function has no result
(null, with words) for what it cannot take.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeVar

from catalogue.calculators.finance import days, deposits, loans, rates
from state_machines.feel import Value
from state_machines.feel.builtins.signature import Builtin, NoValue, builtin, signature
from state_machines.feel.calls import call_builtin
from state_machines.feel.environment import Run
from state_machines.feel.temporal import Date
from state_machines.feel.values import Function

_ROUNDINGS: Final = ("halfUp", "halfEven", "up", "down")
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "rounding": _ROUNDINGS,
    "tax_rounding": _ROUNDINGS,
    "kind": ("equal", "decreasing"),
    "days": tuple(days.CONVENTIONS),
}
_KINDS: Final[dict[type, str]] = {str: "string", Decimal: "number", bool: "boolean", Date: "date"}
_ROW_COST: Final = 20
"""Steps of the budget for each row or flow that is gone through: about what FEEL itself would spend on it."""
Terms = TypeVar("Terms")


def instalment(run: Run, amount: Decimal, rate: Decimal, number: Decimal, options: Value = None) -> Value:
    """`instalment(amount, rate, number, options)`: the equal instalment of a loan or lease, not rounded.

    `rate`: percent a year, nominal. Options: `perYear` (12), `balloon` (0), `advance` (false).
    """
    return loans.instalment(amount, rate, _whole(number), _terms(loans.Terms, options))


def loan_schedule(run: Run, amount: Decimal, rate: Decimal, number: Decimal, options: Value = None) -> Value:
    """`loan schedule(amount, rate, number, options)`: a list of contexts `number`, `date`, `instalment`, `interest`,
    `principal`, `balance`; the last instalment levels out, a balloon is a row of its own.

    Options: those of instalment, and `kind` ("equal", "decreasing"), `start` (a date), `days` (a convention, with
    `start`), `digits` (2), `rounding` ("halfUp").
    """
    return _rows(run, loans.schedule(amount, rate, _whole(number), _terms(loans.Terms, options)))


def deposit_schedule(
    run: Run, amount: Decimal, rate: Decimal, start: Date, months: Decimal, options: Value = None
) -> Value:
    """`deposit schedule(amount, rate, start, months, options)`: contexts `number`, `start`, `end`, `interest`, `tax`,
    `balance`.

    Options: `capitalisation` ("end", "daily", "monthly", "quarterly", "halfYearly", "yearly"), `days` ("ACT/365"),
    `tax` (percent, 0), `digits` (2), `rounding`, `taxDigits` (2), `taxRounding`.
    """
    return _rows(run, deposits.deposit(amount, rate, start, _whole(months), _terms(deposits.DepositTerms, options)))


def annual_percentage_rate(run: Run, flows: list[dict[str, Value]]) -> Value:
    """`annual percentage rate(flows)`: percent a year, not rounded; flows are contexts `amount` (paid by one side
    positive, by the other negative) and either `years` (since the first one) or `date` (intervals by the rules of the
    European Union).
    """
    return rates.annual_rate(_flows(run, flows))


def present_value(run: Run, rate: Decimal, flows: list[dict[str, Value]]) -> Value:
    """`present value(rate, flows)`: what flows are worth at the first date, or at `years` 0, at an effective rate."""
    return rates.present_value(rate, _flows(run, flows))


def effective_rate(run: Run, rate: Decimal, times: Decimal) -> Value:
    """`effective rate(rate, times)`: percent a year, of a nominal rate that is capitalised so many times a year."""
    return rates.effective_rate(rate, _times(times))


def nominal_rate(run: Run, rate: Decimal, times: Decimal) -> Value:
    """`nominal rate(rate, times)`: percent a year, of an effective rate."""
    return rates.nominal_rate(rate, _times(times))


def year_fraction(run: Run, start: Date, end: Date, convention: str) -> Value:
    """`year fraction(from, to, convention)`: "ACT/365", "ACT/360", "ACT/ACT", "30/360", "30E/360" or "EU"."""
    return days.year_fraction(start, end, convention)


def _rows(run: Run, rows: Iterator[loans.Row] | Iterator[deposits.DepositRow]) -> Value:
    made: list[Value] = []
    for row in rows:
        run.spend(_ROW_COST)
        made.append({field.name: _feel(getattr(row, field.name)) for field in fields(row)})
    return made


def _feel(value: Any) -> Value:
    return Decimal(value) if isinstance(value, int) else value


def _flows(run: Run, flows: list[dict[str, Value]]) -> list[rates.Flow]:
    run.spend(_ROW_COST * len(flows))
    dates = [date for flow in flows if isinstance(date := flow.get("date"), Date)]
    first = min(dates, key=lambda date: date.days, default=None)
    return [_flow(flow, first) for flow in flows]


def _flow(flow: Mapping[str, Value], first: Date | None) -> rates.Flow:
    amount, years, date = flow.get("amount"), flow.get("years"), flow.get("date")
    if first is not None and isinstance(date, Date) and years is None:
        years = days.year_fraction(first, date, "EU")
    elif first is not None:
        years = None
    if not isinstance(amount, Decimal) or not isinstance(years, Decimal):
        raise NoValue("flows: each has a number `amount`, and either all a number `years` or all a `date`")
    return rates.Flow(amount, years)


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise NoValue(f"{number} is no whole number")
    return int(number) if abs(number) < 10**9 else 10**9


def _times(times: Decimal) -> int:
    if not 1 <= times <= 366:
        raise NoValue("there are 1 to 366 times a year")
    return _whole(times)


def _terms(kind: type[Terms], options: Value) -> Terms:
    """The options of a context as terms. Raises NoValue for what is no option, or not of its kind."""
    if options is None:
        return kind()
    if not isinstance(options, dict):
        raise NoValue("the options are a context")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    given = {_snake(key): value for key, value in options.items()}
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise NoValue(f"there is no option {', '.join(unknown)}; there are {', '.join(map(_camel, known))}")
    return kind(**{name: _option(name, known[name].default, value) for name, value in given.items()})


def _option(name: str, default: Any, value: Value) -> Any:
    counted = isinstance(default, int) and not isinstance(default, bool)
    wanted = Date if name == "start" else Decimal if counted else type(default)
    if not isinstance(value, wanted) or value not in _WORDS.get(name, (value,)):
        among = f" among {', '.join(_WORDS[name])}" if name in _WORDS else ""
        raise NoValue(f"the option {_camel(name)} is a {_KINDS[wanted]}{among}")
    return _bounded(name, value) if counted and isinstance(value, Decimal) else value


def _bounded(name: str, value: Decimal) -> int:
    least, most = (1, 366) if name == "per_year" else (0, 12)
    if not least <= value <= most:
        raise NoValue(f"the option {_camel(name)} lies between {least} and {most}")
    return _whole(value)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


_LOAN: Final = "amount: number, rate: number, number: number, options: context="


def _function(name: str, parameters: str, compute: Callable[..., Value]) -> tuple[str, Builtin]:
    def worded(*arguments: Any) -> Value:
        try:
            return compute(*arguments)
        except ValueError as error:
            raise NoValue(f"{name}: {error}") from error

    return builtin(name, signature(parameters, worded), needs_run=True)


_TABLE: Final[dict[str, Builtin]] = dict(
    (
        _function("instalment", _LOAN, instalment),
        _function("loan schedule", _LOAN, loan_schedule),
        _function(
            "deposit schedule",
            "amount: number, rate: number, start: date, months: number, options: context=",
            deposit_schedule,
        ),
        _function("annual percentage rate", "flows: contexts", annual_percentage_rate),
        _function("present value", "rate: number, flows: contexts", present_value),
        _function("effective rate", "rate: number, times: number", effective_rate),
        _function("nominal rate", "rate: number, times: number", nominal_rate),
        _function("year fraction", "from: date, to: date, convention: string", year_fraction),
    )
)
NAMES: Final = frozenset(_TABLE)


@lru_cache(maxsize=1)
def functions() -> Mapping[str, Function]:
    """The functions by name, as variables of a context."""
    return {name: _value(function) for name, function in _TABLE.items()}


def _value(function: Builtin) -> Function:
    return Function(function.name, None, lambda run, arguments: call_builtin(function, run, arguments))
