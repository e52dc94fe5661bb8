"""The price list of a product for a customer: its prices in the order in which they need each other, then the changes.

A price may read others by `prices.<id>`: it sees the amounts that are charged, after packages and promotions, null for
what does not concern the customer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from catalogue.expressions import Context, holds, spoken, value_of
from catalogue.kinds.package import Package
from catalogue.kinds.price import Price
from catalogue.kinds.promotion import Promotion
from catalogue.pricing.amounts import NotCharged, Running, base_amount
from catalogue.pricing.changes import Changes, Sold, apply, changes_of, is_within, stack
from catalogue.pricing.order import in_order_of_need, read_others
from catalogue.pricing.priced import Decisions, LeftOut, NoDecisions, Priced, PriceList
from catalogue.pricing.tax import taxed
from state_machines.feel.values import DECIMALS

Figures = dict[str, Running | LeftOut]


def pricing_context(
    *,
    features: Mapping[str, Any],
    customer: Mapping[str, Any],
    channel: str = "",
    configuration: Mapping[str, Any] | None = None,
) -> Context:
    """What expressions of prices and promotions see. `features`: values by id; `configuration`: what was chosen
    (`variant`, `count`, values of features, inputs of calculators by id). Ids are known with underscores too.
    """
    asking = Context({"customer": customer, "channel": channel or None})
    return asking.inner({"features": spoken(features), "configuration": spoken(configuration or {})})


def price_list(
    prices: Sequence[Price],
    context: Context,
    *,
    at: datetime,
    sold: Sold,
    package: Package | None = None,
    promotions: Sequence[Promotion] = (),
    decisions: Decisions | None = None,
) -> PriceList:
    """Price a product for a customer at a moment.

    `promotions`: those that are on (`why_off` tells). `package`: the one that the product is sold in. Amounts are in
    units of their currency, rates in percent a year. Never raises for what expressions come to.
    """
    deciding = decisions or NoDecisions()
    packaged = [changes_of(package.id, package.changes, sold)] if package else []
    figures = _figures(prices, context, packaged, at, deciding)
    listed = [figure for figure in figures.values() if isinstance(figure, Running)]
    known = context.inner({"prices": spoken({running.price.id: running.amount for running in listed})})
    applied, refused = stack(promotions, sold, listed, known, at=at) if promotions else ([], {})
    if applied and _depend(prices, applied):
        figures = _figures(prices, context, [*packaged, *applied], at, deciding)
    else:
        _change(listed, applied, context, at)
    items = [figures[price.id] for price in prices]
    steps = (step for item in items if isinstance(item, Running) for step in item.steps)
    charged = {step.source for step in steps if "problem" not in step.details}
    return PriceList(
        tuple(_priced(item) for item in items if isinstance(item, Running)),
        tuple(item for item in items if isinstance(item, LeftOut)),
        tuple(changes.source for changes in applied if changes.source in charged),
        refused,
    )


def _depend(prices: Sequence[Price], applied: Sequence[Changes]) -> bool:
    """Whether a price or change reads other prices: then all are computed anew with what promotions made of them."""
    texts = [change.value for changes in applied for change in changes.changes]
    return read_others(prices) or any(isinstance(text, str) and "prices" in text for text in texts)


def _change(listed: Sequence[Running], changes: Sequence[Changes], context: Context, at: datetime) -> None:
    for running in listed:
        for each in changes:
            apply(running, each, context, at=at)


def _figures(
    prices: Sequence[Price], context: Context, changes: Sequence[Changes], at: datetime, decisions: Decisions
) -> Figures:
    """Each price's amount after these changes, or why it is left out."""
    figures: Figures = {}
    amounts: dict[str, Any] = {}
    for price in in_order_of_need(prices):
        within = context.inner({"prices": spoken(amounts)})
        try:
            figure: Running | LeftOut = _figure(price, within, at, decisions)
        except NotCharged as reason:
            figure = reason.left_out
        if isinstance(figure, Running):
            _change([figure], changes, within, at)
        figures[price.id] = figure
        amounts[price.id] = figure.amount if isinstance(figure, Running) else None
    return figures


def _figure(price: Price, context: Context, at: datetime, decisions: Decisions) -> Running:
    """What the price is before changes. Raises NotCharged."""
    if not is_within(price.valid, at):
        raise NotCharged(LeftOut(price.id, "notValid"))
    if not holds(price.when, context, at=at):
        raise NotCharged(LeftOut(price.id, "condition", value_of(price.when or "", context, at=at).why))
    return base_amount(price, context, at=at, decisions=decisions)


def _priced(running: Running) -> Priced:
    changes = [step for step in running.steps if step.kind in ("percentOff", "amountOff", "set")]
    base = running.amount
    for step in changes:
        base = DECIMALS.subtract(base, step.amount)
    return Priced(running.price, base, running.amount, tuple(running.steps), taxed(running.price, running.amount))
