"""Prices: one-off, recurring, rates and shares; tiered; depending on features or decided by a DMN table; with tax."""

from typing import Annotated, Literal

from pydantic import Field

from catalogue.kinds.parts import Currency, Feel, Key, Number, Part, Period, Window, Words

Rounding = Literal["halfUp", "halfEven", "up", "down"]


class Tax(Part):
    """A tax: percent of the amount; `included`: whether the amount already holds it."""

    name: Words
    rate: Number
    included: bool = True


class Tier(Part):
    """From this amount (inclusive) upwards, until the next tier begins."""

    from_: Annotated[Number, Field(alias="from")]
    value: Number | Feel


class Tiers(Part):
    """`by`: FEEL for the amount that is looked up; values of tiers see it as `amount`.

    `volume`: the value of the tier that is reached is the price (`= 0.8 * amount` charges each unit).
    `graduated`: each part is charged by its own tier: part times value, of shares percent of the part; rates become
    their mean, weighted by the parts. What lies below the first tier is free of charge.
    """

    by: Feel
    mode: Literal["volume", "graduated"] = "volume"
    steps: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=100)]


class PriceDecision(Part):
    """A deployed DMN decision and its inputs by name (FEEL); `result` picks from its answer where that is a context."""

    decision: Annotated[str, Field(min_length=1, max_length=120)]
    inputs: dict[str, Feel] = {}
    result: Annotated[str, Field(max_length=120)] = ""


class Price(Part):
    """A price. Exactly one of `value`, `tiers`, `decided` says how much.

    `oneOff` and `recurring`: an amount of money; `rate`: percent a year; `share`: percent of what `of` comes to.
    Expressions are over `features`, `customer`, `channel`, `configuration` (what the customer chose), `prices`.
    A price whose expression comes to no number does not concern this customer. `minimum` and `maximum` bound what it
    states, before packages and promotions change it. `prices.<id>` is what another price comes to after them.
    A share with a `period` is due in each, another one once.
    """

    id: Key
    name: Words
    type: Literal["oneOff", "recurring", "rate", "share"]
    value: Number | Feel | None = None
    tiers: Tiers | None = None
    decided: PriceDecision | None = None
    of: Feel | None = None
    when: Feel | None = None
    """Charged only where it is true."""
    currency: Currency | None = None
    period: Period | None = None
    tax: Tax | None = None
    valid: Window = Window()
    minimum: Number | None = None
    maximum: Number | None = None
    digits: Annotated[int | None, Field(ge=0, le=12)] = None
    """Digits behind the point; of money those of its currency if absent, of others as they come."""
    rounding: Rounding = "halfUp"
