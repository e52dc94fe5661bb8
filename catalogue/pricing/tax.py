"""Taxes of prices and the sums of what is charged."""

from collections.abc import Iterable
from decimal import Decimal

from catalogue.kinds.price import Price
from catalogue.pricing.amounts import HUNDRED, digits_of
from catalogue.pricing.priced import Priced, Taxed, Totals
from catalogue.pricing.rounding import rounded
from state_machines.feel.values import DECIMALS


def taxed(price: Price, amount: Decimal) -> Taxed | None:
    """An amount without and with its tax, rounded as the price is; None for rates.

    Of a tax that is included the net amount is rounded, of one that is added the tax; the third figure is their sum or
    difference, so that the three agree. A price without tax has net and gross alike.
    """
    if price.type == "rate":
        return None
    rate = price.tax.rate if price.tax else Decimal(0)
    if price.tax is None or price.tax.included:
        net = DECIMALS.divide(DECIMALS.multiply(amount, HUNDRED), DECIMALS.add(HUNDRED, rate)) if rate else amount
        net = rounded(net, digits_of(price), price.rounding)
        return Taxed(net, DECIMALS.subtract(amount, net), amount)
    tax = rounded(DECIMALS.divide(DECIMALS.multiply(amount, rate), HUNDRED), digits_of(price), price.rounding)
    return Taxed(amount, tax, DECIMALS.add(amount, tax))


def totals(items: Iterable[tuple[Priced, int]]) -> Totals:
    """What is due once and in each period, by currency, of prices and how often each is charged."""
    once: dict[str, Taxed] = {}
    periodic: dict[tuple[str, str], Taxed] = {}
    for item, count in items:
        if item.taxed is None:
            continue
        amount, currency = item.taxed.times(count), item.price.currency or ""
        if item.price.period is None:
            once[currency] = once[currency] + amount if currency in once else amount
        else:
            key = (currency, item.price.period)
            periodic[key] = periodic[key] + amount if key in periodic else amount
    return Totals(once, periodic)
