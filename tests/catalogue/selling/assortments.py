"""A small assortment for tests of quotes: everything is offered unless a test says why not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalogue.kinds.package import Package
from catalogue.kinds.product import Feature, Product
from catalogue.kinds.promotion import Promotion


def product(id_: str, **more: Any) -> Product:
    """A product with a fee of 100.00 PLN, unless something else is said."""
    named = {"id": id_, "name": {"en": id_}, "category": "things", "languages": ["en"], "channels": {"web": {}}}
    fee = {"id": "fee", "name": {"en": "Fee"}, "type": "oneOff", "value": 100, "currency": "PLN"}
    return Product.model_validate(named | {"content": {"summary": {"en": id_}}, "prices": [fee]} | more)


def package(id_: str, components: list[dict[str, Any]], **more: Any) -> Package:
    """A package of these components."""
    named = {"id": id_, "name": {"en": id_}, "category": "things", "languages": ["en"], "channels": {"web": {}}}
    return Package.model_validate(named | {"content": {"summary": {"en": id_}}, "components": components} | more)


@dataclass(frozen=True)
class Shop:
    """An assortment."""

    products: tuple[Product, ...] = ()
    packages: tuple[Package, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    held: Collection[str] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    def product(self, id_: str) -> Product | None:
        """By id."""
        return next((each for each in self.products if each.id == id_), None)

    def package(self, id_: str) -> Package | None:
        """By id."""
        return next((each for each in self.packages if each.id == id_), None)

    def why_not(self, entry: Product | Package, *, component: bool) -> str:
        """As the test says."""
        return self.refused.get(entry.id, "")

    def features(self, product: Product, variant: str) -> Mapping[str, Feature]:
        """As they stand."""
        return {feature.id: feature for feature in product.features}

    def categories(self, product: Product) -> Collection[str]:
        """Its own."""
        return (product.category,)
