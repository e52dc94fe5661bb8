"""Calculators: simulations that a product declares in FEEL (instalments, yields, premiums)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from catalogue.kinds.parts import Currency, Feel, Key, Number, Part, Words


class CalculatorInput(Part):
    """What the customer chooses. Limits: numbers or FEEL over `features`, `prices`, `customer`, `channel`; so is a
    `default` that begins with `=`. `step` counts from `min`."""

    id: Key
    name: Words
    kind: Literal["number", "money", "percentage", "yesNo", "date", "text", "choice"]
    unit: Annotated[str, Field(max_length=20)] = ""
    min: Number | Feel | None = None
    max: Number | Feel | None = None
    step: Number | None = None
    choices: tuple[Any, ...] = ()
    default: Any = None
    required: bool = True


class CalculatorLimit(Part):
    """What must hold of the inputs together, and what is said where it does not."""

    rule: Feel
    words: Words


class CalculatorResult(Part):
    """A result; it sees the inputs by their ids (hyphens as underscores), `features`, `prices`, `customer`, `channel`,
    the results before it, and financial functions (docs/calculators.md). `digits` (those of `currency` if absent) and
    `rounding` round what is shown and what later results see."""

    id: Key
    name: Words
    value: Feel
    kind: Literal["number", "money", "percentage", "date", "text", "yesNo", "hidden"] = "number"
    unit: Annotated[str, Field(max_length=20)] = ""
    currency: Currency | None = None
    digits: Annotated[int | None, Field(ge=0, le=12)] = None
    rounding: Literal["halfUp", "halfEven", "up", "down"] = "halfUp"


class ScheduleColumn(Part):
    """A column of the schedule: the field of that name in each of its rows."""

    id: Key
    name: Words
    kind: Literal["number", "money", "percentage", "date", "text"] = "money"


class Schedule(Part):
    """A table as result: `rows` is FEEL for a list of contexts (at most 1,000)."""

    name: Words
    rows: Feel
    columns: Annotated[tuple[ScheduleColumn, ...], Field(min_length=1, max_length=30)]


class Calculator(Part):
    """A simulation: inputs within limits, results in their order, perhaps a schedule."""

    id: Key
    name: Words
    inputs: Annotated[tuple[CalculatorInput, ...], Field(max_length=30)]
    limits: Annotated[tuple[CalculatorLimit, ...], Field(max_length=30)] = ()
    results: Annotated[tuple[CalculatorResult, ...], Field(min_length=1, max_length=60)]
    schedule: Schedule | None = None
