"""From a published product to the offer that a customer sees: is it for them, at what price, in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalogue.expressions import Context, holds, number_of, spoken
from catalogue.kinds.parts import words
from catalogue.kinds.price import Price
from catalogue.kinds.product import Feature, Product


@dataclass(frozen=True)
class Asker:
    """Who asks: channel and language (empty: any), what is known of the customer, and when."""

    channel: str
    language: str
    customer: Mapping[str, Any]
    at: datetime


def is_offered(product: Product, asker: Asker) -> bool:
    """Whether the product is sold in this channel now, and its segment rule holds (null is not true)."""
    channels = [product.channels.get(asker.channel)] if asker.channel else list(product.channels.values())
    on_sale = any(
        c is not None and (c.from_ is None or c.from_ <= asker.at) and (c.until is None or asker.at < c.until)
        for c in channels
    )
    return on_sale and holds(product.segment, _context(product, asker), at=asker.at)


def matches(product: Product, asker: Asker, *, category: str, text: str) -> bool:
    """Whether category and search text fit; the text is looked for in name, summary and description."""
    if category and product.category != category:
        return False
    texts = (product.name, product.content.summary, product.content.description)
    shown = " ".join(words(t, asker.language, product.languages[0]) for t in texts)
    return all(word in shown.casefold() for word in text.casefold().split())


def offer(product: Product, version: int, asker: Asker) -> dict[str, Any]:
    """The offer in the asker's language, with the prices for this customer, in the shape of the API."""
    first = product.languages[0]
    spoken = next((lang for lang in (asker.language, asker.language.split("-")[0]) if lang in product.languages), first)
    content = product.content
    return {
        "id": product.id,
        "productId": product.id,
        "version": version,
        "name": words(product.name, spoken, first),
        "summary": words(content.summary, spoken, first),
        "description": words(content.description, spoken, first),
        "category": product.category,
        "processId": product.process,
        "features": [_feature(f, spoken, first) for f in product.features],
        "prices": [p for p in (_price(p, product, asker, spoken) for p in product.prices) if p is not None],
        "content": {key: words(texts, spoken, first) for key, texts in content.more.items()},
        "language": spoken,
    }


def _feature(feature: Feature, language: str, fallback: str) -> dict[str, Any]:
    value = feature.value
    if feature.kind == "text" and isinstance(value, dict):
        value = words(value, language, fallback)
    name = words(feature.name, language, fallback)
    return {"id": feature.id, "name": name, "kind": feature.kind, "value": value, "unit": feature.unit}


def _price(price: Price, product: Product, asker: Asker, language: str) -> dict[str, Any] | None:
    """A price whose expression comes to no number does not concern this customer and is left out."""
    value = None if price.value is None else number_of(price.value, _context(product, asker), at=asker.at).number
    if value is None:
        return None
    name = words(price.name, language, product.languages[0])
    shown = {"id": price.id, "name": name, "type": price.type, "value": value}
    return shown | {"currency": price.currency, "period": price.period}


def _context(product: Product, asker: Asker) -> Context:
    features = spoken({feature.id: feature.value for feature in product.features})
    return Context({"customer": dict(asker.customer), "channel": asker.channel or None, "features": features})
