"""The prices of an offer: what `catalogue.pricing` makes of them for this customer, with the promotions that are on."""

from typing import Any

from catalogue.expressions import spoken
from catalogue.kinds import PRODUCT
from catalogue.kinds.package import Package
from catalogue.kinds.parts import words
from catalogue.kinds.product import Product
from catalogue.kinds.promotion import Change, Promotion
from catalogue.pricing import Priced, PriceList, Sold, Step, price_list
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.features import values_of
from catalogue.selling.shelf import Published, Shelf

Shape = dict[str, Any]
_NOTHING = PriceList((), ())


def priced(eligibility: Eligibility, one: Published, variant: str = "", *, package: Package | None = None) -> PriceList:
    """The price list of a product, sold in a package or alone; that of a package itself is empty."""
    product, asker = one.entry, eligibility.asker
    if not isinstance(product, Product):
        return _NOTHING
    features = values_of(eligibility.shelf, product, asker, variant)
    context = eligibility.context.inner({"features": spoken(features), "configuration": {"variant": variant or None}})
    return price_list(
        product.prices,
        context,
        at=asker.at,
        sold=Sold(one.id, eligibility.shelf.above(product.category)),
        package=package,
        promotions=eligibility.promotions,
        decisions=eligibility.decisions,
    )


def price_shape(priced_: Priced, language: str, fallback: str, *, whole: bool = True) -> Shape:
    """A price in the shape of the API; `whole`: with the steps that led to it."""
    price, taxed = priced_.price, priced_.taxed
    tax = taxed if price.tax else None
    return {
        "id": price.id,
        "name": words(price.name, language, fallback),
        "type": price.type,
        "value": priced_.amount,
        "base": priced_.base,
        "currency": price.currency,
        "period": price.period,
        "tax": tax and {"rate": price.tax and price.tax.rate, "net": tax.net, "tax": tax.tax, "gross": tax.gross},
        "steps": [_step(step) for step in priced_.steps] if whole else [],
    }


def _step(step: Step) -> Shape:
    return {"kind": step.kind, "source": step.source, "amount": step.amount, "details": dict(step.details)}


def concerns(shelf: Shelf, promotion: Promotion, one: Published) -> bool:
    """Whether a promotion changes a price of this product, or says something of this product or package."""
    return one.id in promotion.products or (
        one.kind == PRODUCT.name and any(_changes(shelf, change, one) for change in promotion.changes)
    )


def _changes(shelf: Shelf, change: Change, one: Published) -> bool:
    category = change.category is None or change.category in shelf.above(one.facets.category)
    return category and change.product in (None, one.id)
