"""What sellers take off, after everything else, and whether somebody has to approve it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from catalogue.pricing.amounts import digits_of
from catalogue.pricing.priced import Priced, Step
from catalogue.pricing.rounding import rounded
from catalogue.pricing.tax import taxed
from catalogue.problems import Problem
from catalogue.selling.configuration import Discount
from catalogue.selling.configuring import place
from state_machines.feel.values import DECIMALS

_HUNDRED: Final = Decimal(100)
MOST_REASON: Final = 2_000


@dataclass(frozen=True)
class Approval:
    """A price whose discount is more than its seller may give. `percent`: of the price before the seller's discounts;
    `limit`: percent that need no approval, None where every discount does.
    """

    line: int | None
    product: str
    price: str
    percent: Decimal
    limit: int | None
    reasons: tuple[str, ...]


def check_discounts(discounts: tuple[Discount, ...], items: tuple[Priced, ...], line: int | None) -> Iterator[Problem]:
    """Everything wrong with the discounts of a line."""
    ids = [item.price.id for item in items]
    for index, discount in enumerate(discounts):
        for words in _faults(discount, ids):
            yield Problem("QUOTE-012", "error", place(line, "discounts", index), words)


def _faults(discount: Discount, ids: list[str]) -> Iterator[str]:
    if not discount.reason.strip() or len(discount.reason) > MOST_REASON:
        yield f"A discount has a reason of at most {MOST_REASON} characters."
    if (discount.percent is None) == (discount.amount is None):
        yield "A discount is either a percentage or an amount."
    if discount.percent is not None and not 0 < discount.percent <= 100:
        yield f"A percentage lies above 0 and at most at 100, not at {discount.percent}."
    if discount.amount is not None and discount.amount <= 0:
        yield f"An amount lies above 0, not at {discount.amount}."
    if discount.price and discount.price not in ids:
        yield f"There is no price {discount.price!r} in this line; there are {', '.join(ids) or 'none'}."


def discounted(item: Priced, discounts: tuple[Discount, ...]) -> Priced:
    """A price less its discounts, in their order, each a step; never below zero."""
    for discount in discounts:
        if _concerns(discount, item) and item.amount > 0:
            after = _after(item, discount)
            step = Step("discount", item.price.id, DECIMALS.subtract(after, item.amount), _details(discount))
            item = replace(item, amount=after, steps=(*item.steps, step), taxed=taxed(item.price, after))
    return item


def _concerns(discount: Discount, item: Priced) -> bool:
    return discount.price == item.price.id or (not discount.price and item.price.type != "rate")


def _after(item: Priced, discount: Discount) -> Decimal:
    if discount.percent is not None:
        left = DECIMALS.divide(DECIMALS.subtract(_HUNDRED, discount.percent), _HUNDRED)
        after = DECIMALS.multiply(item.amount, left)
    else:
        after = DECIMALS.subtract(item.amount, discount.amount or Decimal(0))
    return rounded(max(after, Decimal(0)), digits_of(item.price), item.price.rounding)


def _details(discount: Discount) -> dict[str, object]:
    given = {"percent": discount.percent, "value": discount.amount}
    return {"reason": discount.reason} | {name: value for name, value in given.items() if value is not None}


def approval(before: Priced, after: Priced, *, product: str, limit: int | None, line: int | None) -> Approval | None:
    """Whether a discount needs approval: it is more than the limit, compared without rounding."""
    if after.amount == before.amount:
        return None
    taken = DECIMALS.subtract(before.amount, after.amount)
    percent = DECIMALS.divide(DECIMALS.multiply(taken, _HUNDRED), before.amount)
    if limit is not None and percent <= limit:
        return None
    reasons = tuple(str(step.details["reason"]) for step in after.steps if step.kind == "discount")
    return Approval(line, product, after.price.id, rounded(percent, 2, "up"), limit, reasons)
