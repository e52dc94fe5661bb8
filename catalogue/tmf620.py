"""What is published, in the shape of TM Forum's TMF620 Product Catalog Management v5: read only, for systems that
speak it.

A domain model is a catalog; a product is a specification and an offering; a package is an offering that bundles; prices
are `<product>.<price>`. Texts are in one language. Prices that depend on who asks are told by their logic.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, Final

from catalogue.kinds import MODEL, PRODUCT
from catalogue.kinds.model import Category, DomainModel
from catalogue.kinds.package import Component, ComponentGroup, Package
from catalogue.kinds.parts import Part, Window, words
from catalogue.kinds.price import Price
from catalogue.kinds.product import Product
from catalogue.selling.asker import Asker
from catalogue.selling.features import Valued, features_of
from catalogue.selling.shelf import Published, Shelf

Resource = dict[str, Any]
Made = tuple[str, Callable[[], Resource]]
"""An id and how its resource is made."""
_PERIODS: Final = {"D": "day", "W": "week", "M": "month", "Y": "year"}


@dataclass(frozen=True)
class Catalogue:
    """The published catalogue for one reader. `base`: the URL of the API; `asker`: language and time."""

    shelf: Shelf
    asker: Asker
    base: str

    def listed(self, kind: str) -> Mapping[str, Callable[[], Resource]]:
        """How the resources of a kind (one of `KINDS`) are made, by id, in order: a list makes those that it shows."""
        return dict(KINDS[kind](self))

    def catalogs(self) -> Iterator[Made]:
        """A catalog for each domain model."""
        for one in self.shelf.all(MODEL.name):
            yield one.id, partial(self._catalog, one)

    def categories(self) -> Iterator[Made]:
        """The categories of all models, and those that products name beside them."""
        for id_ in sorted(self._defined.keys() | {one.facets.category for one in self.shelf.offers.values()}):
            yield id_, partial(self._category_whole, id_)

    def specifications(self) -> Iterator[Made]:
        """What each product is."""
        for one in self.shelf.all(PRODUCT.name):
            yield one.id, partial(self._specification, one)

    def offerings(self) -> Iterator[Made]:
        """How each product and package is sold."""
        for one in self.shelf.offers.values():
            yield one.id, partial(self._offering_whole, one)

    def prices(self) -> Iterator[Made]:
        """The prices of all products."""
        for one in self.shelf.all(PRODUCT.name):
            for id_ in one.facets.prices:
                yield f"{one.id}.{id_}", partial(self._price, one, id_)

    def _catalog(self, one: Published) -> Resource:
        model = one.entry
        assert isinstance(model, DomainModel)
        roots = [self._category(category.id) for category in model.categories if not category.parent]
        head = self._head("catalog", "Catalog", one.id, model.name, one.version)
        return head | {"catalogType": "ProductCatalog", "category": roots}

    def _category_whole(self, id_: str) -> Resource:
        defined = self._defined.get(id_)
        parent = defined.parent if defined else None
        below = [self._category(one.id) for one in self._defined.values() if one.parent == id_]
        offers = [self._offering(one) for one in self.shelf.offers.values() if one.facets.category == id_]
        head = self._head("category", "Category", id_, defined.name if defined else {})
        more = {"parent": self._category(parent)} if parent else {}
        return head | {"isRoot": parent is None, **more, "subCategory": below, "productOffering": offers}

    def _specification(self, one: Published) -> Resource:
        product = one.entry
        assert isinstance(product, Product)
        head = self._head("productSpecification", "ProductSpecification", one.id, product.name, one.version)
        features = [self._characteristic(valued) for valued in features_of(self.shelf, product, self.asker)]
        said = self._said(product.content.description or product.content.summary)
        return head | {"description": said, "isBundle": False, "productSpecCharacteristic": features}

    def _offering_whole(self, one: Published) -> Resource:
        entry = one.entry
        assert isinstance(entry, Product | Package)
        head = self._head("productOffering", "ProductOffering", one.id, entry.name, one.version)
        common = {
            "description": self._said(entry.content.summary),
            "isBundle": isinstance(entry, Package),
            "isSellable": any("buy" in channel.actions for channel in entry.channels.values()),
            "category": [self._category(entry.category)],
            "channel": [{"id": id_, "name": id_, "@type": "ChannelRef"} for id_ in entry.channels],
            "marketSegment": [self._segment(id_) for id_ in entry.segments],
        }
        return head | common | (self._sold(entry) if isinstance(entry, Product) else self._bundled(entry))

    def _sold(self, product: Product) -> Resource:
        specification = self._ref("productSpecification", "ProductSpecificationRef", product.id, product.name)
        prices = [
            self._ref("productOfferingPrice", "ProductOfferingPriceRef", f"{product.id}.{price.id}", price.name)
            for price in product.prices
        ]
        relations = [
            {
                **self._ref("productOffering", "ProductOfferingRelationship", relation.product, {}),
                "relationshipType": relation.type,
                **_valid(relation.valid),
            }
            for relation in product.relations
        ]
        return {
            "productSpecification": specification,
            "productOfferingPrice": prices,
            "productOfferingRelationship": relations,
        }

    def _bundled(self, package: Package) -> Resource:
        return {
            "bundledProductOffering": [self._component(component) for component in package.components],
            "bundledGroupProductOffering": [self._group(group) for group in package.groups],
        }

    def _component(self, component: Component) -> Resource:
        option = {
            "numberRelOfferLowerLimit": component.minimum,
            "numberRelOfferUpperLimit": component.maximum,
            "numberRelOfferDefault": component.default,
            "@type": "BundledProductOfferingOption",
        }
        head = self._ref("productOffering", "BundledProductOffering", component.product, {})
        return head | {"bundledProductOfferingOption": option}

    def _group(self, group: ComponentGroup) -> Resource:
        option = {
            "numberRelOfferLowerLimit": group.minimum,
            "numberRelOfferUpperLimit": group.maximum,
            "@type": "BundledGroupProductOfferingOption",
        }
        offers = [self._ref("productOffering", "BundledProductOffering", id_, {}) for id_ in group.products]
        head = {"id": group.id, "name": self._said(group.name), "@type": "BundledGroupProductOffering"}
        return head | {"bundledProductOffering": offers, "bundledGroupProductOfferingOption": option}

    def _price(self, one: Published, id_: str) -> Resource:
        product = one.entry
        assert isinstance(product, Product)
        price = next(price for price in product.prices if price.id == id_)
        head = self._head("productOfferingPrice", "ProductOfferingPrice", f"{one.id}.{id_}", price.name, one.version)
        return head | {"priceType": price.type, "isBundle": False} | _amount(price) | _valid(price.valid)

    def _characteristic(self, valued: Valued) -> Resource:
        values = valued.value if isinstance(valued.value, list) else [valued.value]
        stated = [value for value in values if value is not None]
        unit = {"unitOfMeasure": valued.unit or valued.currency} if valued.unit or valued.currency else {}
        return {
            "id": valued.id,
            "name": self._said(valued.name) or valued.id,
            "valueType": valued.kind or "text",
            "configurable": valued.kind == "choice",
            "characteristicValueSpecification": [self._value(value, unit) for value in stated],
            "@type": "CharacteristicSpecification",
        }

    def _value(self, value: Any, unit: Mapping[str, Any]) -> Resource:
        if isinstance(value, dict) and {"min", "max"} <= value.keys():
            bounds = {"valueFrom": value["min"], "valueTo": value["max"]}
            return {**bounds, **unit, "@type": "NumberCharacteristicValueSpecification"}
        said = self._said(value) if isinstance(value, dict) else value
        return {"value": said, **unit, "@type": "CharacteristicValueSpecification"}

    @cached_property
    def _defined(self) -> Mapping[str, Category]:
        return {category.id: category for model in self.shelf.models for category in model.categories}

    def _category(self, id_: str) -> Resource:
        defined = self._defined.get(id_)
        return self._ref("category", "CategoryRef", id_, defined.name if defined else {})

    def _offering(self, one: Published) -> Resource:
        entry = one.entry
        assert isinstance(entry, Product | Package)
        return self._ref("productOffering", "ProductOfferingRef", one.id, entry.name)

    def _segment(self, id_: str) -> Resource:
        segment = self.shelf.segments.get(id_)
        return {"id": id_, "name": self._said(segment.name) if segment else id_, "@type": "MarketSegmentRef"}

    def _ref(self, path: str, type_: str, id_: str, name: Mapping[str, str]) -> Resource:
        return {"id": id_, "href": f"{self.base}/{path}/{id_}", "name": self._said(name) or id_, "@type": type_}

    def _head(self, path: str, type_: str, id_: str, name: Mapping[str, str], version: int = 0) -> Resource:
        numbered = {"version": str(version)} if version else {}
        return self._ref(path, type_, id_, name) | numbered | {"lifecycleStatus": "Active"}

    def _said(self, texts: Mapping[str, str]) -> str:
        return words(texts, self.asker.language, "en")


def _amount(price: Price) -> Resource:
    """The stated number; what depends on who asks as the logic that computes it."""
    amount: Resource = {}
    if isinstance(price.value, Decimal):
        money = price.type in ("oneOff", "recurring")
        number = float(price.value)
        amount = {"price": {"unit": price.currency, "value": number}} if money else {"percentage": number}
    else:
        logic: Part | None = price.tiers or price.decided
        said = price.value if logic is None else logic.model_dump_json(by_alias=True, exclude_defaults=True)
        named = {"name": "decision" if price.decided else "tiers" if price.tiers else "FEEL", "description": said}
        amount = {"pricingLogicAlgorithm": [{**named, "@type": "PricingLogicAlgorithm"}]}
    if price.period:
        length, unit = price.period[1:-1], price.period[-1]
        amount |= {"recurringChargePeriodType": _PERIODS[unit], "recurringChargePeriodLength": int(length)}
    if price.tax:
        tax = {"taxCategory": words(price.tax.name, "en", "en"), "taxRate": float(price.tax.rate), "@type": "TaxItem"}
        amount["tax"] = [tax]
    return amount


def _valid(window: Window) -> Resource:
    times = {"startDateTime": window.from_, "endDateTime": window.until}
    stated = {name: time.isoformat() for name, time in times.items() if time}
    return {"validFor": stated} if stated else {}


KINDS: Final[Mapping[str, Callable[[Catalogue], Iterator[Made]]]] = {
    "catalog": Catalogue.catalogs,
    "category": Catalogue.categories,
    "productSpecification": Catalogue.specifications,
    "productOffering": Catalogue.offerings,
    "productOfferingPrice": Catalogue.prices,
}
