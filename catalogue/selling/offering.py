"""From what is on the shelf to the offer that a customer sees: in which words, with which features, at what price."""

from collections.abc import Mapping
from typing import Any

from catalogue.kinds import PRODUCT
from catalogue.kinds.package import Package
from catalogue.kinds.parts import words
from catalogue.kinds.product import Content, Product
from catalogue.kinds.promotion import Promotion
from catalogue.pricing import PriceList, is_within
from catalogue.selling.calculators import calculator_names, calculator_shapes
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.features import features_of, shown
from catalogue.selling.prices import concerns, price_shape, priced
from catalogue.selling.shelf import Published

Shape = dict[str, Any]


def offer(eligibility: Eligibility, one: Published, *, variant: str = "", whole: bool = True) -> Shape:
    """An offer in the shape of the API. `whole`: with what lists do not show (how prices came about, what calculators
    ask for)."""
    entry = one.entry
    prices = priced(eligibility, one, variant)
    common = _common(eligibility, one, prices, whole)
    if isinstance(entry, Package):
        return common | _of_package(eligibility, entry, common["language"], whole)
    assert isinstance(entry, Product)
    language: str = common["language"]
    calculators = (
        calculator_shapes(eligibility, entry, prices, language, variant) if whole else calculator_names(entry, language)
    )
    return common | _of_product(eligibility, one, entry, language, variant) | {"calculators": calculators}


def _common(eligibility: Eligibility, one: Published, prices: PriceList, whole: bool) -> Shape:
    entry, asker, shelf = one.entry, eligibility.asker, eligibility.shelf
    assert isinstance(entry, Product | Package)
    language, first = one.facets.spoken(asker.language), entry.languages[0]
    sale = eligibility.sale(one.facets)
    promotions = [p for p in eligibility.promotions if p.id not in prices.refused and concerns(shelf, p, one)]
    texts = _texts(entry.content, asker.channel)
    for promotion in promotions:
        texts["more"] = {**promotion.texts, **texts["more"]}
    here = entry.channels.get(asker.channel)
    return {
        "id": one.id,
        "type": one.kind,
        "productId": one.id,
        "version": one.version,
        "name": words(entry.name, language, first),
        "summary": words(texts["summary"], language, first),
        "description": words(texts["description"], language, first),
        "category": entry.category,
        "processId": sale.process if sale else entry.process,
        "actions": list(sale.actions) if sale else [],
        "features": [],
        "prices": [price_shape(price, language, first, whole=whole) for price in prices.items],
        "promotions": [_promotion(eligibility, promotion, language, first) for promotion in promotions],
        "content": {key: words(text, language, first) for key, text in texts["more"].items()},
        "media": {name: one.media[id_] for name, id_ in entry.content.media.items() if id_ in one.media},
        "note": words(here.note, language, first) if here else "",
        "language": language,
    }


def _texts(content: Content, channel: str) -> dict[str, Mapping[str, Any]]:
    """The texts as the channel says them; language by language, so that a missing one falls back to the plain text."""
    plain: dict[str, Mapping[str, Any]]
    plain = {"summary": content.summary, "description": content.description, "more": content.more}
    own = content.channels.get(channel)
    if own is None:
        return plain
    more = {key: {**content.more.get(key, {}), **texts} for key, texts in own.more.items()}
    return {
        "summary": {**content.summary, **own.summary},
        "description": {**content.description, **own.description},
        "more": {**content.more, **more},
    }


def _promotion(eligibility: Eligibility, promotion: Promotion, language: str, fallback: str) -> Shape:
    name = words(promotion.name, language, fallback)
    left = eligibility.left(promotion)
    return {"id": promotion.id, "name": name, "until": promotion.valid.until, "left": left}


def _of_product(eligibility: Eligibility, one: Published, product: Product, language: str, variant: str) -> Shape:
    shelf, asker, first = eligibility.shelf, eligibility.asker, product.languages[0]
    return {
        "features": [
            shown(shelf, feature, language, first, one.media) for feature in features_of(shelf, product, asker, variant)
        ],
        "variants": [{"id": one.id, "name": words(one.name, language, first)} for one in product.variants],
        "relations": [
            {"type": tie.type, "productId": tie.product} for tie in product.relations if is_within(tie.valid, asker.at)
        ],
    }


def _of_package(eligibility: Eligibility, package: Package, language: str, whole: bool) -> Shape:
    first = package.languages[0]
    return {
        "components": [
            {
                "productId": component.product,
                "name": words(found.name if found else {}, language, first),
                "minimum": component.minimum,
                "maximum": component.maximum,
                "default": component.default,
                "available": eligibility.has(component.product),
                "prices": _prices_within(eligibility, package, component.product, language) if whole else [],
            }
            for component in package.components
            for found in [eligibility.shelf.find(PRODUCT.name, component.product)]
        ],
        "choices": [
            {
                "id": group.id,
                "name": words(group.name, language, first),
                "products": list(group.products),
                "minimum": group.minimum,
                "maximum": group.maximum,
            }
            for group in package.groups
        ],
    }


def _prices_within(eligibility: Eligibility, package: Package, id_: str, language: str) -> list[Shape]:
    """What one of a component costs in the package."""
    one = eligibility.shelf.published.get((PRODUCT.name, id_))
    if one is None or not eligibility.has(id_):
        return []
    prices = priced(eligibility, one, package=package)
    return [price_shape(price, language, package.languages[0]) for price in prices.items]
