"""What a customer fills in: values of their kinds, within limits, on steps, among choices; everything wrong at once."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from catalogue.expressions import Context, number_of, spoken, value_of
from catalogue.kinds.calculator import Calculator, CalculatorInput
from catalogue.kinds.parts import Words
from state_machines.feel import Value, from_json
from state_machines.feel.temporal import Date, parse_date

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_MOST_CHARACTERS: Final = 2_000
_MOST_DIGITS: Final = 34
InputCode = Literal["required", "kind", "min", "max", "step", "choice", "limit", "unknown", "failed"]


@dataclass(frozen=True)
class InputProblem:
    """Why there is no result. `input`: the id of the input, or of the result that failed; empty where inputs together
    are out of limits. `bound`: the limit, step or choices. `words`: what the product says about it, by language.
    """

    code: InputCode
    input: str
    message: str
    bound: Any = None
    words: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """Inputs as FEEL values by id, those that were left out null, and what is wrong with them."""

    values: Mapping[str, Value]
    problems: tuple[InputProblem, ...]


@dataclass(frozen=True)
class Described:
    """An input as it stands before anything is filled in: its limits and default as this customer has them."""

    input: CalculatorInput
    min: Decimal | None
    max: Decimal | None
    default: Value


def describe_inputs(calculator: Calculator, context: Context, *, at: datetime | None) -> tuple[Described, ...]:
    """What a customer is asked for; a limit that comes to no number limits nothing."""
    return tuple(
        Described(each, *_bounds(each, context, at), _default(each, context, at)) for each in calculator.inputs
    )


def take_inputs(calculator: Calculator, given: Mapping[str, Any], context: Context, *, at: datetime | None) -> Taken:
    """Read what was filled in (JSON values: numbers also as text, dates as ISO 8601) against the calculator's inputs.

    A limit that comes to no number limits nothing.
    """
    known = {each.id for each in calculator.inputs}
    problems = [InputProblem("unknown", id_, f"There is no input {id_!r}.") for id_ in given if id_ not in known]
    values: dict[str, Value] = {}
    for each in calculator.inputs:
        value, found = _taken(each, given.get(each.id), context, at)
        values[each.id] = value
        problems += found
    if not problems:
        problems += _together(calculator, context.inner(spoken(values)), at)
    return Taken(values, tuple(problems))


def _together(calculator: Calculator, context: Context, at: datetime | None) -> Iterator[InputProblem]:
    for limit in calculator.limits:
        outcome = value_of(limit.rule, context, at=at)
        if outcome.value is not True:
            words = next(iter(limit.words.values()), "")
            yield InputProblem("limit", "", words or outcome.why, words=limit.words)


def _taken(
    each: CalculatorInput, given: Any, context: Context, at: datetime | None
) -> tuple[Value, list[InputProblem]]:
    if given is None:
        given = _default(each, context, at)
    if given is None:
        missing = [InputProblem("required", each.id, f"{each.id} is required.")] if each.required else []
        return None, missing
    try:
        value = KINDS[each.kind](each, given)
    except ValueError as error:
        code: InputCode = "choice" if each.kind == "choice" else "kind"
        bound = list(each.choices) or None
        return None, [InputProblem(code, each.id, f"{each.id}: {error}.", bound)]
    limited = list(_limits(each, value, context, at)) if isinstance(value, Decimal) and each.kind != "choice" else []
    return value, limited


def _default(each: CalculatorInput, context: Context, at: datetime | None) -> Any:
    if isinstance(each.default, str) and each.default.lstrip().startswith("="):
        return value_of(each.default, context, at=at).value
    return each.default


def _bounds(each: CalculatorInput, context: Context, at: datetime | None) -> tuple[Decimal | None, Decimal | None]:
    low = None if each.min is None else number_of(each.min, context, at=at).number
    high = None if each.max is None else number_of(each.max, context, at=at).number
    return low, high


def _limits(each: CalculatorInput, value: Decimal, context: Context, at: datetime | None) -> Iterator[InputProblem]:
    low, high = _bounds(each, context, at)
    if low is not None and value < low:
        yield InputProblem("min", each.id, f"{each.id} is at least {low}.", low)
    if high is not None and value > high:
        yield InputProblem("max", each.id, f"{each.id} is at most {high}.", high)
    if each.step is not None and (value - (low or 0)) % each.step != 0:
        counted = f", counted from {low}" if low else ""
        yield InputProblem("step", each.id, f"{each.id} goes in steps of {each.step}{counted}.", each.step)


def _number(each: CalculatorInput, given: Any) -> Value:
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal | str):
        raise ValueError("a number is expected")
    if not _NUMBER.fullmatch(text := str(given)):
        raise ValueError("a number is expected")
    value = Decimal(text)
    if not value.is_finite() or len(value.as_tuple().digits) > _MOST_DIGITS or abs(value.adjusted()) > _MOST_DIGITS:
        raise ValueError(f"a number of at most {_MOST_DIGITS} digits is expected")
    return value


def _yes_no(each: CalculatorInput, given: Any) -> Value:
    if not isinstance(given, bool):
        raise ValueError("true or false is expected")
    return given


def _date(each: CalculatorInput, given: Any) -> Value:
    date = given if isinstance(given, Date) else parse_date(given) if isinstance(given, str) else None
    if date is None:
        raise ValueError("a date like 2026-01-31 is expected")
    return date


def _text(each: CalculatorInput, given: Any) -> Value:
    if not isinstance(given, str) or len(given) > _MOST_CHARACTERS:
        raise ValueError(f"a text of at most {_MOST_CHARACTERS} characters is expected")
    return given


def _choice(each: CalculatorInput, given: Any) -> Value:
    """One of the choices; numbers are the same whether written as numbers or as text."""
    for choice in each.choices:
        if isinstance(choice, bool) or isinstance(given, bool):
            same = choice is given
        else:
            same = choice == given or str(choice) == str(given)
        if same:
            return from_json(choice)
    raise ValueError(f"one of {', '.join(map(str, each.choices))} is expected")


KINDS: Final[dict[str, Callable[[CalculatorInput, Any], Value]]] = {
    "number": _number,
    "money": _number,
    "percentage": _number,
    "yesNo": _yes_no,
    "date": _date,
    "text": _text,
    "choice": _choice,
}
"""From a JSON value to the value of an input; ValueError says what is expected."""
