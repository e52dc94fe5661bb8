"""What packages and promotions change of prices: which prices, in which order, what stands beside what."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from catalogue.expressions import Context, holds, number_of
from catalogue.kinds.parts import Window
from catalogue.kinds.price import Price
from catalogue.kinds.promotion import Change, Promotion
from catalogue.pricing.amounts import HUNDRED, Running
from state_machines.feel.values import DECIMALS

OffReason = Literal["notValid", "channel", "segment", "soldOut"]


@dataclass(frozen=True)
class Sold:
    """What is priced: a product and the categories that it is in, its own and those above it."""

    product: str
    categories: Collection[str] = ()


@dataclass(frozen=True)
class Changes:
    """Changes of one package or promotion, those that concern what is sold. `stacks`: see Promotion."""

    source: str
    changes: tuple[Change, ...]
    stacks: str | None = None

    def of(self, price: Price) -> Iterator[Change]:
        """Those that concern the price."""
        return (each for each in self.changes if each.price in (None, price.id))


def is_within(window: Window, at: datetime) -> bool:
    """Whether a moment lies in the window: `from` belongs to it, `until` does not."""
    return (window.from_ is None or window.from_ <= at) and (window.until is None or at < window.until)


def why_off(
    promotion: Promotion, *, channel: str, segments: Collection[str], at: datetime, used: int = 0
) -> OffReason | None:
    """Why a promotion is not on for this customer here and now, or None. `segments`: those that the customer is in;
    `used`: how often it has been accepted.
    """
    if not is_within(promotion.valid, at):
        return "notValid"
    if promotion.channels and channel not in promotion.channels:
        return "channel"
    if promotion.segments and not set(promotion.segments) & set(segments):
        return "segment"
    return "soldOut" if promotion.stock is not None and used >= promotion.stock else None


def changes_of(source: str, changes: Sequence[Change], sold: Sold, stacks: str | None = None) -> Changes:
    """The changes that concern what is sold."""
    concerned = tuple(each for each in changes if _concerns(each, sold))
    return Changes(source, concerned, stacks)


def _concerns(change: Change, sold: Sold) -> bool:
    fits_product = change.product is None or change.product == sold.product
    return fits_product and (change.category is None or change.category in sold.categories)


def in_order(promotions: Sequence[Promotion]) -> list[Promotion]:
    """The highest priority first, then by id."""
    return sorted(promotions, key=lambda each: (-each.priority, each.id))


def stack(
    promotions: Sequence[Promotion], sold: Sold, listed: Sequence[Running], context: Context, *, at: datetime
) -> tuple[list[Changes], dict[str, str]]:
    """Which promotions apply to what is sold, in their order, with the prices that each of them changes; and which do
    not, with the promotion that stands in their way.

    Decided on the prices before any promotion (`listed`), so that the answer does not depend on the order of prices.
    """
    applied: list[Changes] = []
    refused: dict[str, str] = {}
    alone = ""
    for promotion in in_order(promotions):
        offered = changes_of(promotion.id, promotion.changes, sold, promotion.stacks)
        concerned = [running for running in listed if next(offered.of(running.price), None) is not None]
        if not concerned:
            continue
        kept = _allowed(offered, concerned, [each.source for each in applied], alone, context, at)
        if kept:
            applied.append(Changes(promotion.id, _only(offered, kept), promotion.stacks))
            alone = alone or (promotion.id if promotion.stacks is None else "")
        else:
            refused[promotion.id] = alone or (
                applied[0].source if applied and promotion.stacks is None else promotion.id
            )
    return applied, refused


def _allowed(
    offered: Changes, concerned: list[Running], applied: list[str], alone: str, context: Context, at: datetime
) -> list[Running]:
    """Of the prices that a promotion would change those that it may."""
    if alone or (offered.stacks is None and applied):
        return []
    if offered.stacks is None:
        return concerned
    return [each for each in concerned if holds(offered.stacks, _with_price(context, each, applied=applied), at=at)]


def _only(offered: Changes, kept: list[Running]) -> tuple[Change, ...]:
    """The changes, each for the prices that it may change."""
    ids = [running.price.id for running in kept]
    return tuple(
        change.model_copy(update={"price": id_})
        for change in offered.changes
        for id_ in ids
        if change.price in (None, id_)
    )


def _with_price(context: Context, running: Running, **more: Any) -> Context:
    """What expressions of changes see: `price` is the amount so far, `target` says which price it is."""
    price = running.price
    target = {"price": price.id, "type": price.type, "currency": price.currency}
    return context.inner({"price": running.amount, "target": target, **more})


def apply(running: Running, changes: Changes, context: Context, *, at: datetime) -> None:
    """Change an amount, a step for each change; what takes off never takes it below zero.

    A value that is no number, or is negative, changes nothing; if that is an error, a step of zero says why.
    """
    for change in changes.of(running.price):
        within = _with_price(context, running) if isinstance(change.value, str) else context
        outcome = number_of(change.value, within, at=at)
        value = outcome.number
        if outcome.kind == "error":
            running.add(change.effect, changes.source, Decimal(0), problem=outcome.why)
        elif value is not None and value >= 0:
            before = running.amount
            wanted = EFFECTS[change.effect](before, value)
            floor = min(Decimal(0), before)
            running.add(change.effect, changes.source, max(wanted, floor) - before, value=value)
            running.settle()


def _percent_off(amount: Decimal, percent: Decimal) -> Decimal:
    return DECIMALS.multiply(amount, DECIMALS.divide(DECIMALS.subtract(HUNDRED, percent), HUNDRED))


EFFECTS: Final[dict[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "percentOff": _percent_off,
    "amountOff": DECIMALS.subtract,
    "set": lambda amount, value: value,
}
