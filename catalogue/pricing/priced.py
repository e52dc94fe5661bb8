"""What pricing comes to: priced prices with every step that led there, what does not concern the customer, totals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Protocol

from catalogue.kinds.price import Price
from state_machines.feel import Value

StepKind = Literal[
    "value", "tier", "decision", "share", "minimum", "maximum", "percentOff", "amountOff", "set", "discount"
]


@dataclass(frozen=True)
class Step:
    """What one rule made of the amount: `amount` is the difference that it makes; all steps sum up to the price.

    `source`: id of the price, decision, package or promotion that says so. `details`: numbers and texts that explain it
    (a tier's `from` and `value`, the `percent` of what `of`, the rules of a decision).
    """

    kind: StepKind
    source: str
    amount: Decimal
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Taxed:
    """An amount of money without tax, the tax, and with it: net + tax = gross, to the last digit."""

    net: Decimal
    tax: Decimal
    gross: Decimal

    def __add__(self, other: "Taxed") -> "Taxed":
        return Taxed(self.net + other.net, self.tax + other.tax, self.gross + other.gross)

    def times(self, count: int) -> "Taxed":
        """So many of them."""
        return Taxed(self.net * count, self.tax * count, self.gross * count)


@dataclass(frozen=True)
class Priced:
    """A price for this customer. `base` is what it was before packages, promotions and discounts; `amount` what it is:
    as the price states it, its tax included or not. `taxed` is None for rates.
    """

    price: Price
    base: Decimal
    amount: Decimal
    steps: tuple[Step, ...]
    taxed: Taxed | None


@dataclass(frozen=True)
class LeftOut:
    """A price that does not concern this customer. `notValid`: out of its time; `condition`: `when` is not true;
    `noValue`: it comes to null; `failed`: it cannot be computed. `why`: words of the evaluation.
    """

    price: str
    reason: Literal["notValid", "condition", "noValue", "failed"]
    why: str = ""


@dataclass(frozen=True)
class Totals:
    """Money due once by currency, and per period by currency and period (ISO 8601); rates stand for themselves."""

    once: Mapping[str, Taxed]
    periodic: Mapping[tuple[str, str], Taxed]


@dataclass(frozen=True)
class PriceList:
    """The prices of a product for a customer, in the order in which the product states them.

    `applied`: promotions that changed a price, in their order; `refused`: those that might have, and the one that they
    do not stand beside (their own id where their `stacks` rule is not true).
    """

    items: tuple[Priced, ...]
    left_out: tuple[LeftOut, ...]
    applied: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    def amounts(self) -> dict[str, Decimal | None]:
        """Amounts by id, as expressions see them under `prices`; null for what is left out."""
        found: dict[str, Decimal | None] = {each.price: None for each in self.left_out}
        return found | {item.price.id: item.amount for item in self.items}


@dataclass(frozen=True)
class Decided:
    """A decision's answer. `rules`: those that matched, as users know them; `problem`: why there is no answer."""

    value: Value
    rules: tuple[str, ...] = ()
    problem: str = ""


class Decisions(Protocol):
    """Deployed DMN decisions."""

    def decide(self, decision: str, inputs: Mapping[str, Value], at: datetime) -> Decided:
        """The answer of a decision to these inputs at that moment. Never raises."""


class NoDecisions:
    """Where none are deployed."""

    def decide(self, decision: str, inputs: Mapping[str, Value], at: datetime) -> Decided:
        """Nothing, with words."""
        return Decided(None, problem=f"There is no decision {decision!r} here.")
